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
# Of these, what is written as Spark would write it has the right form: no need to look at each character.
_WRITTEN_BACK = ("int", "bigint", "double")
_LARGEST_DOUBLE = 1.7976931348623157e308
_SHOWN_CHARACTERS = 100


def to_value(text: "Column", type_name: str) -> "Column":
    """The value that a text is in full; null for another text and for a number out of the type's range."""
    from pyspark.sql import functions as f

    return text if type_name == "string" else f.when(is_value(text, type_name), text.cast(type_name))


def is_value(text: "Column", type_name: str) -> "Column":
    """Whether a text is written as a value of the type is; false or null for one that is not, null for none."""
    from pyspark.sql import functions as f

    if type_name == "string":
        return text.isNotNull()
    value = text.cast(type_name)
    has_form = text.rlike(_FORMS[type_name])
    if type_name in _WRITTEN_BACK:
        has_form = (value.cast("string") == text) | has_form
    # Of NaN and infinity as well: they are greater than any other.
    is_in_range = f.abs(value) <= f.lit(_LARGEST_DOUBLE) if type_name == "double" else value.isNotNull()
    return is_in_range & has_form


def type_fault(name: str, type_name: str, text: "Column") -> "Column":
    """A fault where there is a text and it is no value."""
    from pyspark.sql import functions as f

    is_wrong = text.isNotNull() & ~f.coalesce(is_value(text, type_name), f.lit(False))
    return f.when(is_wrong, fault(f.lit(name), f.concat(f.lit(f"expected {type_name}, got "), show_value(text))))


def show_value(text: "Column") -> "Column":
    """The text as a reason can hold it."""
    from pyspark.sql import functions as f

    return f.substring(text, 1, _SHOWN_CHARACTERS)


def fault(column: "Column", reason: "Column") -> "Column":
    """What is wrong with a row: in which column (null: the line as a whole), and why."""
    from pyspark.sql import functions as f

    return f.struct(column.cast("string").alias("column"), reason.alias("reason"))


def line_fault(reason: str) -> "Column":
    from pyspark.sql import functions as f

    return fault(f.lit(None), f.lit(reason))


def text_fault(line: "Column") -> "Column":
    """A fault for a line of bytes that are no text."""
    from pyspark.sql import functions as f

    return f.when(~_is_utf8(line), line_fault("expected UTF-8, got other bytes; line is in base64")).when(
        _has_nul(line), line_fault("expected text, got a NUL byte")
    )


def is_text(line: "Column") -> "Column":
    """Whether a line has no `text_fault`."""
    return _is_utf8(line) & ~_has_nul(line)


def show_line(line: "Column") -> "Column":
    """The line as JSON can hold it: bytes that are no UTF-8 in base64."""
    from pyspark.sql import functions as f

    return f.when(_is_utf8(line), line).otherwise(f.base64(line.cast("binary")))


def _is_utf8(line: "Column") -> "Column":
    """Decoding replaces bytes that are none, and the bytes are others then."""
    from pyspark.sql import functions as f

    return line == f.decode(line.cast("binary"), "UTF-8")


def _has_nul(line: "Column") -> "Column":
    from pyspark.sql import functions as f

    return f.contains(line, f.lit("\x00"))
