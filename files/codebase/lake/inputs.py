"""Files that a day of a raw table consists of."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Optional

from lake.datasets import Table
from lake.layout import parse_day
from lake.objects import StoredObject, list_objects, open_object
from lake.values import line_fault

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

LONGEST_LINE = 1024 * 1024
_SHOWN_CHARACTERS = 1000
_CHUNK_BYTES = 1024 * 1024
# zlib's window with a header and a trailer of gzip around it.
_GZIP = 31
# By its ending Spark knows how to unpack a file, in small letters alone. Of all that it can unpack only gzip is allowed
# for: a broken file of another kind could not be told from the others.
_ENDINGS = {"csv": (".csv",), "ndjson": (".json", ".jsonl", ".ndjson")}
_ENDINGS_TEXT = {"csv": ".csv", "ndjson": ".json, .jsonl or .ndjson, with or without .gz"}
HOUR = "hour=HH"


def list_day(bucket: str, table: Table, day: str) -> list[StoredObject]:
    """What lies in the folders of the day, without the empty objects that stand for folders."""
    prefixes = [key_prefix(key, day) for key in table.source.keys]
    return [there for prefix in prefixes for there in list_objects(bucket, prefix) if not there.key.endswith("/")]


def list_sources(bucket: str, table: Table, day: str) -> list[StoredObject]:
    """Every file that a row of the day may be in."""
    return [*list_day(bucket, table, day), *list_neighbours(bucket, table, day)]


def list_neighbours(bucket: str, table: Table, day: str) -> list[StoredObject]:
    """The last hour before the day and the first one after it, where rows of the day may lie."""
    date = parse_day(day)
    hours = [((date - timedelta(days=1)).isoformat(), "23"), ((date + timedelta(days=1)).isoformat(), "00")]
    return [
        there
        for key in table.source.keys
        if HOUR in key
        for neighbour, hour in hours
        for there in list_objects(bucket, f"{key_prefix(key, neighbour)}hour={hour}/")
        if file_fault(there, table.source.format) is None
    ]


def key_prefix(key: str, day: str) -> str:
    """The prefix of a day's files, from a key such as Raw/Local/CSV/Movies/YYYY/MM/DD/*.csv."""
    year, month, date = parse_day(day).isoformat().split("-")
    prefix = key[: key.index(HOUR) if HOUR in key else key.index("*")]
    return prefix.replace("YYYY", year).replace("MM", month).replace("DD", date)


def file_fault(file: StoredObject, source_format: str) -> Optional[str]:
    """Why a file cannot be read at all, by its name and size; None where it can."""
    *folders, name = file.key.split("/")
    if any(part in ("", ".", "..") for part in folders):
        return "expected folders with names, got an empty one, . or ..: Spark cannot ask for such a key"
    plain = name.removesuffix(".gz") if source_format == "ndjson" else name
    if not plain.lower().endswith(_ENDINGS[source_format]):
        return f"expected a name that ends with {_ENDINGS_TEXT[source_format]}"
    if name.startswith(("_", ".")):
        return "expected a name that begins with no _ and no dot: Spark passes over such files"
    if name.endswith(".gz") and file.size == 0:
        return "expected a gzip file, got no bytes"
    return None


def gzip_fault(file: StoredObject) -> Optional[str]:
    """Why a .gz file cannot be unpacked to its end; None where it can. Reads all of it, in bounded memory."""
    # Not gzip.GzipFile: it passes over zero bytes behind the end, at which Spark stops.
    engine = zlib.decompressobj(_GZIP)
    try:
        with open_object(file.bucket, file.key) as body:
            while rest := engine.unconsumed_tail or engine.unused_data or body.read(_CHUNK_BYTES):
                engine = zlib.decompressobj(_GZIP) if engine.eof else engine
                engine.decompress(rest, _CHUNK_BYTES)
        engine.flush()
    except zlib.error as error:
        return f"expected a whole gzip file, got: {error}"
    return None if engine.eof else "expected a whole gzip file, got: one that is cut off"


def read_lines(spark: "SparkSession", files: list[StoredObject]) -> "DataFrame":
    """Columns `line`, `file` and `is_long`; a byte-order mark and ends of lines, CR LF as well, are gone."""
    from pyspark.sql import functions as f

    # Names are names: without the option [ and * in them would be patterns.
    lines = spark.read.option("__globPaths__", "false").text([file.url for file in files])
    return cut_lines(lines.select(f.col("value").alias("line"), f.col("_metadata.file_path").alias("file")))


def cut_lines(lines: "DataFrame") -> "DataFrame":
    """With `is_long`, and of lines that are too long to be worked on no more than their beginning."""
    from pyspark.sql import functions as f

    is_long = f.octet_length("line") > LONGEST_LINE
    shown = f.when(is_long, f.substring("line", 1, _SHOWN_CHARACTERS)).otherwise(f.col("line"))
    return lines.select(shown.alias("line"), "file", is_long.alias("is_long"))


def long_fault() -> "Column":
    """A fault for a line that is too long."""
    from pyspark.sql import functions as f

    return f.when(f.col("is_long"), line_fault(f"expected at most {LONGEST_LINE} bytes; line is its beginning"))


def file_name(file: "Column") -> "Column":
    """The URL of a file as it is, from the encoded one that Spark gives."""
    from pyspark.sql import functions as f

    return f.url_decode(f.replace(file, f.lit("+"), f.lit("%2B")))
