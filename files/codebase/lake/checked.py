"""What reading a day of a table gives: its rows, and what is none."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Sequence

from lake.datasets import Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class Checked:
    """`rows`: the table's columns and new ones, with `_rank` (of equal keys the greatest wins), `_is_good` (false: it is
    in `rejected`; null: it is of another day) and `_open_quote` (the file, where a quote that begins on the line may end
    on another one). `rejected`: `file` (as Spark gives it), `line` and `fault`. Both are plans: each is read by itself.
    """

    rows: "DataFrame"
    rejected: "DataFrame"


def union_all(parts: Sequence[Checked]) -> Checked:
    """All of them, which have the same columns."""
    return reduce(lambda a, b: Checked(a.rows.unionByName(b.rows), a.rejected.unionByName(b.rejected)), parts)


def hold_rows(rows: "DataFrame") -> "DataFrame":
    """The same rows; no filter behind it moves before it, where Spark would do what the columns cost once for each."""
    from pyspark.sql import functions as f

    return rows.observe(f"hold-{uuid.uuid4().hex}", f.count(f.lit(1)).alias("rows"))


def no_rows(spark: "SparkSession", table: Table) -> Checked:
    """What the readers give of no file."""
    empty = spark.range(0)
    columns = [f"cast(null as {column.type}) as `{column.name}`" for column in table.columns]
    flags = ["'' as _rank", "true as _is_good", "cast(null as string) as _open_quote"]
    fault = "named_struct('column', '', 'reason', '') as fault"
    return Checked(empty.selectExpr(*columns, *flags), empty.selectExpr("'' as file", "'' as line", fault))
