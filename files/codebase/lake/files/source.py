"""A file that was downloaded whole, and the kinds that read it."""

from dataclasses import dataclass
from typing import Callable, Iterator, Optional, Protocol, Sequence


@dataclass(frozen=True)
class Source:
    """`open` reads the bytes from the beginning, as often as needed, in chunks of any size but 0."""

    key: str
    # Hexadecimal, of the bytes as they are stored.
    sha256: str
    open: Callable[[], Iterator[bytes]]


class Processor(Protocol):
    """One kind of file."""

    # Lower-case endings of the keys that are of this kind.
    suffixes: Sequence[str]
    # Whether the output has the very bytes of the source, so that nothing has to be written anew.
    is_unchanged: bool

    def process(self, source: Source) -> Iterator[bytes]:
        """Yields the output, which depends on key and bytes alone. Raises FileFault."""
        ...


FindProcessor = Callable[[str], Optional[Processor]]
