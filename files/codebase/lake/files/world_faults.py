"""What a fault that is not the file's means for the work on other files, by the rules of the worker's `faults.ts`."""

import errno
import re
from typing import Literal, Optional

from botocore import exceptions

from lake.files.faults import ReadFault

_RUN_CODES = frozenset(
    (
        "NoSuchBucket PermanentRedirect AuthorizationHeaderMalformed InvalidBucketName 301 "
        "InvalidAccessKeyId SignatureDoesNotMatch ExpiredToken InvalidToken TokenRefreshRequired "
        "RequestTimeTooSkewed AccountProblem"
    ).split()
)
_RUN_ERRORS = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.EndpointConnectionError,
)
_RUN_ERRNOS = frozenset(
    getattr(errno, name) for name in "ENOSPC EDQUOT EROFS EACCES EPERM EMFILE ENFILE EIO".split()
)
# Archived objects answer so to a read until they are restored.
_OWN_CODES = frozenset(["InvalidObjectState"])


def scope_of(error: BaseException) -> Literal["run", "world", "file"]:
    """`run`: every other file would meet it too. `world`: this request failed. `file`: this one file cannot be read."""
    code = code_of(error)
    if code in _RUN_CODES or isinstance(error, _RUN_ERRORS):
        return "run"
    if isinstance(error, OSError) and error.errno in _RUN_ERRNOS:
        return "run"
    return "file" if code in _OWN_CODES or isinstance(error, ReadFault) else "world"


def code_of(error: BaseException) -> str:
    """The code that S3 answered, or the name of the error."""
    if isinstance(error, exceptions.ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__


def status_of(error: BaseException) -> Optional[int]:
    """The HTTP status of an answer that boto turned into an error."""
    if not isinstance(error, exceptions.ClientError):
        return None
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return int(status) if status is not None else None


def describe(error: BaseException) -> str:
    """One line that says what happened."""
    status = status_of(error)
    message = str(error)
    if isinstance(error, exceptions.ClientError):
        message = str(error.response.get("Error", {}).get("Message", ""))
    shown = code_of(error) + ("" if status is None else f" (HTTP {status})")
    return re.sub(r"\s+", " ", shown if message in ("", shown) else f"{shown}: {message}")
