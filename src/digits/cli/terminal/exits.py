"""The exit statuses of ``digits`` besides 0 for success and 2 for wrong usage, which click sets by itself."""

FAILED = 1
SOME_FAILED = 3
NEEDS_REVIEW = 4  # with --strict alone
INTERRUPTED = 130
