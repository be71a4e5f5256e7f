"""Copies tables of a database into raw, each as it stood at one moment."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from lake.errors import JobError, describe
from lake.jdbc_database import Database, SqlError
from lake.jdbc_faults import job_error
from lake.jdbc_options import JdbcOptions, parse_options, parse_secret
from lake.jdbc_sql import TABLES
from lake.jdbc_table import Table, describe_table, estimate_bytes, find_high, read_rows
from lake.jdbc_watermark import WatermarkLog
from lake.layout import jdbc_day
from lake.objects import make_client
from lake.publish import publish_day

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def copy_database(spark: SparkSession, options: dict[str, str]) -> None:
    """The job. Raises JobError with a line for each table that could not be copied; the others are there then."""
    asked = parse_options(options)
    user, password = _read_secret(asked.secret)
    faults: list[str] = []
    with Database(spark, asked.url, user, password) as database:
        for schema, name in [asked.table] if asked.table else _list_tables(database):
            try:
                _copy_table(spark, database, schema, name, asked)
            except Exception as error:  # of whatever kind: it keeps no other table from being copied
                faults.append(describe(error) if asked.table else f"{schema}.{name}: {describe(error)}")
                if isinstance(error, SqlError) and error.is_lost:
                    break
    if faults:
        raise JobError("\n".join(fault.replace(password, "[redacted]") for fault in faults))


def _read_secret(name: str) -> tuple[str, str]:
    from botocore.exceptions import ClientError

    try:
        answer = make_client("secretsmanager").get_secret_value(SecretId=name)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise JobError(f"--secret: expected a secret that the job may read, got {code} for {name!r}") from None
    return parse_secret(answer.get("SecretString", ""))


def _list_tables(database: Database) -> list[tuple[str, str]]:
    database.begin()
    tables = json.loads(database.value(TABLES) or "[]")
    if not tables:
        raise JobError("--url: expected a database with tables that the user may read, got none")
    return [(schema, name) for schema, name in tables]


def _copy_table(spark: SparkSession, database: Database, schema: str, name: str, options: JdbcOptions) -> None:
    try:
        folder = jdbc_day(schema, name, options.day).removesuffix(f"dt={options.day}/")
    except ValueError as error:
        raise JobError(f"{error} (a view with such a name can be copied with --table)") from None
    init = database.begin()
    table = describe_table(database, schema, name, options.columns)
    where = [] if options.where is None else [options.where]
    if options.watermark_column is None:
        _publish(spark, database, init, table, options, folder, where)
        return
    estimate_bytes(database, table, where)  # finds what is wrong with it, before a range is written down
    column = table.ordered_column("watermark_column", options.watermark_column)
    log = WatermarkLog(options.raw_bucket, folder)

    def find(low: str | None) -> str | None:
        return find_high(database, table, column, where, low, options.day)

    for planned in log.plan(options.day, column.name, find):
        log.write(replace(planned, is_done=False))
        conditions = [*where, *planned.conditions(column)]
        _publish(spark, database, init, table, replace(options, day=planned.day), folder, conditions)
        log.write(replace(planned, is_done=True))


def _publish(
    spark: SparkSession,
    database: Database,
    init: str,
    table: Table,
    options: JdbcOptions,
    folder: str,
    conditions: list[str],
) -> None:
    input_bytes = estimate_bytes(database, table, conditions)
    try:
        count = publish_day(
            read_rows(spark, database, init, table, options, conditions),
            bucket=options.raw_bucket,
            prefix=f"{folder}dt={options.day}/",
            temp_dir=options.temp_dir,
            key=table.key,
            input_bytes=input_bytes,
        )
    except Exception as error:
        fault = job_error(error)
        if fault is None:
            raise
        raise fault from None
    print(f"{table.name} dt={options.day}: {count} rows", flush=True)
