"""Another kind as gzip (RFC 1952), written as one member without a name or a time.

A stamp names the SHA-256 of the compressed file, as it was stored. Places of faults are of the decompressed bytes, and
their text says so. Two versions of zlib may compress differently: outputs are equal after decompression.
"""

import zlib
from typing import Iterator

from lake.files.faults import FileFault
from lake.files.source import Processor, Source

# How far a file may expand, and how much is free to expand at any ratio; the reasons stand in the worker's `gzip.ts`.
MAX_RATIO = 200
FREE_BYTES = 64 * 1024**2

_LEVEL = 6
_CHUNK_BYTES = 64 * 1024
# zlib's window with a header and a trailer of gzip around it.
_GZIP = 31


class Gzipped:
    """The kinds of `inner` with .gz behind."""

    is_unchanged = False

    def __init__(self, inner: Processor) -> None:
        self._inner = inner
        self.suffixes = tuple(f"{suffix}.gz" for suffix in inner.suffixes)

    def process(self, source: Source) -> Iterator[bytes]:
        """Yields the inner kind's output, compressed again."""
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        for chunk in self._process_inner(source):
            packed = packer.compress(chunk)
            if packed:
                yield packed
        yield packer.flush()

    def _process_inner(self, source: Source) -> Iterator[bytes]:
        unpacked = Source(source.key, source.sha256, lambda: _limit(_unpack(source), source))
        try:
            yield from self._inner.process(unpacked)
        except FileFault as fault:
            if fault.reason in ("invalid-gzip", "gzip-bomb"):
                raise
            detail = f"in the decompressed file: {fault.detail}"
            raise FileFault(fault.reason, detail, fault.byte, fault.record) from fault


def _unpack(source: Source) -> Iterator[bytes]:
    """All members, one after another."""
    members = _Members()
    taken = 0
    for chunk in source.open():
        rest, is_full = chunk, False
        while rest or is_full:
            piece, rest, is_full = members.read(rest)
            if piece:
                yield piece
            if members.is_padded:
                byte = taken + len(chunk) - len(rest)
                raise FileFault("invalid-gzip", "expected another member or the end, got a zero byte", byte)
        taken += len(chunk)
    if not members.is_ended():
        raise FileFault("invalid-gzip", "unexpected end of file")


class _Members:
    def __init__(self) -> None:
        self._engine = zlib.decompressobj(_GZIP)
        # Zero bytes follow a member; nothing behind them is read.
        self.is_padded = False

    def is_ended(self) -> bool:
        return bool(self._engine.eof)

    def read(self, rest: bytes) -> tuple[bytes, bytes, bool]:
        """Gives at most a chunk, what is left of the input, and whether more may come without any."""
        parts: list[bytes] = []
        room = _CHUNK_BYTES
        while room > 0 and not self.is_padded:
            if self._engine.eof:
                if not rest:
                    break
                if rest[0] == 0:
                    self.is_padded = True
                    break
                self._engine = zlib.decompressobj(_GZIP)
            try:
                part = self._engine.decompress(rest, room)
            except zlib.error as error:
                # What came before the damage in this chunk is dropped, as zlib's stream in Node.js does.
                raise FileFault("invalid-gzip", _describe(error)) from error
            parts.append(part)
            room -= len(part)
            rest = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail
            if not self._engine.eof and room > 0:
                break
        return b"".join(parts), rest, room == 0


def _describe(error: zlib.error) -> str:
    """What zlib itself says, without what Python says before it."""
    return str(error).rsplit(": ", 1)[-1]


def _limit(chunks: Iterator[bytes], source: Source) -> Iterator[bytes]:
    """Passes on what is within bounds. The size of the file itself is only counted once it matters."""
    length = 0
    most = FREE_BYTES
    for chunk in chunks:
        length += len(chunk)
        if length > most:
            most = max(FREE_BYTES, MAX_RATIO * sum(map(len, source.open())))
        if length > most:
            raise FileFault("gzip-bomb", f"expands to more than {most} bytes")
        yield chunk
