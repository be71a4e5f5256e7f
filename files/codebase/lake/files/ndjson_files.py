"""One JSON document in each line. The stamp is spliced in after the root brace of each line that is an object.

Every other byte passes as it is, blank lines, CRLF and a last line without an end too. An empty file has no line and
passes. What was written before a fault is found is the caller's to throw away.
"""

from typing import Iterator, Optional

from lake.files.faults import FileFault
from lake.files.json_scanner import JsonScanner
from lake.files.source import Source
from lake.files.stamp import STAMP_NAME, stamp_member

# Whether a comma follows the stamp is known at the next byte that is no whitespace. So much whitespace is held back
# until then; behind more of it the comma stands directly before the first key.
MAX_GAP_BYTES = 4096


class Ndjson:
    """The kind of .ndjson and .jsonl."""

    suffixes = (".ndjson", ".jsonl")
    is_unchanged = False

    def process(self, source: Source) -> Iterator[bytes]:
        """Yields each chunk with its stamps."""
        stamper = _Stamper(stamp_member(source.key, source.sha256))
        for chunk in source.open():
            yield stamper.write(chunk)
        stamper.end()


class _Stamper:
    def __init__(self, member: bytes) -> None:
        self._member = member
        self._member_and_comma = member + b","
        self._inserts: list[tuple[int, bytes]] = []
        # Offset of the first byte that is not yet written, and the bytes from there on that came before this chunk.
        self._start = 0
        self._held = b""
        # Offset after the brace of a root whose first member is not yet seen.
        self._body: Optional[int] = None
        self._scanner = JsonScanner("lines", self)

    def open_root(self, body_start: int) -> None:
        self._body = body_start

    def enter_root(self, at: int, is_empty: bool) -> None:
        body = at if self._body is None else self._body
        is_near = at - body <= MAX_GAP_BYTES
        # A body that starts before `_start` has its stamp already.
        if body >= self._start:
            has_comma = is_near and not is_empty
            self._inserts.append((body, self._member_and_comma if has_comma else self._member))
        if not is_near and not is_empty:
            self._inserts.append((at, b","))
        self._body = None

    def meet_stamp(self, byte: int, record: int) -> None:
        detail = f"the line's object already has a member {STAMP_NAME}"
        raise FileFault("already-stamped", detail, byte, record)

    def write(self, chunk: bytes) -> bytes:
        self._scanner.write(chunk)
        ready = self._held + chunk
        start, end = self._start, self._start + len(ready)
        cut = end
        if self._body is not None and self._body >= start:
            if end - self._body <= MAX_GAP_BYTES:
                cut = self._body
            else:
                self._inserts.append((self._body, self._member))
        written = _splice(ready[: cut - start], start, self._inserts)
        self._held = ready[cut - start :]
        self._start = cut
        self._inserts = []
        return written

    def end(self) -> None:
        self._scanner.end()


def _splice(data: bytes, start: int, inserts: list[tuple[int, bytes]]) -> bytes:
    """Puts inserts into bytes that begin at the offset `start`."""
    if not inserts:
        return data
    parts: list[bytes] = []
    taken = 0
    for at, insert in inserts:
        parts.append(data[taken : at - start])
        parts.append(insert)
        taken = at - start
    parts.append(data[taken:])
    return b"".join(parts)
