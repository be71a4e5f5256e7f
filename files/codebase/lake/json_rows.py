"""Rows of one JSON object a line, checked against a table's columns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Optional

from lake.checked import Checked, hold_rows
from lake.datasets import OTHER_MEMBERS, Table
from lake.datasets import Column as DeclaredColumn
from lake.inputs import long_fault, read_lines
from lake.layout import parse_day
from lake.objects import StoredObject
from lake.values import fault, line_fault, show_value, text_fault, to_value, type_fault

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.types import StructType

_STRICT = {
    "columnNameOfCorruptRecord": "_broken",
    "allowSingleQuotes": "false",
    "allowNonNumericNumbers": "false",
    "mode": "PERMISSIVE",
}


def read_json_rows(spark: "SparkSession", table: Table, files: list[StoredObject], day: str) -> Checked:
    """The rows of the day, those in the files of the hours beside it as well."""
    from pyspark.sql import functions as f

    lines = read_lines(spark, files).where(f.trim("line") != "")
    # In brackets a second object on the line is a second element, and anything else behind the first an error, but for what
    # closes the brackets: `_is_one_value`.
    wrapped = f.concat(f.lit('{"l":['), f.col("line"), f.lit("]}"))
    parsed = lines.withColumn("parsed", f.from_json(wrapped, _schema_of(table), _STRICT))
    parsed = parsed.withColumn("row", f.get("parsed.l", f.lit(0)))
    texts = {
        column.name: _other_members(table) if column.path == OTHER_MEMBERS else f.col(f"row.{column.path}")
        for column in table.columns
    }
    values = {column.name: to_value(texts[column.name], column.type) for column in table.columns}
    faults = [
        long_fault(),
        text_fault(f.col("line")),
        f.when(f.col("row").isNull() | (f.size("parsed.l") != 1), line_fault("expected one JSON object")),
        f.when(f.col("parsed._broken").isNotNull(), f.coalesce(*_nested_faults(table), line_fault("expected one JSON object"))),
        f.when(~_is_one_value(f.col("line")), line_fault("expected one JSON object")),
        *(_string_fault(column, texts[column.name]) for column in table.columns if column.type == "string" and not column.is_json),
        *(type_fault(column.name, column.type, texts[column.name]) for column in table.columns),
        *(f.when(values[name].isNull(), fault(f.lit(name), f.lit("expected a value, got none"))) for name in table.required),
    ]
    rows = parsed.select(
        *(values[column.name].alias(column.name) for column in table.columns),
        f.col("line").alias("_line"),
        f.col("file").alias("_file"),
        _rank_of(table, files[0].bucket).alias("_rank"),
        f.coalesce(*faults).alias("_fault"),
    )
    is_good = f.when(_is_of_day(table.source.time, day), f.col("_fault").isNull())
    checked = rows.withColumns({"_is_good": is_good, "_open_quote": f.lit(None).cast("string")})
    rejected = hold_rows(checked).where("not _is_good").selectExpr("_file as file", "_line as line", "_fault as fault")
    return Checked(checked.drop("_line", "_file", "_fault"), rejected)


def _is_one_value(line: "Column") -> "Column":
    """Whether nothing is behind the first value of a line that may be an element of an array: such a line could still
    close that array by itself, but not an object as well."""
    from pyspark.sql import functions as f

    members = f.json_object_keys(f.concat(f.lit('{"l":'), line, f.lit("}")))
    return f.coalesce(f.size(members) == 1, f.lit(False))


def _string_fault(column: "DeclaredColumn", text: "Column") -> "Column":
    """A fault where a text is no string of JSON but another value's writing. Few texts look like one: only their lines
    are parsed once more."""
    from pyspark.sql import functions as f

    def holds(type_name: str) -> "Column":
        *parents, leaf = column.path.split(".")
        schema = f"`{leaf}` {type_name}"
        for parent in reversed(parents):
            schema = f"`{parent}` struct<{schema.replace(' ', ':', 1)}>"
        found = f.from_json("line", schema, {"allowNonNumericNumbers": "false", "mode": "PERMISSIVE"})
        return found[parents[0]][leaf].isNotNull() if parents else found[leaf].isNotNull()

    is_other = (
        f.when(text.startswith("{"), holds("map<string,string>"))
        .when(text.startswith("["), holds("array<string>"))
        .when(text.isin("true", "false"), holds("boolean"))
        .when(text.rlike("^-?[0-9]"), holds("double"))
    )
    return f.when(is_other, fault(f.lit(column.name), f.concat(f.lit("expected a string, got "), show_value(text))))


def _schema_of(table: Table) -> "StructType":
    """All values as text: what JSON has there, a nested value as JSON."""
    from pyspark.sql.types import ArrayType, StringType, StructType

    tree: dict[str, Any] = {}
    for column in table.columns:
        if column.path == OTHER_MEMBERS:
            continue
        *parents, leaf = column.path.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[leaf] = None

    def build(node: dict[str, Any]) -> "StructType":
        schema = StructType()
        for name, below in node.items():
            schema.add(name, StringType() if below is None else build(below))
        return schema

    return StructType().add("l", ArrayType(build(tree))).add("_broken", StringType())


def _other_members(table: Table) -> "Column":
    """The line's members that no column takes anything from, as JSON of texts; null where there are none."""
    from pyspark.sql import functions as f

    taken = sorted({column.path.split(".")[0] for column in table.columns if column.path != OTHER_MEMBERS})
    others = f.array_except(f.json_object_keys("line"), f.array(*(f.lit(name) for name in taken)))
    members = f.from_json("line", "map<string,string>", {"mode": "PERMISSIVE"})
    # Few lines have any: only those are parsed once more.
    return f.when(f.size(others) > 0, f.to_json(f.map_filter(members, lambda name, _: ~name.isin(taken))))


def _nested_faults(table: Table) -> list["Column"]:
    from pyspark.sql import functions as f

    parents = sorted({column.path.split(".")[0] for column in table.columns if "." in column.path})
    return [
        f.when(
            f.col(f"row.{parent}").isNull() & f.get_json_object("line", f"$.{parent}").isNotNull(),
            fault(f.lit(parent), f.lit("expected an object")),
        )
        for parent in parents
    ]


def _rank_of(table: Table, bucket: str) -> "Column":
    """The earlier an entry of the source's keys, the greater."""
    from pyspark.sql import functions as f

    rank = f.lit(0)
    for place, key in enumerate(reversed(table.source.keys)):
        rank = f.when(f.col("file").startswith(f"s3://{bucket}/{key[: key.index('dt=')]}"), place).otherwise(rank)
    return rank


def _is_of_day(time: Optional[str], day: str) -> "Column":
    """Whether a row is the day's: a late one of the hour beside its day belongs there, any other one to its folder."""
    from pyspark.sql import functions as f

    if time is None:
        return f.lit(True)
    date = parse_day(day)
    before, after = (date - timedelta(days=1)).isoformat(), (date + timedelta(days=1)).isoformat()
    folder = f.regexp_extract("_file", r"/dt=([0-9-]{10})/", 1)
    hour = f.regexp_extract("_file", r"/hour=([0-9]{2})/", 1)
    # A row with a fault has no time to go by; it stays with its folder.
    created = f.when(f.col("_fault").isNull(), f.col(time).cast("date").cast("string"))
    is_neighbours = ((hour == "00") & (created == before)) | ((hour == "23") & (created == after))
    return f.when(folder == day, ~f.coalesce(is_neighbours, f.lit(False))).otherwise(
        f.coalesce(created == day, f.lit(False))
    )
