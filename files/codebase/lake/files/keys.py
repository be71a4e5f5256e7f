"""Keys of the worker's bucket. A `key` is always the part behind the folder, as in `input/<key>`."""

from hashlib import sha256
from typing import NamedTuple, Optional
from urllib.parse import unquote

INPUT, OUTPUT, ERRORS = "input/", "output/", "errors/"
_MAX_KEY_BYTES = 1024
_RECORD_SUFFIX = ".error.json"


class ErrorKeys(NamedTuple):
    """Object keys of a refused file and of its record."""

    file: str
    record: str


def hash_text(text: str) -> str:
    """Hexadecimal SHA-256 of a text in UTF-8."""
    return sha256(text.encode()).hexdigest()


def decode_listed_key(encoded: str) -> str:
    """A key as it stands in a url-encoded listing: AWS writes a space as `+`, other servers as `%20`."""
    return unquote(encoded.replace("+", " "))


def is_folder_marker(key: str, size: int) -> bool:
    """Whether the object only makes a folder visible in a browser."""
    return size == 0 and (key == "" or key.endswith("/"))


def output_key(key: str) -> Optional[str]:
    """Where the result goes; None when the folder's name makes the key too long for S3."""
    target = OUTPUT + key
    return target if len(target.encode()) <= _MAX_KEY_BYTES else None


def error_keys(key: str) -> ErrorKeys:
    """Where a refused file and its record go, by the same rule as the worker's `errorKeys`."""
    plain = ERRORS + key
    is_awkward = (
        key == ""
        or key.startswith("~")
        or key.endswith(_RECORD_SUFFIX)
        or len((plain + _RECORD_SUFFIX).encode()) > _MAX_KEY_BYTES
    )
    file = f"{ERRORS}~{hash_text(key)}" if is_awkward else plain
    return ErrorKeys(file, file + _RECORD_SUFFIX)
