"""Counts one day of GitHub events by their type: Parquet in, Parquet out.

Reads   s3://<staged_bucket>/github_events/dt=<day>/       one row per event id
Writes  s3://<analytics_bucket>/github_activity/dt=<day>/  one row per event type

Arguments: --staged_bucket, --analytics_bucket, and --day YYYY-MM-DD (yesterday in UTC when left out).
A second run of the same day replaces what the first one wrote.
"""

import sys
from datetime import date, datetime, timedelta, timezone

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f


def read_events(spark: SparkSession, staged_bucket: str, day: str) -> DataFrame:
    """The day's events; a day that was never staged is an error, not an empty result."""
    return spark.read.parquet(f"s3://{staged_bucket}/github_events/dt={day}/")


def count_activity(events: DataFrame) -> DataFrame:
    """For each event type how many events there were, by how many actors, in how many repositories."""
    return (
        events.groupBy("event_type")
        .agg(
            f.count("*").alias("events"),
            f.count_distinct("actor_id").alias("actors"),
            f.count_distinct("repo_id").alias("repos"),
        )
        .orderBy("event_type")
    )


def convert_day(spark: SparkSession, staged_bucket: str, analytics_bucket: str, day: str) -> None:
    activity = count_activity(read_events(spark, staged_bucket, day))
    # One row a type: more than one file would be smaller than its own footer.
    activity.coalesce(1).write.mode("overwrite").parquet(f"s3://{analytics_bucket}/github_activity/dt={day}/")


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
    names = ["JOB_NAME", "staged_bucket", "analytics_bucket"] + (["day"] if has_day else [])
    options = getResolvedOptions(sys.argv, names)

    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(options["JOB_NAME"], options)
    convert_day(
        context.spark_session,
        options["staged_bucket"],
        options["analytics_bucket"],
        resolve_day(options.get("day")),
    )
    job.commit()  # last: what is committed counts as done


if __name__ == "__main__":
    main()
