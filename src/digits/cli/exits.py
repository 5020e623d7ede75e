"""The exit statuses of ``digits`` beside 0, all well, and 2, wrong use, with which click leaves by itself."""

FAILED = 1
SOME_FAILED = 3
NEEDS_REVIEW = 4  # with --strict alone
INTERRUPTED = 130
