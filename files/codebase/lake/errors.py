"""What ends a job with one line instead of a traceback."""


class JobError(ValueError):
    """A fault of the arguments or of the input. Its text stands alone: `where: expected ..., got ...`."""
