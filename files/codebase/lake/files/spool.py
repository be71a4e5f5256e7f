"""Files in work: small ones in memory, others in a folder of temporary files. Nothing of a key is in their names."""

import os
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Iterable, Iterator, Optional, Union

from lake.files.keys import hash_text

# Up to this size a file is kept in memory instead.
_SMALL_BYTES = 64 * 1024
_READ_BYTES = 256 * 1024


@dataclass(frozen=True)
class Spooled:
    """Either `content` is there, or the file at `path`."""

    path: str
    length: int
    # Hexadecimal.
    sha256: str
    content: Optional[bytes]

    def open(self) -> Iterator[bytes]:
        """Reads it from the beginning."""
        if self.content is not None:
            return iter([self.content] if self.content else [])
        return _read(self.path)

    def body(self) -> Union[bytes, BinaryIO]:
        """What a request sends; a file is the caller's to close."""
        return open(self.path, "rb") if self.content is None else self.content


def work_path(folder: str, key: str, name: str) -> str:
    """Where a file of this key lies while it is worked on."""
    return os.path.join(folder, f"{hash_text(key)}.{name}")


def spool(chunks: Iterable[bytes], path: str) -> Spooled:
    """Keeps chunks, hashing them on the way, in memory as long as they are few."""
    digest = sha256()
    length = 0
    head: list[bytes] = []
    file: Optional[BinaryIO] = None
    try:
        for chunk in chunks:
            digest.update(chunk)
            length += len(chunk)
            if file is not None:
                file.write(chunk)
                continue
            head.append(chunk)
            if length > _SMALL_BYTES:
                file = open(path, "wb")
                file.writelines(head)
                head = []
    finally:
        if file is not None:
            file.close()
    return Spooled(path, length, digest.hexdigest(), b"".join(head) if file is None else None)


def remove(*paths: str) -> None:
    """Removes files, also where there are none."""
    for path in paths:
        if os.path.exists(path):
            os.remove(path)


def _read(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(_READ_BYTES):
            yield chunk
