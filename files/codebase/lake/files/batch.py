"""The work on every file below a prefix of input/, spread over the executors of Spark."""

from __future__ import annotations

import json
import pkgutil
import re
import time
from dataclasses import asdict
from datetime import datetime, timezone
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Optional

import lake.files
from lake.errors import JobError
from lake.files.keys import is_folder_marker
from lake.files.store import Entry, Store
from lake.files.task import Settings, Tally, work_through
from lake.files.world_faults import describe, scope_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# The driver holds so many listed files at once; then Spark works through them.
_ROUND_FILES = 200_000
_CHUNK_FILES = 1_000


def parse_settings(options: Mapping[str, str]) -> Settings:
    """Raises JobError that names the argument. `pass_through` is a list with commas between."""
    delimiter = options.get("csv_delimiter")
    if delimiter is not None and re.fullmatch(r'[\x01-\t\x0b\x0c\x0e-!#-\x7f]', delimiter) is None:
        expected = "one ASCII character other than a quote, CR, LF or NUL"
        raise JobError(f"--csv_delimiter: expected {expected}, got {delimiter!r}")
    endings = options["pass_through"].split(",") if "pass_through" in options else []
    for ending in endings:
        if re.fullmatch(r"\*|\.[^A-Z/]+", ending) is None:
            expected = "endings in small letters such as .parquet, or *, with commas between"
            raise JobError(f"--pass_through: expected {expected}, got {ending!r}")
    return Settings(options["bucket"], code_version(), delimiter, tuple(endings))


def run_batch(spark: SparkSession, options: Mapping[str, str]) -> None:
    """Handles every file below `input/<prefix>` once and prints what became of them.

    Raises JobError when the bucket cannot be listed, or when what concerns the bucket, the credentials or a machine
    ended a task early.
    """
    settings = parse_settings(options)
    began = time.monotonic()
    total = Tally()
    listed_at: Optional[float] = None
    try:
        for entries, listed_at in list_rounds(Store(settings.bucket), options.get("prefix", "")):
            for tally in _spread(spark, entries, settings):
                total.add(tally)
                for line in tally.lines:
                    _print(line)
    except Exception as error:
        # Spark's own faults keep their trace; those of a request are one line.
        if scope_of(error) == "world" and not type(error).__module__.startswith("botocore"):
            raise
        total.cause = describe(error)
    _print(_run_line(total, settings, listed_at, time.monotonic() - began))
    if total.cause is not None:
        raise JobError(f"s3://{settings.bucket}/input/: expected every file to be worked on, got {total.cause}")


def list_rounds(store: Store, prefix: str) -> Iterator[tuple[list[Entry], float]]:
    """Files in groups that the driver can hold, with S3's clock when they were listed; one group at least."""
    entries: list[Entry] = []
    now = 0.0
    for page in store.list(prefix):
        now = page.time
        entries.extend(entry for entry in page.entries if not is_folder_marker(entry.key, entry.size))
        if len(entries) >= _ROUND_FILES:
            yield entries, now
            entries = []
    yield entries, now


def code_version() -> str:
    """Twelve characters that name this code, for the records of refused files."""
    digest = sha256()
    for name in sorted(module.name for module in pkgutil.iter_modules(lake.files.__path__)):
        digest.update(pkgutil.get_data(lake.files.__name__, f"{name}.py") or b"")
    return digest.hexdigest()[:12]


def _spread(spark: SparkSession, entries: list[Entry], settings: Settings) -> list[Tally]:
    """Deals files to tasks, large ones first; more tasks than cores, so that none waits long for another."""
    if not entries:
        return []
    context = spark.sparkContext
    count = min(len(entries), max(4 * context.defaultParallelism, len(entries) // _CHUNK_FILES))
    largest_first = sorted(entries, key=lambda entry: -entry.size)
    chunks = [largest_first[at::count] for at in range(count)]
    return context.parallelize(chunks, count).mapPartitions(partial(work_through, settings)).collect()


def _run_line(total: Tally, settings: Settings, listed_at: Optional[float], seconds: float) -> dict[str, Any]:
    """The members of the worker's run line."""
    counts = {name: count for name, count in asdict(total).items() if name not in ("oldest", "cause", "lines", "bytes")}
    waiting = None
    if listed_at is not None:
        waiting = max(0, round(listed_at - (listed_at if total.oldest is None else total.oldest)))
    return {
        "event": "run",
        "outcome": "done" if total.cause is None else "failed",
        **({} if total.cause is None else {"cause": total.cause}),
        **counts,
        "quarantined": 0,
        "isBudgetSpent": False,
        "bytes": total.bytes,
        "seconds": round(seconds, 3),
        "oldestWaitingSeconds": waiting,
        "workerVersion": settings.version,
    }


def _print(line: dict[str, Any]) -> None:
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    print(json.dumps({"time": now, **line}, ensure_ascii=False, separators=(",", ":")), flush=True)
