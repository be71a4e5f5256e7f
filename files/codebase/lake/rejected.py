"""What of a day is no row of its table, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from lake.inputs import file_name
from lake.objects import StoredObject
from lake.publish import publish_lines, remove_day
from lake.values import show_line

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def publish_rejected(
    spark: "SparkSession",
    lines: Optional["DataFrame"],
    faults: dict[StoredObject, str],
    *,
    bucket: str,
    prefix: str,
    temp_dir: str,
) -> None:
    """Publishes lines that were rejected (see `lake.checked`), and files that cannot be read at all.

    A JSON object a line: file (its URL), line (as it came; null for a file), column (null: the whole line), reason.
    """
    from pyspark.sql import functions as f

    parts = [] if lines is None else [_rejected_lines(lines)]
    if faults:
        parts.append(_rejected_files(spark, faults))
    if not parts:
        remove_day(bucket, prefix)
        return
    rows = parts[0] if len(parts) == 1 else parts[0].unionByName(parts[1])
    text = f.to_json(f.struct("file", "line", "column", "reason"), {"ignoreNullFields": "false"})
    publish_lines(rows.select(text.alias("value")), bucket=bucket, prefix=prefix, temp_dir=temp_dir)


def _rejected_lines(lines: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as f

    return lines.select(
        file_name(f.col("file")).alias("file"),
        show_line(f.col("line")).alias("line"),
        f.col("fault.column").alias("column"),
        f.col("fault.reason").alias("reason"),
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
