"""A single JSON document: checked from end to end first, then copied with the stamp spliced in after the root brace.

No byte of the document is ever written anew, so 1.0, big integers and repeated keys survive.
"""

from typing import Iterator, Optional

from lake.files.faults import FileFault
from lake.files.json_scanner import JsonScanner
from lake.files.source import Source
from lake.files.stamp import STAMP_NAME, stamp_member


class Json:
    """The kind of .json."""

    suffixes = (".json",)
    is_unchanged = False

    def process(self, source: Source) -> Iterator[bytes]:
        """A root that is no object passes as it is."""
        root = _find_root(source)
        if root.body_start is None:
            yield from source.open()
            return
        comma = b"" if root.is_empty else b","
        yield from _splice(source.open(), root.body_start, stamp_member(source.key, source.sha256) + comma)


class _Root:
    """Notes where the root object's body begins, and the first stamp in it."""

    def __init__(self) -> None:
        self.body_start: Optional[int] = None
        self.is_empty = False
        self.stamped_at: Optional[int] = None

    def open_root(self, body_start: int) -> None:
        self.body_start = body_start

    def enter_root(self, at: int, is_empty: bool) -> None:
        self.is_empty = is_empty

    def meet_stamp(self, byte: int, record: int) -> None:
        if self.stamped_at is None:
            self.stamped_at = byte


def _find_root(source: Source) -> _Root:
    root = _Root()
    scanner = JsonScanner("document", root)
    for chunk in source.open():
        scanner.write(chunk)
    scanner.end()
    if root.stamped_at is not None:
        detail = f"the root object already has a member {STAMP_NAME}"
        raise FileFault("already-stamped", detail, root.stamped_at)
    return root


def _splice(chunks: Iterator[bytes], at: int, insert: bytes) -> Iterator[bytes]:
    offset = 0
    for chunk in chunks:
        cut = at - offset
        offset += len(chunk)
        if 0 < cut <= len(chunk):
            yield chunk[:cut] + insert + chunk[cut:]
        else:
            yield chunk
