"""Types and deduplicates one day of GitHub events: raw JSON lines in, Parquet out.

Reads   s3://<raw_bucket>/github/archive/dt=<day>/hour=HH/archive.json.gz
Writes  s3://<staged_bucket>/github_events/dt=<day>/            one row per event id
        s3://<staged_bucket>/github_events/_rejected/dt=<day>/  lines that are no event, as they came

Arguments: --raw_bucket, --staged_bucket, and --day YYYY-MM-DD (yesterday in UTC when left out).
A second run of the same day replaces what the first one wrote.
"""

import sys
from datetime import date, datetime, timedelta, timezone

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

EVENT_SCHEMA = """
    id STRING,
    type STRING,
    actor STRUCT<id: BIGINT, login: STRING>,
    repo STRUCT<id: BIGINT, name: STRING>,
    org STRUCT<id: BIGINT, login: STRING>,
    public BOOLEAN,
    created_at TIMESTAMP
"""


def read_lines(spark: SparkSession, raw_bucket: str, day: str) -> DataFrame:
    """One column `value` with every line of the day's archives."""
    return (
        spark.read.option("recursiveFileLookup", "true")
        .option("pathGlobFilter", "*.json.gz")
        .text(f"s3://{raw_bucket}/github/archive/dt={day}/")
    )


def parse_events(lines: DataFrame) -> DataFrame:
    """Adds the column `event`, and `is_event`: false where a line lacks what identifies an event."""
    parsed = lines.withColumn("event", f.from_json("value", EVENT_SCHEMA))
    is_event = (
        f.col("event.id").cast("bigint").isNotNull()
        & f.col("event.type").isNotNull()
        & f.col("event.created_at").isNotNull()
    )
    return parsed.withColumn("is_event", f.coalesce(is_event, f.lit(False)))


def select_events(parsed: DataFrame) -> DataFrame:
    """One typed row per event id; the payload stays JSON, since each type has its own shape."""
    return (
        parsed.where("is_event")
        .select(
            f.col("event.id").cast("bigint").alias("event_id"),
            f.col("event.type").alias("event_type"),
            f.col("event.actor.id").alias("actor_id"),
            f.col("event.actor.login").alias("actor_login"),
            f.col("event.repo.id").alias("repo_id"),
            f.col("event.repo.name").alias("repo_name"),
            f.col("event.org.login").alias("org_login"),
            f.col("event.public").alias("is_public"),
            f.col("event.created_at").alias("created_at"),
            f.get_json_object("value", "$.payload").alias("payload"),
        )
        .dropDuplicates(["event_id"])
    )


def select_rejected(parsed: DataFrame) -> DataFrame:
    """The lines that are no event, byte for byte."""
    return parsed.where(~f.col("is_event") & (f.trim("value") != "")).select("value")


def convert_day(spark: SparkSession, raw_bucket: str, staged_bucket: str, day: str) -> None:
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    parsed = parse_events(read_lines(spark, raw_bucket, day)).cache()
    target = f"s3://{staged_bucket}/github_events"
    select_rejected(parsed).write.mode("overwrite").text(f"{target}/_rejected/dt={day}/")
    select_events(parsed).write.mode("overwrite").parquet(f"{target}/dt={day}/")


def resolve_day(argument: str | None) -> str:
    """The day asked for, else yesterday in UTC: the last one whose archives are complete."""
    if argument is None:
        return (datetime.now(timezone.utc).date() - timedelta(days=1)).isoformat()
    return date.fromisoformat(argument).isoformat()


def main() -> None:
    # Only Glue has these, and only a run needs them.
    from awsglue.context import GlueContext
    from awsglue.job import Job
    from awsglue.utils import getResolvedOptions
    from pyspark.context import SparkContext

    has_day = any(argument.split("=")[0] == "--day" for argument in sys.argv)
    names = ["JOB_NAME", "raw_bucket", "staged_bucket"] + (["day"] if has_day else [])
    options = getResolvedOptions(sys.argv, names)

    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(options["JOB_NAME"], options)
    convert_day(
        context.spark_session,
        options["raw_bucket"],
        options["staged_bucket"],
        resolve_day(options.get("day")),
    )
    job.commit()  # last: what is committed counts as done


if __name__ == "__main__":
    main()
