"""Rows of CSV files with a header each, checked against a table's columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from lake.checked import Checked, hold_rows, union_all
from lake.csv_header import Header, new_columns
from lake.datasets import Table
from lake.inputs import LONGEST_LINE, cut_lines, long_fault, read_lines
from lake.objects import StoredObject
from lake.values import fault, is_text, is_value, line_fault, text_fault, type_fault

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession


@dataclass(frozen=True)
class _Format:
    """How lines of some files become rows. `has_breaks`: a line is a record and may have line breaks."""

    table: Table
    header: Header
    more: list[str]
    ranked: bool
    has_breaks: bool


def read_csv_rows(
    spark: "SparkSession", table: Table, files: dict[StoredObject, Header], multi_line: set[str], ranked: bool
) -> Checked:
    """The table's columns, then new ones as text. `multi_line`: URLs of files in which a quoted field has line breaks;
    Spark cannot split those. `ranked`: the file is a row's rank; of one file alone it would only cost."""
    more = new_columns(list(files.values()), table)
    groups: dict[tuple[Header, bool], list[StoredObject]] = {}
    for file, header in files.items():
        groups.setdefault((header, file.url in multi_line), []).append(file)
    parts = []
    for (header, has_breaks), group in groups.items():
        lines = read_records(spark, table, group) if has_breaks else read_lines(spark, group)
        parts.append(_check(lines, _Format(table, header, more, ranked, has_breaks)))
    return union_all(parts)


def read_records(spark: "SparkSession", table: Table, files: list[StoredObject]) -> "DataFrame":
    """As `read_lines`, of whole records with their line breaks. One task reads one file, and fails at a value that is too
    long: a quote that never ends would take all that is behind it into memory."""
    from pyspark.sql import functions as f

    # A record has never one column alone, so each one is broken, and of such Spark gives the text. Latin-1 gives every
    # byte a character, so that the bytes can be had back.
    options = {
        "multiLine": "true",
        "encoding": "ISO-8859-1",
        "columnNameOfCorruptRecord": "_raw",
        "__globPaths__": "false",
        "maxCharsPerColumn": str(LONGEST_LINE),
        **_dialect(table),
    }
    read = spark.read.schema("_first string, _raw string").options(**options).csv([file.url for file in files])
    raw = f.coalesce("_raw", "_first")
    record = f.encode(raw, "ISO-8859-1").cast("string")
    line = f.regexp_replace(record, "^\ufeff", "")
    return cut_lines(read.select(line.alias("line"), f.col("_metadata.file_path").alias("file")))


def _check(lines: "DataFrame", form: _Format) -> Checked:
    from pyspark.sql import functions as f

    lines = lines.where((f.trim("line") != "") & (f.col("line") != form.header.text))
    fields = _read_fields(lines, form)
    rows = fields.select(
        *(_text(form, column.name).cast(column.type).alias(column.name) for column in form.table.columns),
        *(_text(form, name).alias(name) for name in form.more),
        (f.col("file") if form.ranked else f.lit("")).alias("_rank"),
        _is_good(form).alias("_is_good"),
        f.when(f.col("is_quoted") & _has_open_quote(f.col("line")), f.col("file")).alias("_open_quote"),
    )
    # Few lines are bad: they are found by the cheap check, and then read once more.
    bad = hold_rows(fields.select("line", "file", "is_long", _is_good(form).alias("is_good"))).where("not is_good")
    rejected = _read_fields(bad.select("line", "file", "is_long"), form).select(
        "file", "line", f.coalesce(*_faults(form)).alias("fault")
    )
    return Checked(rows, rejected)


