"""A table of the database: what it is, how it is shared out among connections, and how Spark reads it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lake.errors import JobError
from lake.jdbc_database import Database, SqlError
from lake.jdbc_options import JdbcOptions
from lake.jdbc_sql import TABLE, literal, quote, quote_table, select_bounds, select_rows, split_conditions, where_of
from lake.jdbc_types import ORDERED, Column, parse_column

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Rows a driver asks for at once; PostgreSQL's own would take the whole table into memory.
FETCH_SIZE = "10000"


@dataclass(frozen=True)
class Table:
    """`columns` are those to be read, `key` the primary key's where all of them are among these, else nothing."""

    name: str
    source: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    all_columns: dict[str, Column]

    def ordered_column(self, argument: str, name: str) -> Column:
        """The column that an argument names. Raises JobError where it is not there or has no order to cut it by."""
        column = self.all_columns.get(name)
        if column is None:
            raise JobError(f"--{argument}: expected a column of {self.name} ({self._names()}), got {name!r}")
        if column.type not in ORDERED:
            raise JobError(
                f"--{argument}: expected a column of numbers, dates or timestamps, got {name!r} of type"
                f" {column.declared}"
            )
        return column

    def _names(self) -> str:
        return ", ".join(self.all_columns)


def describe_table(database: Database, schema: str, name: str, wanted: Sequence[str] | None) -> Table:
    """Raises JobError where the table or a column is not there, or two columns would be one in the lake."""
    full = f"{schema}.{name}"
    text = database.value(TABLE, schema, name)
    if text is None:
        raise JobError(f"table: expected one that is there and that the user may read, got {full}")
    described = json.loads(text)
    there = {column.name: column for column in map(Column.of, described["columns"])}
    missing = [column for column in wanted or () if column not in there]
    if missing:
        raise JobError(f"--columns: expected columns of {full} ({', '.join(there)}), got {', '.join(missing)}")
    columns = tuple(there[column] for column in wanted or there)
    lower = [column.name.lower() for column in columns]
    twice = sorted({column.name for column in columns if lower.count(column.name.lower()) > 1})
    if twice:
        raise JobError(
            f"--columns: expected names that differ in more than capitals, got {', '.join(twice)} in {full}: name"
            " one of them"
        )
    key = tuple(described["key"] or ())
    chosen = {column.name for column in columns}
    return Table(full, quote_table(schema, name), columns, key if chosen.issuperset(key) else (), there)


def estimate_bytes(database: Database, table: Table, conditions: Sequence[str]) -> int:
    """Size of the rows as the database's planner sees it, without reading them. Finds what is wrong with --where."""
    try:
        plan = database.value(f"explain (format json) {select_rows(table.source, table.columns, conditions, None)}")
    except SqlError as error:
        if error.state[:2] in ("22", "42") and error.state != "42501":
            raise JobError(
                f"--where: expected a condition that PostgreSQL takes, got SQLSTATE {error.state}: {error.text}"
            ) from None
        raise
    top = json.loads(plan or "[]")[0]["Plan"]
    return math.ceil(top["Plan Rows"] * top["Plan Width"])


def find_high(
    database: Database, table: Table, column: Column, where: Sequence[str], low: str | None, day: str
) -> str | None:
    """The largest value above `low`; of dates the largest one that is over. Raises JobError where rows would never have
    their turn."""
    name = quote(column.name)
    if column.nullable:
        nulls = database.value(f"select 1 from {table.source}{where_of([*where, f'{name} is null'])} limit 1")
        if nulls is not None:
            raise JobError(
                f"--watermark_column: expected a value of {column.name!r} in every row, got null: rows without one"
                f" would never be read (to leave them out: --where '{name} is not null')"
            )
    above = [] if low is None else [f"{name} > {literal(low, column)}"]
    high = database.value(f"select max({name})::text from {table.source}{where_of([*where, *above])}")
    if high is not None and high.lstrip("-").lower() in ("infinity", "nan"):
        raise JobError(
            f"--watermark_column: expected values of {column.name!r} that can be passed, got {high} (to leave them out:"
            f" --where \"{name} <> '{high}'\")"
        )
    if high is None or column.type != "date":
        return high
    # More rows of a date come as long as it lasts somewhere, and the next run would begin behind it. The last place where
    # a date ends is 12 hours behind UTC.
    is_over = f"{name} < least({literal(day, column)}, (now() at time zone interval '-12 hours')::date)"
    return database.value(f"select max({name})::text from {table.source}{where_of([*where, *above, is_over])}")


def read_rows(
    spark: SparkSession,
    database: Database,
    init: str,
    table: Table,
    options: JdbcOptions,
    conditions: Sequence[str],
) -> DataFrame:
    """The rows as the snapshot of `init` has them, by several connections where a column says how to share them out."""
    name = options.partition_column or options.watermark_column
    split = None if name is None else table.ordered_column("partition_column", name)
    predicates: list[str] = []
    if split is not None and options.partitions > 1:
        bounds = database.value(select_bounds(table.source, split, options.partitions, conditions))
        predicates = split_conditions(split, json.loads(bounds or "[]"))
    rows = spark.read.jdbc(
        database.url,
        f"({select_rows(table.source, table.columns, conditions, split if predicates else None)}) as source",
        predicates=predicates or ["true"],
        properties={**database.properties, "fetchsize": FETCH_SIZE, "sessionInitStatement": init},
    )
    return rows.select(*(parse_column(column, f"c{place}") for place, column in enumerate(table.columns)))
