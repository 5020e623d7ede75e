"""Every error this package raises on purpose, in one tree.

A message has three parts: what was expected, what arrived, what to do about it.
Catch ``DigitsError`` to catch them all; the command line turns one into a sentence and exit status 1.
"""


class DigitsError(Exception):
    """The root: something about the input or the machine, not a bug in the program."""


class ImageError(DigitsError):
    """A picture that cannot be read as one."""


class DataError(DigitsError):
    """A dataset that is missing, damaged or not what it should be."""


class ModelError(DigitsError):
    """A model folder that is missing, damaged, or does not match its own description."""


class RunError(DigitsError):
    """A training run that cannot be started, resumed or read."""


class FieldError(DigitsError):
    """A rule for what a field may contain that cannot be understood."""


class MissingExtraError(DigitsError):
    """A feature was asked for whose optional packages are not installed."""

    def __init__(self, packages: str, purpose: str, extra: str) -> None:
        super().__init__(
            f"expected {packages} for {purpose}, not installed here; "
            f"run: pip install 'digits[{extra}]', or in a clone: pip install -e '.[{extra}]'"
        )


class MissingDecoderError(MissingExtraError, ImageError):
    """A picture in a format whose optional package is not installed."""
