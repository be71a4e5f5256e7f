"""Files that a day of a raw table consists of."""

from __future__ import annotations

import gzip
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Optional

from lake.datasets import Table
from lake.layout import parse_day
from lake.objects import StoredObject, list_objects, open_object

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_CHUNK_BYTES = 1024 * 1024
HOUR = "hour=HH"


def list_day(bucket: str, table: Table, day: str) -> list[StoredObject]:
    """What lies in the folders of the day, without the empty objects that stand for folders."""
    prefixes = [key_prefix(key, day) for key in table.source.keys]
    return [there for prefix in prefixes for there in list_objects(bucket, prefix) if not there.key.endswith("/")]


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
        if file_fault(there, "") is None
    ]


def key_prefix(key: str, day: str) -> str:
    """The prefix of a day's files, from a key such as Raw/Local/CSV/Movies/YYYY/MM/DD/*.csv."""
    year, month, date = parse_day(day).isoformat().split("-")
    prefix = key[: key.index(HOUR) if HOUR in key else key.index("*")]
    return prefix.replace("YYYY", year).replace("MM", month).replace("DD", date)


def file_fault(file: StoredObject, suffix: str) -> Optional[str]:
    """Why a file cannot be read at all, by its name and size; None where it can."""
    name = file.key.rsplit("/", 1)[-1]
    if not name.lower().endswith(suffix):
        return f"expected a name that ends with {suffix}"
    if name.startswith(("_", ".")):
        return "expected a name that begins with no _ and no dot: Spark passes over such files"
    if name.endswith(".gz") and file.size == 0:
        return "expected a gzip file, got no bytes"
    return None


def gzip_fault(file: StoredObject) -> Optional[str]:
    """Why a .gz file cannot be unpacked to its end; None where it can. Reads all of it, in bounded memory."""
    try:
        with open_object(file.bucket, file.key) as body, gzip.GzipFile(fileobj=body) as unpacked:
            while unpacked.read(_CHUNK_BYTES):
                pass
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        return f"expected a whole gzip file, got: {error}"
    return None


def read_lines(spark: "SparkSession", files: list[StoredObject]) -> "DataFrame":
    """Columns `line` and `file`; a byte-order mark and ends of lines, CR LF as well, are gone."""
    from pyspark.sql import functions as f

    # Names are names: without the option [ and * in them would be patterns.
    lines = spark.read.option("__globPaths__", "false").text([file.url for file in files])
    return lines.select(f.col("value").alias("line"), f.col("_metadata.file_path").alias("file"))


def file_name(file: "Column") -> "Column":
    """The URL of a file as it is, from the encoded one that Spark gives."""
    from pyspark.sql import functions as f

    return f.url_decode(f.replace(file, f.lit("+"), f.lit("%2B")))
