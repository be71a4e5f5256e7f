"""Copies tables of a database into raw as they are today: rows in, Parquet out.

Reads   every table that the user may read, or the one of --table
Writes  s3://<raw_bucket>/jdbc/<schema>.<table>/dt=<day>/

Arguments: --raw_bucket, --url jdbc:postgresql://HOST:PORT/DATABASE, and --secret, the name of the secret in Secrets
Manager whose JSON holds username and password. Optional: --table SCHEMA.TABLE; with it --partition_column, a column of
numbers, to read in --partitions (8) connections side by side; --day YYYY-MM-DD (today in UTC when left out).
A second run of the same day replaces what the first one wrote.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

REQUIRED = ["raw_bucket", "url", "secret"]
OPTIONAL = ["table", "partition_column", "partitions", "day"]

# Rows a driver asks for at once; PostgreSQL's own would take the whole table into memory.
FETCH_SIZE = "10000"

# A foreign table or a view is somebody else's data, or the same data twice.
TABLES = """
    select table_schema, table_name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('information_schema', 'pg_catalog')
"""


def parse_options(options: dict[str, str]) -> dict[str, str]:
    """Checks what the job was given, before any connection. Raises ValueError that names the argument."""
    if not re.match(r"jdbc:[a-z]+:", options["url"]):
        raise ValueError("--url: expected a JDBC URL such as jdbc:postgresql://HOST:PORT/DATABASE")
    if re.search(r"[?&;](user|password)=", options["url"], re.IGNORECASE):
        raise ValueError("--url: expected no user and no password, which belong into the secret")
    if "table" in options:
        split_table(options["table"])
    elif "partition_column" in options:
        raise ValueError("--partition_column: expected only with --table, got it for all tables")
    partitions = options.get("partitions", "8")
    if not re.match(r"[1-9]\d{0,2}\Z", partitions):
        raise ValueError(f"--partitions: expected a whole number from 1 to 999, got {partitions!r}")
    day = options.get("day", datetime.now(timezone.utc).date().isoformat())
    if not is_day(day):
        raise ValueError(f"--day: expected a day as YYYY-MM-DD, got {day!r}")
    return {**options, "partitions": partitions, "day": day}


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def split_table(table: str) -> tuple[str, str]:
    """Schema and table; only names that can stand in a key."""
    match = re.match(r"([A-Za-z0-9_$-]+)\.([A-Za-z0-9_$-]+)\Z", table)
    if match is None:
        raise ValueError(f"table: expected SCHEMA.TABLE of letters, digits, _, $ and -, got {table!r}")
    return match[1], match[2]


def target_of(raw_bucket: str, table: str, day: str) -> str:
    return f"s3://{raw_bucket}/jdbc/{table}/dt={day}/"


def quote(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def quote_table(table: str) -> str:
    return ".".join(quote(part) for part in split_table(table))


def parse_secret(text: str) -> dict[str, str]:
    """User and password as Spark's options. No error shows what is in the secret."""
    try:
        secret = json.loads(text)
        return {"user": secret["username"], "password": secret["password"]}
    except (KeyError, TypeError, ValueError):
        # Without its cause, which would quote the text.
        raise ValueError("--secret: expected a secret of JSON with username and password") from None


def list_tables(spark: SparkSession, connection: dict[str, str]) -> list[str]:
    rows = spark.read.format("jdbc").options(**connection, query=TABLES).load().collect()
    return sorted(f"{schema}.{name}" for schema, name in rows)


def read_table(
    spark: SparkSession, connection: dict[str, str], table: str, column: str | None, partitions: str
) -> DataFrame:
    """The rows of a table, by several connections where a column of numbers says how to share them out."""
    source = {**connection, "dbtable": quote_table(table), "fetchsize": FETCH_SIZE}
    if column is not None:
        bounds = f"select min({quote(column)}) as low, max({quote(column)}) as high from {quote_table(table)}"
        low, high = spark.read.format("jdbc").options(**connection, query=bounds).load().first()
        if low is not None:  # else the table is empty, or the column in every row
            source |= {
                "partitionColumn": column,
                "lowerBound": str(int(low)),
                "upperBound": str(int(high)),
                "numPartitions": partitions,
            }
    return spark.read.format("jdbc").options(**source).load()


def copy_tables(spark: SparkSession, connection: dict[str, str], options: dict[str, str]) -> None:
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    tables = [options["table"]] if "table" in options else list_tables(spark, connection)
    if not tables:
        raise ValueError("--url: expected a database with tables that the user may read, got none")
    for table in tables:
        rows = read_table(spark, connection, table, options.get("partition_column"), options["partitions"])
        rows.write.mode("overwrite").parquet(target_of(options["raw_bucket"], table, options["day"]))


def given_names(arguments: list[str]) -> list[str]:
    """The required arguments and those optional ones that are there: Glue knows no others."""
    there = {argument.split("=")[0] for argument in arguments}
    return REQUIRED + [name for name in OPTIONAL if f"--{name}" in there]


def main() -> None:
    # Only Glue has these, and only a run needs them.
    import boto3
    from awsglue.context import GlueContext
    from awsglue.job import Job
    from awsglue.utils import getResolvedOptions
    from pyspark.context import SparkContext

    names = given_names(sys.argv)
    resolved = getResolvedOptions(sys.argv, ["JOB_NAME", *names])
    options = parse_options({name: resolved[name] for name in names})

    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(resolved["JOB_NAME"], resolved)
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=options["secret"])
    connection = {"url": options["url"], **parse_secret(secret["SecretString"])}
    copy_tables(context.spark_session, connection, options)
    job.commit()  # last: what is committed counts as done


if __name__ == "__main__":
    main()
