"""The work of one task of Spark: some files, several at the same time, and what became of them."""

from __future__ import annotations

import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, Optional

from lake.files.kinds import create_find_processor
from lake.files.protocol import World, handle_file
from lake.files.store import Entry, Store
from lake.files.world_faults import describe, scope_of

# Files at the same time in each task: most of the time is spent waiting for S3.
_HANDS = 8
# Larger files are worked on one after another, so that a task needs the disk for one of them alone.
_LARGE_BYTES = 64 * 1024**2
# Requests that may fail one after another, with none working in between, before a task gives up.
_MAX_FAULTS_IN_A_ROW = 10
# Of each task so many files that were not processed are named in the log.
_MAX_NAMED = 20


@dataclass(frozen=True)
class Settings:
    """What every task has to know; the two last as in the worker's config."""

    bucket: str
    version: str
    csv_delimiter: Optional[str]
    pass_through: tuple[str, ...]


@dataclass
class Tally:
    """What became of the files of a task, or of all; `oldest`: seconds since 1970, of those that still wait."""

    processed: int = 0
    rejected: int = 0
    gone: int = 0
    changed: int = 0
    left: int = 0
    bytes: int = 0
    oldest: Optional[float] = None
    cause: Optional[str] = None
    lines: list[dict[str, Any]] = field(default_factory=list)

    def wait(self, entry: Entry) -> None:
        """A file still stands in input/."""
        self.oldest = entry.modified if self.oldest is None else min(self.oldest, entry.modified)

    def add(self, other: Tally) -> None:
        """Takes in what another task counted, but for its lines."""
        for name in ("processed", "rejected", "gone", "changed", "left", "bytes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        known = [each for each in (self.oldest, other.oldest) if each is not None]
        self.oldest = min(known, default=None)
        self.cause = self.cause or other.cause


def work_through(settings: Settings, chunks: Iterable[list[Entry]]) -> Iterator[Tally]:
    """One task's work."""
    for entries in chunks:
        with tempfile.TemporaryDirectory(prefix="millrace-files-") as folder:
            find_processor = create_find_processor(settings.csv_delimiter, settings.pass_through)
            world = World(Store(settings.bucket, 2 * _HANDS), folder, find_processor, settings.version)
            task = _Task(world)
            with ThreadPoolExecutor(_HANDS) as hands:
                list(hands.map(task.handle, entries))
            yield task.tally


class _Task:
    def __init__(self, world: World) -> None:
        self.tally = Tally()
        self._world = world
        self._counting = threading.Lock()
        self._large = threading.Lock()
        self._faults_in_a_row = 0

    def handle(self, entry: Entry) -> None:
        if entry.size <= _LARGE_BYTES:
            self._handle(entry)
        else:
            with self._large:
                self._handle(entry)

    def _handle(self, entry: Entry) -> None:
        if self.tally.cause is not None:
            with self._counting:
                self.tally.wait(entry)
            return
        began = time.monotonic()
        try:
            ending = handle_file(entry, self._world)
        except Exception as error:
            self._leave(entry, error, began)
            return
        with self._counting:
            self._faults_in_a_row = 0
            self._count(entry, ending.outcome)
            if ending.fault is not None:
                self._name(entry, ending.outcome, f"{ending.fault.reason}: {ending.fault.detail}", began)

    def _leave(self, entry: Entry, error: Exception, began: float) -> None:
        """A fault of the world: the file stays, and nothing counts against it."""
        with self._counting:
            cause = describe(error)
            self._count(entry, "left")
            self._name(entry, "left", cause, began)
            self.tally.wait(entry)
            scope = scope_of(error)
            if scope == "file":
                return
            self._faults_in_a_row += 1
            if scope == "run":
                self.tally.cause = self.tally.cause or cause
            elif self._faults_in_a_row >= _MAX_FAULTS_IN_A_ROW:
                in_a_row = f"{_MAX_FAULTS_IN_A_ROW} faults in a row, the last: {cause}"
                self.tally.cause = self.tally.cause or in_a_row

    def _count(self, entry: Entry, outcome: str) -> None:
        setattr(self.tally, outcome, getattr(self.tally, outcome) + 1)
        if outcome in ("processed", "rejected"):
            self.tally.bytes += entry.size

    def _name(self, entry: Entry, outcome: str, reason: str, began: float) -> None:
        if len(self.tally.lines) < _MAX_NAMED:
            line = {"event": "file", "key": entry.key, "outcome": outcome, "reason": reason}
            self.tally.lines.append({**line, "bytes": entry.size, "seconds": round(time.monotonic() - began, 3)})
