"""The one way to write a day: into files of fixed names, each replaced as a whole.

A day is K files, part-00003-of-00016.parquet. A row's file is pmod(hash(key), K), so a row is never in two of them, and
readers see each file as it was or as it is: whoever reads while a day is replaced, or after a run that was cut off, has
no row twice and misses none that both runs have. The next run of the day mends the rest.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Sequence

from lake.objects import StoredObject, copy_object, delete_objects, list_objects, split_url

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

BYTES_PER_FILE = 128 * 1024**2
MOST_FILES = 999
_COPIES_AT_ONCE = 8
_FIXED_NAME = re.compile(r"part-(\d{5})-of-(\d{5})\.(?:parquet|json)\Z")
# Source: FileCommitProtocol of Spark; the number is that of the partition.
_SPARKS_NAME = re.compile(r"part-(\d{5,})-")


@dataclass(frozen=True)
class StagedDay:
    """A day that lies in the temporary folder, whole and checked; `files` by their fixed names."""

    bucket: str
    prefix: str
    staging: str
    files: dict[str, StoredObject]
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
    extension: str = "parquet",
) -> int:
    """Makes s3://bucket/prefix hold exactly these rows and gives their number.

    `prefix` ends with a slash and belongs to this call alone: what else lies there goes. Of rows with the same `key` one
    stays: the greatest in the columns `prefer` (which are not written), then in all others. Without a key all rows stay.
    `input_bytes` says how many files a new day gets; a day that is there keeps their number. Extension "json" takes rows
    of one column of text, a line each.
    """
    staged = stage_day(
        rows,
        bucket=bucket,
        prefix=prefix,
        temp_dir=temp_dir,
        key=key,
        input_bytes=input_bytes,
        prefer=prefer,
        extension=extension,
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
    extension: str = "parquet",
) -> StagedDay:
    """The first half of `publish_day`: no reader sees anything of it."""
    from pyspark.sql import Observation
    from pyspark.sql import functions as f

    count = count_files(bucket, prefix, input_bytes)
    place = _columns(key or [name for name in rows.columns if name not in prefer])
    placed = _place_rows(rows, key, prefer, count)
    seen = Observation()
    placed = placed.observe(
        seen,
        f.count(f.lit(1)).alias("rows"),
        # As text: PySpark gives no lists here.
        f.array_join(f.collect_set(f.pmod(f.hash(*place), f.lit(count)).cast("string")), ",").alias("places"),
    )
    staging = f"{_staging_of(temp_dir, bucket, prefix)}{uuid.uuid4().hex[:12]}/"
    if extension == "json":
        placed.write.text(staging)
    else:
        placed.write.parquet(staging)
    places = {int(one) for one in seen.get["places"].split(",") if one}
    files = _check_staging(staging, places, count, extension)
    return StagedDay(bucket, prefix, staging, files, seen.get["rows"])


def commit_day(staged: StagedDay) -> None:
    """The second half: each file in one step over its fixed name, then away with what is no part of the day."""
    with ThreadPoolExecutor(_COPIES_AT_ONCE) as pool:
        copies = [
            pool.submit(copy_object, source, staged.bucket, staged.prefix + name)
            for name, source in staged.files.items()
        ]
        for copy in copies:
            copy.result()
    names = {staged.prefix + name for name in staged.files}
    rest = [there.key for there in list_objects(staged.bucket, staged.prefix) if there.key not in names]
    delete_objects(staged.bucket, rest)
    discard_staging(staged)


def remove_day(bucket: str, prefix: str) -> None:
    """Makes a day hold no rows."""
    delete_objects(bucket, [there.key for there in list_objects(bucket, prefix)])


def discard_staging(staged: StagedDay) -> None:
    """Empties the day's temporary folder, together with what earlier runs left there."""
    bucket, prefix = split_url(staged.staging)
    day = prefix[: prefix.rstrip("/").rindex("/") + 1]
    remove_day(bucket, day)


def count_files(bucket: str, prefix: str, input_bytes: int) -> int:
    """K of a day: the one that it has, of a new one the one for its size."""
    names = (_FIXED_NAME.match(there.key[len(prefix) :]) for there in list_objects(bucket, prefix))
    counts = Counter(int(name[2]) for name in names if name)
    if counts:
        return counts.most_common(1)[0][0]
    return min(max(1, -(-input_bytes // BYTES_PER_FILE)), MOST_FILES)


def _place_rows(rows: "DataFrame", key: Sequence[str], prefer: Sequence[str], count: int) -> "DataFrame":
    """Each row in the partition of its file, sorted, one of each key."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    names = [name for name in rows.columns if name not in prefer]
    if not key:
        return rows.repartition(count, *_columns(names)).sortWithinPartitions(*_columns(names))
    order = [column.desc_nulls_last() for column in _columns([*prefer, *(name for name in names if name not in key)])]
    window = Window.partitionBy(*_columns(key)).orderBy(*order, *_columns(key))
    placed = rows.repartition(count, *_columns(key)).withColumn("_millrace_rank", f.row_number().over(window))
    return placed.where("_millrace_rank = 1").select(*_columns(names))


def _check_staging(staging: str, places: set[int], count: int, extension: str) -> dict[str, StoredObject]:
    """The files by their fixed names. The rows said which there have to be; one without rows counts for none."""
    bucket, prefix = split_url(staging)
    files: dict[str, StoredObject] = {}
    for there in list_objects(bucket, prefix):
        name = _SPARKS_NAME.match(there.key[len(prefix) :])
        if name is None or int(name[1]) not in places:
            continue
        fixed = f"part-{int(name[1]):05d}-of-{count:05d}.{extension}"
        if fixed in files:
            raise OSError(f"{there.url}: expected one file of partition {int(name[1])}, got another one")
        files[fixed] = there
    if len(files) != len(places):
        raise OSError(f"{staging}: expected files of {len(places)} partitions, got {len(files)}")
    return files


def _staging_of(temp_dir: str, bucket: str, prefix: str) -> str:
    return f"{temp_dir}publish/{bucket}/{prefix}"


def _columns(names: Sequence[str]) -> list["Column"]:
    from pyspark.sql import functions as f

    return [f.col(_quote(name)) for name in names]


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
