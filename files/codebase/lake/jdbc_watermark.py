"""How far a table has been read: one note per day beside its data, written before the rows are read and again after.

jdbc/<schema>.<table>/_watermarks/dt=<day>.json holds {"column", "from", "to", "state"}: the rows of the day are those
with a value above `from` and up to `to`. The note is `planned` first and `done` when the rows are there. A range never
changes once it is planned, and each begins where the one before it ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lake.errors import JobError
from lake.jdbc_sql import literal, quote
from lake.jdbc_types import Column
from lake.layout import parse_day
from lake.objects import list_objects, read_object, write_object

# Numbers and times as PostgreSQL writes them.
_VALUE = re.compile(r"[+-]?[0-9][0-9A-Za-z .:+-]*\Z")


@dataclass(frozen=True)
class Range:
    """The rows of a day: low < column <= high. No low: from the beginning; no high: there is none yet."""

    day: str
    column: str
    low: str | None
    high: str | None
    is_done: bool = False

    def conditions(self, column: Column) -> list[str]:
        name = quote(column.name)
        if self.high is None:
            return ["false"]
        above = [] if self.low is None else [f"{name} > {literal(self.low, column)}"]
        return [*above, f"{name} <= {literal(self.high, column)}"]


class WatermarkLog:
    """The notes of one table in raw."""

    def __init__(self, bucket: str, folder: str) -> None:
        """`folder`: jdbc/<schema>.<table>/"""
        self._bucket = bucket
        self._prefix = f"{folder}_watermarks/dt="

    def plan(self, day: str, column: str, find_high: Callable[[str | None], str | None]) -> list[Range]:
        """What is to be read for a day, in order: a range that an earlier run left behind comes first.

        `find_high(low)` gives the largest value there is above low, None for none. Raises JobError.
        """
        days = self._days()
        if day in days:
            return [self._read(day, column)]
        last = self._read(days[-1], column) if days else None
        if last and last.day > day:
            raise JobError(f"--day: expected a day that was read before, or one after {last.day}, got {day}")
        low = last and (last.high or last.low)
        planned = Range(day, column, low, find_high(low) or low)
        return [planned] if last is None or last.is_done else [last, planned]

    def write(self, entry: Range) -> None:
        note = {
            "column": entry.column,
            "from": entry.low,
            "to": entry.high,
            "state": "done" if entry.is_done else "planned",
        }
        write_object(self._bucket, f"{self._prefix}{entry.day}.json", json.dumps(note).encode())

    def _days(self) -> list[str]:
        keys = [found.key for found in list_objects(self._bucket, self._prefix)]
        return sorted(key[len(self._prefix) : -len(".json")] for key in keys)

    def _read(self, day: str, column: str) -> Range:
        key = f"{self._prefix}{day}.json"
        entry = parse_note(day, read_object(self._bucket, key) or b"", f"s3://{self._bucket}/{key}")
        if entry.column != column:
            raise JobError(
                f"--watermark_column: expected {entry.column!r}, by which the table was read up to {day}, got"
                f" {column!r} (to begin again, delete what is below s3://{self._bucket}/{self._prefix})"
            )
        return entry


def parse_note(day: str, body: bytes, where: str) -> Range:
    try:
        note: Any = json.loads(body)
        parse_day(day)
        entry = Range(day, note["column"], note["from"], note["to"], {"planned": False, "done": True}[note["state"]])
        if not all(value is None or _VALUE.match(value) for value in (entry.low, entry.high)):
            raise ValueError("value")
    except (KeyError, TypeError, ValueError):
        raise JobError(f"{where}: expected a watermark (column, from, to, state), got something else") from None
    return entry