def _read_fields(lines: "DataFrame", form: _Format) -> "DataFrame":
    """Columns of `read_lines`, whether the line `is_quoted` somewhere, the fields as text `c0`, `c1`, ..., null for no
    value, and `is_whole`: as many as in the header."""
    from pyspark.sql import functions as f

    null = form.table.source.null or ""
    places = range(len(form.header.names))
    schema = ", ".join([*(f"c{place} string" for place in places), "broken string"])
    options = {
        "columnNameOfCorruptRecord": "broken",
        "mode": "PERMISSIVE",
        "nullValue": null,
        "emptyValue": null,
        "multiLine": "true",
        **_dialect(form.table),
    }
    quoted = lines.withColumn("is_quoted", f.contains("line", f.lit('"')))
    # The parser costs several times what splitting does, and Spark compiles no step that it is in: so it has one of its
    # own, and only lines with quotes go through it.
    parsed = quoted.withColumn("parsed", f.when(f.col("is_quoted"), f.from_csv("line", schema, options)))
    pattern = _pattern(form.table.source.delimiter)
    split = parsed.withColumn("split", f.when(f.col("parsed").isNull(), f.split("line", pattern, -1)))
    is_parsed = f.col("parsed").isNotNull()

    def text(place: int) -> "Column":
        plain = f.get("split", f.lit(place))
        plain = f.when((plain != "") & (plain != null), plain)
        return f.when(is_parsed, f.col(f"parsed.c{place}")).otherwise(plain)

    is_whole = f.when(is_parsed, f.col("parsed.broken").isNull()).otherwise(f.size("split") == len(places))
    texts = (text(place).alias(f"c{place}") for place in places)
    return split.select("line", "file", "is_long", "is_quoted", *texts, is_whole.alias("is_whole"))


def _is_good(form: _Format) -> "Column":
    """Whether a line has no fault: what `_faults` looks for, without the words."""
    from pyspark.sql import functions as f

    line = f.col("line")
    checks = [is_text(line), ~f.col("is_long"), f.col("is_whole"), ~_has_cut_field(form.table.source.delimiter)]
    if form.has_breaks:
        checks.append(~_has_stray_quote(line, form.table.source.delimiter))
    checks += [_text(form, name).isNotNull() for name in form.table.required]
    for column in form.table.columns:
        if column.name in form.header.names and column.type != "string":
            text = _text(form, column.name)
            checks.append(text.isNull() | is_value(text, column.type))
    return f.coalesce(reduce(lambda one, other: one & other, checks), f.lit(False))


def _faults(form: _Format) -> list["Column"]:
    """What may be wrong with a line; null for what is right."""
    from pyspark.sql import functions as f

    line = f.col("line")
    expected = f"expected {len(form.header.names)} values, got another number"
    stray = _has_stray_quote(line, form.table.source.delimiter) if form.has_breaks else f.lit(False)
    return [
        long_fault(),
        text_fault(line),
        f.when(stray, line_fault("expected a field in quotes as a whole")),
        f.when(~f.col("is_whole"), line_fault(expected)),
        f.when(_has_cut_field(form.table.source.delimiter), line_fault("expected a quote at the end of the last value")),
        *(
            type_fault(column.name, column.type, _text(form, column.name))
            for column in form.table.columns
            if column.name in form.header.names and column.type != "string"
        ),
        *(
            f.when(_text(form, name).isNull(), fault(f.lit(name), f.lit("expected a value, got none")))
            for name in form.table.required
        ),
    ]


def _text(form: _Format, name: str) -> "Column":
    """What a line has in a column; null of a column that the file does not have."""
    from pyspark.sql import functions as f

    names = form.header.names
    return f.col(f"c{names.index(name)}") if name in names else f.lit(None).cast("string")


def _has_open_quote(line: "Column") -> "Column":
    """Whether a quote that begins on the line may end on another one."""
    from pyspark.sql import functions as f

    quotes = f.octet_length(line) - f.octet_length(f.replace(line, f.lit('"'), f.lit("")))
    return quotes % 2 == 1


def _has_cut_field(delimiter: str) -> "Column":
    """Whether the last field of a line begins with a quote that nothing ends."""
    from pyspark.sql import functions as f

    parts = f.split(f.replace(f.col("line"), f.lit('""'), f.lit("")), '"')
    before = f.element_at(parts, -2)
    begins = before.endswith(delimiter) | ((f.size(parts) == 2) & (before == ""))
    return f.when(f.col("is_quoted") & _has_open_quote(f.col("line")), begins).otherwise(f.lit(False))


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


def _dialect(table: Table) -> dict[str, str]:
    """Fields in double quotes, a quote in them doubled; no comments: no text has the last character."""
    return {"sep": table.source.delimiter, "quote": '"', "escape": '"', "comment": "\uffff", "maxColumns": "1100000"}


def _pattern(delimiter: str) -> str:
    """The delimiter as a regular expression, one that Java splits by without compiling it where it is one character."""
    return "".join(char if char.isalnum() else f"\\{char}" for char in delimiter)
