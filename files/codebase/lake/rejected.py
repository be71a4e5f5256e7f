"""What of a day is no row of its table, with the reasons."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Optional

from lake.inputs import file_name
from lake.objects import StoredObject
from lake.publish import publish_day, remove_day
from lake.values import show_line

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def publish_rejected(
    spark: "SparkSession",
    checked: Optional["DataFrame"],
    faults: dict[StoredObject, str],
    *,
    bucket: str,
    prefix: str,
    temp_dir: str,
    input_bytes: int,
) -> int:
    """Publishes the rows of `checked` that have a fault, and the files that have one; gives their number.

    A JSON object a line: file (its URL), line (as it came; null for a file), column (null: the whole line), reason.
    """
    from pyspark.sql import functions as f

    parts = [] if checked is None else [_rejected_lines(checked)]
    if faults:
        parts.append(_rejected_files(spark, faults))
    if not parts:
        remove_day(bucket, prefix)
        return 0
    rows = parts[0] if len(parts) == 1 else parts[0].unionByName(parts[1])
    text = f.to_json(f.struct("file", "line", "column", "reason"), {"ignoreNullFields": "false"})
    return publish_day(
        rows.select(text.alias("value")),
        bucket=bucket,
        prefix=prefix,
        temp_dir=temp_dir,
        key=[],
        input_bytes=input_bytes,
        extension="json",
    )


def hold_rows(rows: "DataFrame") -> "DataFrame":
    """The same rows; no filter behind it moves before it, where Spark would parse each line once for each column."""
    from pyspark.sql import functions as f

    return rows.observe(f"hold-{uuid.uuid4().hex}", f.count(f.lit(1)).alias("rows"))


def _rejected_lines(checked: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as f

    return (
        hold_rows(checked)
        .where(f.col("_is_of_day") & f.col("_fault").isNotNull())
        .select(
            file_name(f.col("_file")).alias("file"),
            show_line(f.col("_line")).alias("line"),
            f.col("_fault.column").alias("column"),
            f.col("_fault.reason").alias("reason"),
        )
    )


def _rejected_files(spark: "SparkSession", faults: dict[StoredObject, str]) -> "DataFrame":
    """A row for each file that cannot be read; its bytes stay in raw."""
    from pyspark.sql import functions as f

    structs = [
        f.struct(
            f.lit(file.url).alias("file"),
            f.lit(None).cast("string").alias("line"),
            f.lit(None).cast("string").alias("column"),
            f.lit(reason).alias("reason"),
        )
        for file, reason in faults.items()
    ]
    return spark.range(1).select(f.inline(f.array(*structs)))
