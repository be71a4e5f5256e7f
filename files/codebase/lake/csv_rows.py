"""Rows of CSV files with a header each, checked against a table's columns."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from lake.csv_header import Header, new_columns
from lake.datasets import Table
from lake.inputs import read_lines
from lake.objects import StoredObject
from lake.values import check_text, fault, line_fault, to_value, type_fault

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

LONGEST_LINE = 1024 * 1024


def read_csv_rows(
    spark: "SparkSession", table: Table, files: dict[StoredObject, Header], multi_line: set[str]
) -> "DataFrame":
    """The table's columns, then new ones as text, with `_line`, `_file`, `_rank` (the greatest wins), `_fault` and
    `_is_of_day`. `multi_line`: URLs of files in which a quoted field has line breaks; Spark cannot split those."""
    more = new_columns(list(files.values()), table)
    groups: dict[tuple[Header, bool], list[StoredObject]] = {}
    for file, header in files.items():
        groups.setdefault((header, file.url in multi_line), []).append(file)
    parts = []
    for (header, has_breaks), group in groups.items():
        read = read_records(spark, table, group) if has_breaks else read_lines(spark, group)
        parts.append(_check_rows(read, table, header, more, len(files) > 1))
    return reduce(lambda one, other: one.unionByName(other), parts)


def read_records(spark: "SparkSession", table: Table, files: list[StoredObject]) -> "DataFrame":
    """Columns `line`, a whole record with its line breaks, and `file`. One task reads one file."""
    from pyspark.sql import functions as f

    # A record has never one column alone, so each one is broken, and of such Spark gives the text. Latin-1 gives every
    # byte a character, so that the bytes can be had back.
    options = {
        "multiLine": "true",
        "encoding": "ISO-8859-1",
        "columnNameOfCorruptRecord": "_raw",
        "__globPaths__": "false",
        **_dialect(table),
    }
    read = spark.read.schema("_first string, _raw string").options(**options).csv([file.url for file in files])
    raw = f.coalesce("_raw", "_first")
    record = f.encode(raw, "ISO-8859-1").cast("string")
    return read.select(
        f.regexp_replace(record, "^\ufeff", "").alias("line"), f.col("_metadata.file_path").alias("file")
    )


def has_open_quote(line: "Column") -> "Column":
    """Whether a quote that begins on the line may end on another one."""
    from pyspark.sql import functions as f

    quotes = f.octet_length(line) - f.octet_length(f.replace(line, f.lit('"'), f.lit("")))
    return f.contains(line, f.lit('"')) & (quotes % 2 == 1)


def _has_stray_quote(record: "Column", delimiter: str) -> "Column":
    """Whether lines became one record by quotes that are no field's first and last character: by mistake, that is."""
    from pyspark.sql import functions as f

    # What is between quotes and what is outside take turns.
    parts = f.split(f.replace(record, f.lit('""'), f.lit("")), '"')

    def is_stray(part: "Column", at: "Column") -> "Column":
        begins = (at == 0) | part.startswith(delimiter) | (part == "")
        ends = (at == f.size(parts) - 1) | part.endswith(delimiter) | (part == "")
        return (at % 2 == 0) & ~(begins & ends)

    has_breaks = f.contains(record, f.lit("\n")) | f.contains(record, f.lit("\r"))
    return has_breaks & (f.size(f.filter(parts, is_stray)) > 0)


def _check_rows(lines: "DataFrame", table: Table, header: Header, more: list[str], has_others: bool) -> "DataFrame":
    from pyspark.sql import functions as f

    schema = ", ".join(f"`{name}` string" for name in (*header.names, "_broken"))
    null = table.source.null or ""
    options = {
        "columnNameOfCorruptRecord": "_broken",
        "mode": "PERMISSIVE",
        "nullValue": null,
        "emptyValue": null,
        "multiLine": "true",
        **_dialect(table),
    }
    lines = lines.where((f.trim("line") != "") & (f.col("line") != header.text))
    # A longer line may have more fields than the parser can hold, which would end the run.
    short = f.when(f.octet_length("line") <= LONGEST_LINE, f.col("line"))
    parsed = lines.withColumn("parsed", f.from_csv(short, schema, options))
    texts = {name: f.col(f"parsed.{name}") for name in header.names}
    values = {
        column.name: to_value(texts[column.name], column.type)
        if column.name in texts
        else f.lit(None).cast(column.type)
        for column in table.columns
    }
    faults = [
        check_text(f.col("line")),
        f.when(f.octet_length("line") > LONGEST_LINE, line_fault(f"expected at most {LONGEST_LINE} bytes")),
        f.when(_has_stray_quote(f.col("line"), table.source.delimiter), line_fault("expected a field in quotes as a whole")),
        f.when(f.col("parsed._broken").isNotNull(), line_fault(f"expected {len(header.names)} values, got another number")),
        *(
            type_fault(column.name, column.type, texts[column.name], values[column.name])
            for column in table.columns
            if column.name in texts and column.type != "string"
        ),
        *(f.when(values[name].isNull(), fault(f.lit(name), f.lit("expected a value, got none"))) for name in table.required),
    ]
    return parsed.select(
        *(values[column.name].alias(column.name) for column in table.columns),
        *(texts.get(name, f.lit(None).cast("string")).alias(name) for name in more),
        f.col("line").alias("_line"),
        f.col("file").alias("_file"),
        # Of one file alone there is nothing to choose, and its name in each row would cost.
        (f.col("file") if has_others else f.lit("")).alias("_rank"),
        f.coalesce(*faults).alias("_fault"),
        f.lit(True).alias("_is_of_day"),
    )


def _dialect(table: Table) -> dict[str, str]:
    """Fields in double quotes, a quote in them doubled; no comments: no text has the last character."""
    return {"sep": table.source.delimiter, "quote": '"', "escape": '"', "comment": "\uffff", "maxColumns": "1100000"}
