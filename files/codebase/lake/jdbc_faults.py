"""What a failed read says, as one line."""

from __future__ import annotations

import re
from typing import Any

from lake.errors import JobError
from lake.jdbc_database import SqlError, sql_error
from lake.jdbc_types import FAULT

# What comes from another machine is text alone.
_FROM_AFAR = re.compile(r"org\.postgresql\.util\.PSQLException: (?:ERROR: |FATAL: )?(.*)")


def job_error(error: Exception) -> JobError | None:
    """The fault of a value or of the database behind what Spark raised; None for anything else."""
    causes = _causes(error)
    texts = [str(cause.getMessage() or "") for cause in causes]
    for text in texts:
        if FAULT in text:
            return JobError(text.split(FAULT, 1)[1].split("\n")[0])
    for cause in causes:
        if (found := sql_error(cause)) is not None:
            return found
    for text in texts:
        if match := _FROM_AFAR.search(text):
            return SqlError("unknown", match[1])
    return None


def describe(error: Exception) -> str:
    """One line for what ended the copy of a table; of Java's exceptions the one behind all others."""
    causes = [] if isinstance(error, JobError) else _causes(error)
    text = str(causes[-1].toString()) if causes else str(error)
    kind = "" if causes or isinstance(error, JobError) else f"{type(error).__name__}: "
    return kind + text.strip().split("\n")[0]


def _causes(error: Exception) -> list[Any]:
    """The Java exceptions behind one of Python, the outermost first."""
    cause: Any = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    causes = []
    while cause is not None:
        causes.append(cause)
        cause = cause.getCause()
    return causes
