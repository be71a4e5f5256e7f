"""How PostgreSQL's types arrive in Parquet. The table of them stands in files/jdbc/README.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn

# Types that the driver and Spark hand on as they are.
SAME = {
    "bool": "boolean",
    "int2": "smallint",
    "int4": "int",
    "int8": "bigint",
    "float4": "float",
    "float8": "double",
    "bytea": "binary",
}

# Sent as text and parsed by Spark: the driver would go through its machine's zone and take infinity for a day.
PARSED = {"date": "date", "timestamp": "timestamp_ntz", "timestamptz": "timestamp"}

# What can be cut into ranges.
ORDERED = {"int2", "int4", "int8", "numeric", "float4", "float8", *PARSED}

MAX_PRECISION = 38

# By this the job finds its own words in what Spark says about a task.
FAULT = "millrace-fault: "


@dataclass(frozen=True)
class Column:
    """A column of a table as PostgreSQL's catalog has it."""

    name: str
    type: str  # name in pg_type, of a domain the type below it
    typmod: int  # what stands in brackets behind the type, -1 for nothing
    element: str | None  # the type of an array's elements
    declared: str  # the type as SQL writes it
    nullable: bool

    @staticmethod
    def of(row: dict[str, Any]) -> Column:
        return Column(**row)


def decimal_of(typmod: int) -> tuple[int, int] | None:
    """Precision and scale that hold every value of a numeric, or None: without bounds, or with too many digits.

    Since PostgreSQL 15 numeric(3, -2) and numeric(2, 4) are types too.
    """
    if typmod < 0:
        return None
    precision, scale = (typmod - 4) >> 16 & 0xFFFF, (((typmod - 4) & 0x7FF) ^ 0x400) - 0x400
    precision, scale = max(precision - min(scale, 0), scale), max(scale, 0)
    return (precision, scale) if precision <= MAX_PRECISION else None


def spark_type(column: Column) -> str:
    """Type in Parquet, as Spark writes it."""
    if column.element is not None:
        element = SAME.get(column.element, "string") if column.element != "bytea" else "string"
        return f"array<{element}>"
    if column.type == "numeric":
        bounds = decimal_of(column.typmod)
        return "decimal({},{})".format(*bounds) if bounds else "string"
    if column.type == "oid":
        return "bigint"
    return SAME.get(column.type) or PARSED.get(column.type) or "string"


def server_expression(column: Column, quoted: str) -> str:
    """What PostgreSQL sends of a column."""
    if column.element is not None:
        return f"array_to_json({quoted}::text[])::text"
    if column.type in SAME:
        return quoted
    casts = {"oid": "bigint", "money": "numeric::text"}
    return f"{quoted}::{casts.get(column.type, 'text')}"


def parse_column(column: Column, sent_as: str) -> SparkColumn:
    """What Spark makes of what PostgreSQL sent. A value that its type cannot hold ends the job and is named."""
    from pyspark.sql import functions as f

    sent = f.col(sent_as)
    target = spark_type(column)
    if column.element is not None:
        parsed = f.from_json(sent, "array<string>").cast(target)
        # Elements are in quotes or null: two brackets are two dimensions.
        is_held, expected = ~sent.startswith("[["), "arrays of one dimension"
    elif column.type == "numeric" or column.type in PARSED:
        parsed = sent.cast(target)
        # The parser of dates stops at the space before it.
        is_held, expected = ~sent.endswith(" BC"), f"what {target} can hold"
    else:
        return sent.cast(target).alias(column.name)
    fault = f.concat(f.lit(fault_of(column.name, expected)), f.substring(sent, 1, 60))
    refused = f.when(sent.isNotNull(), f.raise_error(fault).cast(target))
    return f.coalesce(f.when(is_held, parsed), refused).alias(column.name)


def fault_of(name: str, expected: str) -> str:
    """Beginning of an error about a value; the value follows."""
    remedy = "leave such rows out with --where, or the column with --columns"
    return f"{FAULT}column {name}: expected {expected} ({remedy}), got "
