"""Text as typed values, strictly: what is not written as its type is written stays no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import Column

# \z and not $, which takes a line break behind it.
_FORMS = {
    "int": r"^-?[0-9]+\z",
    "bigint": r"^-?[0-9]+\z",
    "double": r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\z",
    "boolean": r"^(true|false)\z",
    "timestamp": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|\+00:00)\z",
}
_LARGEST_DOUBLE = 1.7976931348623157e308
_SHOWN_CHARACTERS = 100


def to_value(text: "Column", type_name: str) -> "Column":
    """The value that a text is in full; null for another text and for a number out of the type's range."""
    from pyspark.sql import functions as f

    if type_name == "string":
        return text
    value = f.when(text.rlike(_FORMS[type_name]), text.cast(type_name))
    if type_name == "double":
        return f.when(f.abs(value) <= f.lit(_LARGEST_DOUBLE), value)
    return value


def type_fault(name: str, type_name: str, text: "Column", value: "Column") -> "Column":
    """A fault where there is a text and no value."""
    from pyspark.sql import functions as f

    shown = f.substring(text, 1, _SHOWN_CHARACTERS)
    return f.when(
        text.isNotNull() & value.isNull(), fault(f.lit(name), f.concat(f.lit(f"expected {type_name}, got "), shown))
    )


def fault(column: "Column", reason: "Column") -> "Column":
    """What is wrong with a row: in which column (null: the line as a whole), and why."""
    from pyspark.sql import functions as f

    return f.struct(column.cast("string").alias("column"), reason.alias("reason"))


def line_fault(reason: str) -> "Column":
    from pyspark.sql import functions as f

    return fault(f.lit(None), f.lit(reason))


def check_text(line: "Column") -> "Column":
    """A fault for a line of bytes that are no text."""
    from pyspark.sql import functions as f

    return f.when(~is_text(line), line_fault("expected UTF-8, got other bytes; line is in base64")).when(
        f.contains(line, f.lit("\x00")), line_fault("expected text, got a NUL byte")
    )


def is_text(line: "Column") -> "Column":
    """Whether the bytes are UTF-8: decoding replaces what is none, and the bytes are others then."""
    from pyspark.sql import functions as f

    return line == f.decode(line.cast("binary"), "UTF-8")


def show_line(line: "Column") -> "Column":
    """The line as JSON can hold it: bytes that are no UTF-8 in base64."""
    from pyspark.sql import functions as f

    return f.when(is_text(line), line).otherwise(f.base64(line.cast("binary")))
