"""Which kind a file is of, by its key."""

from typing import Iterator, Optional, Sequence

from lake.files.csv_files import Csv
from lake.files.gzip_files import Gzipped
from lake.files.json_files import Json
from lake.files.ndjson_files import Ndjson
from lake.files.source import FindProcessor, Processor, Source


class PassThrough:
    """Files that pass unchanged, whatever is in them, empty ones too."""

    is_unchanged = True

    def __init__(self, suffixes: Sequence[str]) -> None:
        self.suffixes = tuple(suffixes)

    def process(self, source: Source) -> Iterator[bytes]:
        """Yields the source's own bytes."""
        return source.open()


def create_find_processor(csv_delimiter: Optional[str], pass_through: Sequence[str]) -> FindProcessor:
    """Finds the processor for a key, by its ending in any letter case; None for a kind that nobody knows.

    `csv_delimiter`: one ASCII character, None: found in each file. `pass_through`: lower-case endings of keys whose
    files pass unchanged, before any other kind; `*` takes what no other knows.
    """
    plain: list[Processor] = [Json(), Ndjson(), Csv(csv_delimiter)]
    chosen = PassThrough([ending for ending in pass_through if ending != "*"])
    processors: list[Processor] = [chosen, *plain, *map(Gzipped, plain)]
    otherwise = PassThrough([""]) if "*" in pass_through else None

    def find(key: str) -> Optional[Processor]:
        name = key.lower()
        return next((each for each in processors if name.endswith(tuple(each.suffixes))), otherwise)

    return find
