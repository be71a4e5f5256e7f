"""What a failed read says, as one line."""

from __future__ import annotations

import re

from lake.errors import JobError, java_causes
from lake.jdbc_database import SqlError, sql_error
from lake.jdbc_types import FAULT

# What comes from another machine is text alone.
_FROM_AFAR = re.compile(r"org\.postgresql\.util\.PSQLException: (?:ERROR: |FATAL: )?(.*)")


def job_error(error: Exception) -> JobError | None:
    """The fault of a value or of the database behind what Spark raised; None for anything else."""
    causes = java_causes(error)
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
