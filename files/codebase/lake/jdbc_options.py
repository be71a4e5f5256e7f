"""What jdbc-to-raw was asked to do, checked before any connection."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from lake.errors import JobError
from lake.layout import jdbc_day

REQUIRED = ["raw_bucket", "url", "secret", "TempDir"]
OPTIONAL = ["table", "partition_column", "partitions", "watermark_column", "columns", "where", "day"]

# These say something about one table.
OF_A_TABLE = ["partition_column", "partitions", "watermark_column", "columns", "where"]

PARTITIONS = "8"


@dataclass(frozen=True)
class JdbcOptions:
    """The arguments, typed. Without a table all of them are meant, without columns all that the user may read."""

    raw_bucket: str
    url: str
    secret: str
    temp_dir: str
    day: str
    table: tuple[str, str] | None = None
    partition_column: str | None = None
    partitions: int = int(PARTITIONS)
    watermark_column: str | None = None
    columns: tuple[str, ...] | None = None
    where: str | None = None


def parse_options(options: dict[str, str]) -> JdbcOptions:
    """Raises JobError that names the argument."""
    if "table" not in options:
        for name in OF_A_TABLE:
            if name in options:
                raise JobError(f"--{name}: expected only with --table, got it for all tables")
    partitions = options.get("partitions", PARTITIONS)
    if not re.match(r"[1-9]\d{0,2}\Z", partitions):
        raise JobError(f"--partitions: expected a whole number from 1 to 999, got {partitions!r}")
    return JdbcOptions(
        raw_bucket=options["raw_bucket"],
        url=_check_url(options["url"]),
        secret=options["secret"],
        temp_dir=options["TempDir"],
        day=options["day"],
        table=_split_table(options["table"], options["day"]) if "table" in options else None,
        partition_column=options.get("partition_column"),
        partitions=int(partitions),
        watermark_column=options.get("watermark_column"),
        columns=_split_columns(options["columns"]) if "columns" in options else None,
        where=options.get("where"),
    )


def parse_secret(text: str) -> tuple[str, str]:
    """User and password. No error shows what is in the secret."""
    try:
        secret = json.loads(text)
        user, password = secret["username"], secret["password"]
    except (KeyError, TypeError, ValueError):
        user = password = None
    if not (isinstance(user, str) and isinstance(password, str) and user and password):
        raise JobError("--secret: expected a secret of JSON with username and password")
    return user, password


def _check_url(url: str) -> str:
    # Without the URL in the error: it may hold what does not belong there.
    if re.search(r"[?&][^=&]*(user|password)[^=&]*=|@", url, re.IGNORECASE):
        raise JobError("--url: expected no user and no password, which belong into the secret")
    if not re.match(r"jdbc:postgresql://[^/?]+/[^/?]+(\?.*)?\Z", url):
        raise JobError("--url: expected jdbc:postgresql://HOST:PORT/DATABASE")
    return url


def _split_table(text: str, day: str) -> tuple[str, str]:
    schema, _, table = text.partition(".")
    try:
        jdbc_day(schema, table, day)
    except ValueError as error:
        raise JobError(f"--{error}") from None
    return schema, table


def _split_columns(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if "" in names or len(set(names)) != len(names):
        raise JobError(f"--columns: expected names with commas between them, each once, got {text!r}")
    return names
