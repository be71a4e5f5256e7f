"""What ends a job with one line instead of a traceback."""

from __future__ import annotations

from typing import Any


class JobError(ValueError):
    """A fault of the arguments or of the input. Its text stands alone: `where: expected ..., got ...`."""


def describe(error: Exception) -> str:
    """One line for what ended a part of a job; of Java's exceptions the one behind all others."""
    causes = [] if isinstance(error, JobError) else java_causes(error)
    text = str(causes[-1].toString()) if causes else str(error)
    kind = "" if causes or isinstance(error, JobError) else f"{type(error).__name__}: "
    return kind + text.strip().split("\n")[0]


def java_causes(error: Exception) -> list[Any]:
    """The Java exceptions behind one of Python, the outermost first."""
    cause: Any = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    causes = []
    while cause is not None:
        causes.append(cause)
        cause = cause.getCause()
    return causes
