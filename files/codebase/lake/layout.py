"""Keys of the lake: which object lies where. Days are text, YYYY-MM-DD; every function refuses another form."""

import re
from datetime import date

_TABLE = re.compile(r"[a-z][a-z0-9_]*\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def upload_key(dataset: str, day: str, file: str) -> str:
    """Key in raw of a file that was uploaded by hand: Raw/Local/CSV/Movies/2026/11/20/movies.csv."""
    if not _NAME.match(dataset):
        raise ValueError(f"dataset: expected letters, digits and underscores, got {dataset!r}")
    if file in ("", ".", "..") or "/" in file:
        raise ValueError(f"file: expected a name without slashes, got {file!r}")
    parsed = parse_day(day)
    return f"Raw/Local/CSV/{dataset[0].upper()}{dataset[1:]}/{parsed:%Y/%m/%d}/{file}"


def archive_day(day: str) -> str:
    """Prefix in raw of the GitHub archives of a day."""
    return f"github/archive/dt={parse_day(day).isoformat()}/"


def jdbc_day(schema: str, table: str, day: str) -> str:
    """Prefix in raw of what was read from a database table on a day."""
    for part in (schema, table):
        if not _NAME.match(part):
            raise ValueError(f"table: expected schema.table of letters, digits and underscores, got {part!r}")
    return f"jdbc/{schema}.{table}/dt={parse_day(day).isoformat()}/"


def table_day(table: str, day: str) -> str:
    """Prefix in staged or analytics of a table's partition."""
    return f"{_table(table)}/dt={parse_day(day).isoformat()}/"


def rejected_day(table: str, day: str) -> str:
    """Prefix in staged or analytics of the rows of a day that were set aside."""
    return f"{_table(table)}/_rejected/dt={parse_day(day).isoformat()}/"


def sources_day(table: str, day: str) -> str:
    """Prefix in staged or analytics of the note that says which files a table's partition was made of."""
    return f"{_table(table)}/_sources/dt={parse_day(day).isoformat()}/"


def _table(table: str) -> str:
    if not _TABLE.match(table):
        raise ValueError(f"table: expected small letters, digits and underscores, got {table!r}")
    return table


def parse_day(day: str) -> date:
    """The day that YYYY-MM-DD names."""
    # From Python 3.11 on fromisoformat takes other forms as well, which would end up in keys.
    if re.match(r"\d{4}-\d{2}-\d{2}\Z", day) is None:
        raise ValueError(f"day: expected YYYY-MM-DD, got {day!r}")
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise ValueError(f"day: expected a day of the calendar, got {day!r}") from error
