"""How a job begins and ends, on Glue and on one's own machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional, Sequence

from lake.arguments import parse_arguments
from lake.errors import JobError
from lake.objects import list_fault, split_url, write_object

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["JobError", "configure_session", "run_job"]

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # Days before the calendar of today are written as they are; the default is to fail.
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    # Java compiles no larger methods; Spark then makes several of what it would make one of.
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # It would drop the node that counts rows where there are none, and who waits for the count would wait for ever.
    "spark.sql.adaptive.optimizer.excludedRules": (
        "org.apache.spark.sql.execution.adaptive.AQEPropagateEmptyRelation"
    ),
}


_REMEDIES = {
    "NoSuchBucket": "check the name, or deploy, which makes the lake's buckets",
    "AccessDenied": "check the name, and that the job's role has s3:ListBucket there",
}


def run_job(
    main: Callable[["SparkSession", dict[str, str]], None],
    required: Sequence[str],
    optional: Sequence[str] = (),
    argv: Optional[Sequence[str]] = None,
    is_today_default: bool = False,
    check: Callable[[dict[str, str]], object] = lambda options: None,
) -> None:
    """Calls `main(spark, options)` between Glue's begin and commit; see `parse_arguments` for the options.

    Arguments are checked before Spark starts, their buckets too, and by `check(options)`. A JobError ends the program
    with its text on stderr and exit code 1.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        options = parse_arguments(words, required, optional, is_today_default)
        check(options)
        _check_buckets(options)
        _run(main, options, words)
    except JobError as error:
        raise SystemExit(str(error)) from None


def configure_session(spark: "SparkSession") -> "SparkSession":
    """Sets what all jobs rely on; only settings that can change while Spark runs."""
    for name, value in _SETTINGS.items():
        spark.conf.set(name, value)
    return spark


def _check_buckets(options: dict[str, str]) -> None:
    """Lists each one, as the job will. Not that of the configuration: jobs read an object there and may not list it."""
    places = {name: (value, "") for name, value in options.items() if name.endswith("bucket")}
    if "TempDir" in options:
        places["TempDir"] = split_url(options["TempDir"])
    places.pop("configuration_bucket", None)
    found = {name: (bucket, list_fault(bucket, prefix)) for name, (bucket, prefix) in places.items()}
    faults = [
        f"--{name}: expected a bucket that can be listed, got {fault} for {bucket!r}"
        + (f": {_REMEDIES[fault]}" if fault in _REMEDIES else "")
        for name, (bucket, fault) in found.items()
        if fault is not None
    ]
    if faults:
        raise JobError("\n".join(faults))


def _run(main: Callable[["SparkSession", dict[str, str]], None], options: dict[str, str], words: list[str]) -> None:
    # Slow to import, and nobody waits for them to hear of a wrong argument.
    from awsglue.context import GlueContext
    from awsglue.job import Job
    from pyspark.context import SparkContext

    if "TempDir" in options:
        # With an object in it the folder is there. EMRFS marks folders that are not, beside them, where a job may not write.
        bucket, prefix = split_url(options["TempDir"])
        write_object(bucket, f"{prefix}_folder", b"")
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    name = _job_name(words)
    job.init(name, {"JOB_NAME": name, **options})
    main(configure_session(context.spark_session), options)
    job.commit()  # last: what is committed counts as done


def _job_name(words: list[str]) -> str:
    """The name that Glue passes; elsewhere that of the script."""
    for word, following in zip(words, [*words[1:], ""]):
        if word.startswith("--JOB_NAME="):
            return word.partition("=")[2]
        if word == "--JOB_NAME":
            return following
    return Path(sys.argv[0]).stem
