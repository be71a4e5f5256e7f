"""First lines of CSV files: which column of a file is which of a table."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Optional

from lake.datasets import Table
from lake.objects import StoredObject, read_object

_LONGEST_HEADER_BYTES = 1024 * 1024
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Header:
    """The record as it stands in the file, without its end of line, and the columns' names as a table has them."""

    text: str
    names: tuple[str, ...]


def read_header(file: StoredObject, delimiter: str) -> Optional[Header]:
    """The header of a file; None of an empty one. Raises ValueError that says what is wrong with it."""
    body = read_object(file.bucket, file.key, _LONGEST_HEADER_BYTES)
    return parse_header(body or b"", delimiter)


def parse_header(body: bytes, delimiter: str) -> Optional[Header]:
    """The header at the begin of a file; see `read_header`."""
    record = _first_record(body)
    try:
        text = record.decode("utf-8").lstrip(_BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        raise ValueError("expected a header in UTF-8") from None
    if text.strip() == "":
        return None
    fields = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    names = tuple(_column_name(field, place) for place, field in enumerate(fields, 1))
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValueError(f"expected each column once, got {', '.join(doubled)} twice")
    return Header(text, names)


def new_columns(headers: list[Header], table: Table) -> list[str]:
    """Columns of the files that the table does not declare, sorted."""
    declared = {column.name for column in table.columns}
    return sorted({name for header in headers for name in header.names} - declared)


def _first_record(body: bytes) -> bytes:
    """The first line that is not empty, with those behind it up to the one that closes its quotes, if any does."""
    lines = re.split(rb"(?<=\n)|(?<=\r)(?!\n)", body)
    first = next((at for at, line in enumerate(lines) if line.strip() != b""), 0)
    quotes = 0
    for at in range(first, len(lines)):
        quotes += lines[at].count(b'"')
        if quotes % 2 == 0:
            return b"".join(lines[first : at + 1]).rstrip(b"\r\n")
    return lines[first].rstrip(b"\r\n")


def _column_name(field: str, place: int) -> str:
    """A name that SQL takes without quotes; dt is the partition's."""
    name = re.sub(r"[^a-z0-9_]+", "_", field.strip().lower()).strip("_")
    if name == "":
        return f"column_{place}"
    return name if name[0].isalpha() and name != "dt" else f"column_{name}"
