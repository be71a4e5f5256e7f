"""Checks delimited text that arrives in chunks, in memory that does not grow with it.

The same rules, places and texts as the worker's `csv-scanner.ts`: records end with LF or CRLF, fields may be quoted
(RFC 4180), a quote inside an unquoted field is an ordinary character, blank lines are skipped, each record has as many
fields as the first, a CR that ends no record and a NUL byte refuse the file. Only ASCII bytes have a meaning.
"""

import re
import sys
from functools import lru_cache
from typing import Literal, NamedTuple, NoReturn, Optional

from lake.files.faults import FileFault

_QUOTE, _NEWLINE, _RETURN = 0x22, 0x0A, 0x0D
# So many records are matched at once; they are counted only as whole batches.
_BATCH = 64
_KEPT = b"+" if sys.version_info >= (3, 11) else b""

# Where in a record the scanner stands; `closed` is after a closing quote, `cr` after the CR of a record's end.
_Position = Literal["start", "plain", "quoted", "closed", "cr"]


class CsvScanner:
    """`write` and `end` raise FileFault `invalid-csv` with the byte and the record of the fault."""

    def __init__(self, delimiter: int, first_byte: int = 0) -> None:
        """`delimiter`: the code of any ASCII character but a quote, CR, LF and NUL; `first_byte`: its offset."""
        self._delimiter = delimiter
        self._meaning = _meaning_of(delimiter)
        self._position: _Position = "start"
        self._offset = first_byte
        self._record = 1
        self._record_start = first_byte
        self._fields = 1
        self._expected: Optional[int] = None

    @property
    def fields(self) -> int:
        """Fields of the first record; those seen so far while it goes on."""
        return self._fields if self._expected is None else self._expected

    def write(self, chunk: bytes) -> None:
        """Takes the next bytes of the file."""
        at = 0
        while at < len(chunk):
            if self._position in ("start", "plain"):
                if self._expected is not None and self._offset + at == self._record_start:
                    at = self._run_ahead(self._expected, chunk, at)
                at = self._read_plain(chunk, at)
            elif self._position == "quoted":
                at = self._read_quoted(chunk, at)
            else:
                self._read_end(chunk[at], self._offset + at)
                at += 1
        self._offset += len(chunk)

    def end(self) -> None:
        """The file ends here."""
        if self._position == "quoted":
            self._refuse("a quoted field never ends", self._record_start)
        self._end_record(self._offset - 1 if self._position == "cr" else self._offset, self._offset)
        if self._expected is None:
            self._refuse("expected at least one record, got none", 0)

    def _run_ahead(self, fields: int, chunk: bytes, at: int) -> int:
        """Goes over whole records that are as they have to be; gives the place behind them."""
        for pattern, count in _records_of(self._delimiter, fields):
            match = pattern.match
            found = match(chunk, at)
            while found is not None:
                at = found.end()
                self._record += count
                found = match(chunk, at)
        self._record_start = self._offset + at
        return at

    def _read_plain(self, chunk: bytes, at: int) -> int:
        """Reads unquoted fields up to a quote that opens one, to a CR or to the record's end; gives where to go on."""
        field_start = at if self._position == "start" else -1
        for found in self._meaning.finditer(chunk, at):
            at = found.start()
            byte = chunk[at]
            if byte == self._delimiter:
                self._fields += 1
                field_start = at + 1
            elif byte == _NEWLINE:
                self._end_record(self._offset + at, self._offset + at + 1)
                return at + 1
            elif byte == _RETURN:
                self._position = "cr"
                return at + 1
            elif byte == 0:
                self._refuse_nul(self._offset + at)
            elif at == field_start:
                self._position = "quoted"
                return at + 1
        self._position = "start" if field_start == len(chunk) else "plain"
        return len(chunk)

    def _read_quoted(self, chunk: bytes, at: int) -> int:
        """Reads a quoted field up to its closing quote, and over doubled ones; gives where to go on."""
        found = _QUOTED_END.search(chunk, at)
        if found is None:
            return len(chunk)
        if found.group() == b"\0":
            self._refuse_nul(self._offset + found.start())
        self._position = "closed"
        return found.end()

    def _read_end(self, byte: int, at: int) -> None:
        """After a closing quote or a CR."""
        if self._position == "cr":
            if byte != _NEWLINE:
                self._refuse("expected a line feed after a carriage return", at)
            self._end_record(at - 1, at + 1)
        elif byte == _QUOTE:
            self._position = "quoted"
        elif byte == _NEWLINE:
            self._end_record(at, at + 1)
        elif byte == _RETURN:
            self._position = "cr"
        elif byte != self._delimiter:
            self._refuse("expected a delimiter or a line end after a closing quote", at)
        else:
            self._fields += 1
            self._position = "start"

    def _end_record(self, end: int, following: int) -> None:
        """A record whose text ends before the offset `end` and whose line end, if any, ends before `following`."""
        if end > self._record_start:
            if self._expected is None:
                self._expected = self._fields
            if self._fields != self._expected:
                detail = f"expected {self._expected} fields as in the first record, got {self._fields}"
                self._refuse(detail, self._record_start)
            self._record += 1
        self._record_start = following
        self._fields = 1
        self._position = "start"

    def _refuse_nul(self, at: int) -> NoReturn:
        self._refuse("expected text, got a NUL byte (binary or UTF-16)", at)

    def _refuse(self, detail: str, byte: int) -> NoReturn:
        raise FileFault("invalid-csv", detail, byte, self._record)


class _Records(NamedTuple):
    pattern: "re.Pattern[bytes]"
    count: int


_QUOTED_END = re.compile(rb'["\0]')


@lru_cache(maxsize=64)
def _meaning_of(delimiter: int) -> "re.Pattern[bytes]":
    """What an unquoted field can end with, and what has a meaning in it."""
    return re.compile(rb'[\n\r"\0' + re.escape(bytes([delimiter])) + rb"]")


@lru_cache(maxsize=64)
def _records_of(delimiter: int, fields: int) -> tuple[_Records, ...]:
    """Patterns for whole records with their line ends, many first; blank lines are none of them."""
    separator = re.escape(bytes([delimiter]))
    plain = rb'[^"\n\r\0' + separator + rb"][^\n\r\0" + separator + rb"]*" + _KEPT
    quoted = rb'"[^"\0]*' + _KEPT + rb'(?:""[^"\0]*' + _KEPT + rb")*" + _KEPT + rb'"'
    field = b"(?:" + plain + b"|" + quoted + b")"
    if fields == 1:
        record = field + rb"\r?\n"
    else:
        record = field + b"?(?:" + separator + field + b"?){%d}" % (fields - 1) + rb"\r?\n"
    many = b"(?:" + record + b"){%d}" % _BATCH
    return (_Records(re.compile(many), _BATCH), _Records(re.compile(record), 1))
