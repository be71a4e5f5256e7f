"""Delimited text with a header: checked record by record, passed on byte for byte."""

from typing import Iterable, Iterator, NamedTuple, Optional, Sequence

from lake.files.csv_scanner import CsvScanner
from lake.files.faults import FileFault
from lake.files.source import Source

# How much of a file is looked at to find its delimiter.
_SAMPLE_BYTES = 64 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_COMMA, _COLON = b",:"

# Delimiters that most files have, then those that hardly any text has for another reason, in order of preference.
_USUAL = b",;\t|"
_UNUSUAL = b"\x01^~" + bytes(code for code in range(1, 0x20) if code not in b"\x01\t\n\r")
# What stands in text for many other reasons.
_MARKS = b"#/\\@$%&*+=!"


class Csv:
    """The kind of .csv, .tsv and .txt; `delimiter` is one ASCII character, None: found in each file."""

    suffixes = (".csv", ".tsv", ".txt")
    is_unchanged = True

    def __init__(self, delimiter: Optional[str]) -> None:
        self._given = None if delimiter is None else ord(delimiter)

    def process(self, source: Source) -> Iterator[bytes]:
        """Yields the source's own bytes."""
        scanner: Optional[CsvScanner] = None
        for chunk in _with_long_head(source.open(), _SAMPLE_BYTES):
            if scanner is None:
                start = len(_BYTE_ORDER_MARK) if chunk.startswith(_BYTE_ORDER_MARK) else 0
                text = chunk[start:]
                scanner = CsvScanner(detect_delimiter(text) if self._given is None else self._given, start)
                scanner.write(text)
            else:
                scanner.write(chunk)
            yield chunk
        (scanner or CsvScanner(_COMMA)).end()


def _with_long_head(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The same bytes, the first chunk with at least `length` of them or all that there are."""
    head: Optional[list[bytes]] = []
    missing = length
    for chunk in chunks:
        if head is None:
            yield chunk
            continue
        missing -= len(chunk)
        head.append(chunk)
        if missing <= 0:
            yield b"".join(head)
            head = None
    if head:
        yield b"".join(head)


class _Trial(NamedTuple):
    delimiter: int
    # No record of the sample is at fault.
    holds: bool
    # Fields of the first record.
    fields: int


def detect_delimiter(text: bytes) -> int:
    """The delimiter under which all records of the sample hold with the most fields, more than one.

    The groups and their order are those of the worker's `detectDelimiter`, which says why.
    """
    sample = text[:_SAMPLE_BYTES]

    def try_all(delimiters: Sequence[int]) -> list[_Trial]:
        is_whole = len(sample) == len(text)
        return [_try_delimiter(sample, code, is_whole) for code in delimiters if code in sample]

    groups = [try_all(_USUAL), try_all(_UNUSUAL)]
    for group in groups:
        best = _find_widest(trial for trial in group if trial.holds)
        if best is not None:
            return best.delimiter
    for group in groups:
        broken = _find_widest(group)
        if broken is not None:
            return broken.delimiter
    for codes in (bytes([_COLON]), _MARKS):
        rare = _find_widest(trial for trial in try_all(codes) if trial.holds)
        if rare is not None:
            return rare.delimiter
    return _COMMA


def _find_widest(trials: Iterable[_Trial]) -> Optional[_Trial]:
    """The first of those with the most fields, if more than one."""
    widest: Optional[_Trial] = None
    for trial in trials:
        if trial.fields > (1 if widest is None else widest.fields):
            widest = trial
    return widest


def _try_delimiter(sample: bytes, delimiter: int, is_whole: bool) -> _Trial:
    """`is_whole`: the sample is all of the file, so that its last record counts too."""
    scanner = CsvScanner(delimiter)
    try:
        scanner.write(sample)
        if is_whole:
            scanner.end()
    except FileFault:
        return _Trial(delimiter, False, scanner.fields)
    return _Trial(delimiter, True, scanner.fields)
