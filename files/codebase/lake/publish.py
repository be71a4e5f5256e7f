"""The one way to write a day: as one object, replaced in one step.

S3 replaces one object at once, and never two. So a day is one object, and who reads it finds the day as it was or as it
is, also while it is written and after a run that was cut off.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Sequence

from lake.objects import StoredObject, copy_object, delete_objects, list_objects, split_url
from lake.parquet_files import count_rows, join_files

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

BYTES_PER_TASK = 128 * 1024**2
_MOST_TASKS = 999


@dataclass(frozen=True)
class StagedDay:
    """A day that lies in the temporary folder, whole; `file` is None where it has no rows."""

    bucket: str
    prefix: str
    staging: str
    file: Optional[StoredObject]
    rows: int


def publish_day(
    rows: "DataFrame",
    *,
    bucket: str,
    prefix: str,
    temp_dir: str,
    key: Sequence[str],
    input_bytes: int,
    prefer: Sequence[str] = (),
) -> int:
    """Makes s3://bucket/prefix hold exactly these rows, in rows.parquet, and gives their number.

    `prefix` ends with a slash and belongs to this call alone: what else lies there goes. Of rows with the same `key` one
    stays: the greatest in the columns `prefer` (which are not written), then in all others. Without a key all rows stay.
    `input_bytes` says how many tasks the work is for.
    """
    staged = stage_day(
        rows, bucket=bucket, prefix=prefix, temp_dir=temp_dir, key=key, input_bytes=input_bytes, prefer=prefer
    )
    commit_day(staged)
    return staged.rows


def stage_day(
    rows: "DataFrame",
    *,
    bucket: str,
    prefix: str,
    temp_dir: str,
    key: Sequence[str],
    input_bytes: int,
    prefer: Sequence[str] = (),
) -> StagedDay:
    """The first half of `publish_day`: no reader sees anything of it."""
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    staging, spark, seen = _new_staging(temp_dir, bucket, prefix), rows.sparkSession, Observation()
    placed = _place_rows(rows, key, prefer, count_tasks(input_bytes))
    placed.observe(seen, f.count(f.lit(1)).alias("rows")).write.parquet(staging)
    counts = {file: count_rows(spark, file) for file in _written(staging, ".parquet")}
    found, wanted = sum(counts.values()), seen.get["rows"]
    if found != wanted:
        raise OSError(f"{staging}: expected {wanted} rows, which were written, got {found}")
    files = [file for file, count in counts.items() if count > 0]
    file = join_files(spark, files, f"{staging}joined.parquet") if len(files) > 1 else next(iter(files), None)
    return StagedDay(bucket, prefix, staging, file, found)


def publish_lines(lines: "DataFrame", *, bucket: str, prefix: str, temp_dir: str) -> None:
    """Makes s3://bucket/prefix hold these rows of one column of text, a line each, in rows.json."""
    staging = _new_staging(temp_dir, bucket, prefix)
    lines.repartition(1).sortWithinPartitions(*lines.columns).write.text(staging)
    (file,) = _written(staging, ".txt")
    commit_day(StagedDay(bucket, prefix, staging, file, 0))


def commit_day(staged: StagedDay) -> None:
    """The second half: in one step over what is there, then away with what is no part of the day."""
    kept = None
    if staged.file is not None:
        kept = f"{staged.prefix}rows.{'parquet' if staged.file.key.endswith('.parquet') else 'json'}"
        copy_object(staged.file, staged.bucket, kept)
    there = list_objects(staged.bucket, staged.prefix)
    delete_objects(staged.bucket, [one.key for one in there if one.key != kept])
    discard_staging(staged)


def remove_day(bucket: str, prefix: str) -> None:
    """Makes a day hold no rows."""
    delete_objects(bucket, [there.key for there in list_objects(bucket, prefix)])


def count_tasks(input_bytes: int) -> int:
    """How many tasks sort and write a day; each makes a row group of it."""
    return min(max(1, -(-input_bytes // BYTES_PER_TASK)), _MOST_TASKS)


def _place_rows(rows: "DataFrame", key: Sequence[str], prefer: Sequence[str], count: int) -> "DataFrame":
    """Sorted in each task, one row of each key."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    names = [name for name in rows.columns if name not in prefer]
    if not key:
        return rows.select(*_columns(names)).repartition(count).sortWithinPartitions(*_columns(names))
    order = [column.desc_nulls_last() for column in _columns([*prefer, *(name for name in names if name not in key)])]
    window = Window.partitionBy(*_columns(key)).orderBy(*order, *_columns(key))
    placed = rows.repartition(count, *_columns(key)).withColumn("_millrace_rank", f.row_number().over(window))
    return placed.where("_millrace_rank = 1").select(*_columns(names))


def _written(staging: str, ending: str) -> list[StoredObject]:
    """What a write left there."""
    there = list_objects(*split_url(staging))
    return [one for one in there if one.key.endswith(ending) and "/_temporary/" not in one.key]


def discard_staging(staged: StagedDay) -> None:
    """Removes the run's temporary folder; what a run leaves there that was cut off expires."""
    remove_day(*split_url(staged.staging))


def _new_staging(temp_dir: str, bucket: str, prefix: str) -> str:
    return f"{temp_dir}publish/{bucket}/{prefix}{uuid.uuid4().hex[:12]}/"


def _columns(names: Sequence[str]) -> list["Column"]:
    from pyspark.sql import functions as f

    return [f.col(_quote(name)) for name in names]


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
