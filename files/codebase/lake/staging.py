"""One day of one table from raw into staged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional
from urllib.parse import unquote

from lake.checked import Checked, hold_rows, no_rows
from lake.csv_header import Header, read_header
from lake.csv_rows import read_csv_rows
from lake.datasets import Table
from lake.inputs import file_fault, file_name, gzip_fault, list_day, list_neighbours
from lake.json_rows import read_json_rows
from lake.layout import rejected_day, table_day
from lake.objects import StoredObject
from lake.publish import StagedDay, commit_day, discard_staging, stage_day
from lake.rejected import publish_rejected

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Places:
    """Buckets, and the folder for what is not done yet: s3://bucket/prefix/."""

    raw_bucket: str
    staged_bucket: str
    temp_dir: str


@dataclass(frozen=True)
class Outcome:
    """How many rows a day has now, and how many lines and files were set aside."""

    rows: int
    rejected: int


@dataclass(frozen=True)
class _Attempt:
    """What was staged, and what was seen on the way."""

    staged: StagedDay
    checked: Checked
    rejected: int
    open_quotes: list[str]


def convert_day(spark: "SparkSession", table: Table, places: Places, day: str) -> Optional[Outcome]:
    """Makes a day of a staged table, and its rows set aside, what raw says.

    None, and nothing done, where raw has no file of the day, and in the hours beside it no row.
    """
    files = list_day(places.raw_bucket, table, day)
    neighbours = list_neighbours(places.raw_bucket, table, day)
    if not files and not neighbours:
        return None
    is_csv = table.source.format == "csv"
    found = {file: file_fault(file, table.source.format) for file in files}
    faults = {file: fault for file, fault in found.items() if fault is not None}
    readable = [file for file in files if file not in faults]
    if is_csv:
        attempt = _stage_csv(spark, table, places, day, readable, faults)
    else:
        attempt = _stage_json(spark, table, places, day, readable, neighbours, faults)
    if not files and attempt.staged.rows == 0:
        discard_staging(attempt.staged)
        return None
    publish_rejected(
        spark,
        attempt.checked.rejected if attempt.rejected else None,
        faults,
        bucket=places.staged_bucket,
        prefix=rejected_day(table.name, day),
        temp_dir=places.temp_dir,
    )
    commit_day(attempt.staged)
    return Outcome(attempt.staged.rows, attempt.rejected + len(faults))


def _stage_csv(
    spark: "SparkSession",
    table: Table,
    places: Places,
    day: str,
    files: list[StoredObject],
    faults: dict[StoredObject, str],
) -> _Attempt:
    """Line by line, which Spark can split; files in which that leaves quotes open are read again by records."""
    headers: dict[StoredObject, Header] = {}
    for file in files:
        try:
            header = read_header(file, table.source.delimiter)
            if header is not None:
                headers[file] = header
        except ValueError as error:
            faults[file] = str(error)
    size = sum(file.size for file in headers)

    def attempt(multi_line: set[str]) -> _Attempt:
        rows = read_csv_rows(spark, table, headers, multi_line, len(headers) > 1) if headers else no_rows(spark, table)
        return _stage(rows, table, places, day, size)

    by_lines = attempt(set())
    urls = {unquote(url) for url in by_lines.open_quotes}
    multi_line = _better_by_records(spark, table, {file: headers[file] for file in headers if file.url in urls})
    return attempt(multi_line) if multi_line else by_lines


def _stage_json(
    spark: "SparkSession",
    table: Table,
    places: Places,
    day: str,
    files: list[StoredObject],
    neighbours: list[StoredObject],
    faults: dict[StoredObject, str],
) -> _Attempt:
    """All files at once; if that fails, without those whose gzip is broken."""
    from py4j.protocol import Py4JJavaError

    def attempt(readable: list[StoredObject]) -> _Attempt:
        rows = read_json_rows(spark, table, readable, day) if readable else no_rows(spark, table)
        return _stage(rows, table, places, day, sum(file.size for file in readable if file in files))

    try:
        return attempt([*files, *neighbours])
    except Py4JJavaError:
        found = {file: gzip_fault(file) for file in [*files, *neighbours] if file.key.endswith(".gz")}
        broken = {file: fault for file, fault in found.items() if fault is not None}
        if not broken:
            raise
    # A neighbour's file is told of on its own day.
    faults.update({file: fault for file, fault in broken.items() if file in files})
    return attempt([file for file in [*files, *neighbours] if file not in broken])


def _stage(checked: Checked, table: Table, places: Places, day: str, size: int) -> _Attempt:
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    seen = Observation()
    observed = checked.rows.observe(
        seen,
        f.count_if(~f.col("_is_good")).alias("rejected"),
        f.array_join(f.collect_set("_open_quote"), "\n").alias("open_quotes"),
    )
    staged = stage_day(
        observed.where("_is_good").drop("_is_good", "_open_quote"),
        bucket=places.staged_bucket,
        prefix=table_day(table.name, day),
        temp_dir=places.temp_dir,
        key=table.key,
        input_bytes=size,
        prefer=["_rank"],
    )
    counts = seen.get
    return _Attempt(staged, checked, counts["rejected"], counts["open_quotes"].split())


def _better_by_records(spark: "SparkSession", table: Table, files: dict[StoredObject, Header]) -> set[str]:
    """URLs of the files that have no fewer rows when a quoted field may have line breaks: a quoted line break at the end
    of a record costs a row that is none. A quote that begins a field and never ends would take the rows behind it along.
    """
    from py4j.protocol import Py4JJavaError
    from pyspark.sql import functions as f

    if not files:
        return set()

    def count_rows(multi_line: set[str]) -> dict[str, int]:
        rows = hold_rows(read_csv_rows(spark, table, files, multi_line, ranked=True).rows).where("_is_good")
        return {url: count for url, count in rows.groupBy(file_name(f.col("_rank"))).count().collect()}

    urls = {file.url for file in files}
    try:
        by_records = count_rows(urls)
    except Py4JJavaError as error:
        if "TextParsingException" not in str(error):
            raise
        # A value of one of them is too long: that one stays with its lines.
        alone = [{file: header} for file, header in files.items()]
        return set().union(*(_better_by_records(spark, table, one) for one in alone)) if len(alone) > 1 else set()
    by_lines = count_rows(set())
    return {url for url in urls if by_records.get(url, 0) >= by_lines.get(url, 0)}
