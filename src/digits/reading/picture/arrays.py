"""An array of any library goes in, numpy's comes out: by ``__array__``, DLPack, or from nested lists.

Nothing here knows what the numbers mean; of those outside [0, 1] it says how to bring them there.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from digits.errors import ImageError, shorten

# How numpy takes the arrays of others: pandas, PIL, TensorFlow, PyTorch and JAX have one of the first two, and all that
# follow the array API standard the third.
_PROTOCOLS = ("__array__", "__array_interface__", "__dlpack__")
# What programs scale pixels to. Standardised values have no such range.
_USUAL_RANGES = ((-0.5, 0.5), (-1, 1), (0, 255), (0, 65535))


class SupportsDLPack(Protocol):
    """What ``numpy.from_dlpack`` takes."""

    def __dlpack__(self, *, stream: Any = ...) -> Any: ...

    def __dlpack_device__(self) -> tuple[Any, Any]: ...


def is_array(source: object) -> bool:
    """Tell whether ``source`` is an array, of whatever library; lists are not."""
    return isinstance(source, np.ndarray) or any(hasattr(source, protocol) for protocol in _PROTOCOLS)


def as_array(source: Any, expected: str) -> npt.NDArray[Any]:
    """Return ``source`` as numpy's array, without a copy where that is possible; nested lists are taken too.

    Raises:
        ImageError: an array that numpy cannot take; the message names its type, and what was ``expected``.
        TypeError: no array; the message says the same.
    """
    if not is_array(source) and not isinstance(source, list | tuple):
        raise TypeError(f"expected {expected}; got {type_name(source)}; give an array")
    try:
        if isinstance(source, list | tuple):
            return np.asarray([as_array(item, expected) if is_array(item) else item for item in source])
        if hasattr(source, "__array__") or hasattr(source, "__array_interface__"):
            return np.asarray(source)
        return np.from_dlpack(source)
    except ImageError:
        raise
    except Exception as error:  # each library raises its own
        raise ImageError(
            f"expected {expected}; got {type_name(source)}, which numpy cannot take ({shorten(error)}); "
            f"{_way_to_numpy(source)}"
        ) from error


def type_name(value: object) -> str:
    """Return the name of ``value``'s type, with its library where it has one: "torch.Tensor", "list"."""
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    return shorten(kind.__qualname__ if library == "builtins" else f"{library}.{kind.__qualname__}")


def scaling_advice(array: npt.NDArray[np.generic]) -> str:
    """Say how to bring the numbers in ``array``, some of them outside [0, 1], into that range."""
    if not np.isfinite(array).all():
        return "replace what is no number: np.where(np.isfinite(array), array, 0)"
    lowest, highest = float(array.min()), float(array.max())
    if lowest >= -0.25 and highest <= 1.5:  # resizing by cubic curves overshoots
        return "cut off what lies outside: np.clip(array, 0, 1)"
    usual = ((low, high) for low, high in _USUAL_RANGES if low <= lowest and highest <= high)
    low, high = next(usual, (lowest, highest))
    if low == 0:
        return f"divide by {high:g}"
    scaled = f"scale them: np.interp(array, ({low:g}, {high:g}), (0, 1))"
    return f"{scaled}; or array.view(np.uint8) if these are bytes" if array.dtype == np.int8 else scaled


def _way_to_numpy(source: object) -> str:
    if isinstance(source, list | tuple):
        return "give rows of one length"
    if not hasattr(source, "detach"):
        return "convert it to a numpy array first"
    if "bfloat16" in str(getattr(source, "dtype", "")):  # numpy has no such type
        return "give tensor.detach().cpu().float()"
    return "give tensor.detach().cpu()"
