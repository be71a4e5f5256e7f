"""Does the worker's work on files of its bucket with Spark, for when one host is not enough.

Reads    s3://<bucket>/input/<prefix>*
Writes   s3://<bucket>/output/<key>, or errors/<key> and errors/<key>.error.json for a file that is refused
Deletes  the input, once its result is written

Arguments: --bucket, and where wanted --prefix (below input/), --csv_delimiter (one character; found in each file when
left out) and --pass_through (endings whose files pass unchanged, with commas between; * for every unknown kind).
Every request has the worker's conditions, so job and workers may work on the same files at the same time. It goes once
through what it listed and prints a line of counts, as the worker does. Refused files do not make it fail.
"""

from lake.files.batch import parse_settings, run_batch
from lake.job import run_job

if __name__ == "__main__":
    run_job(
        run_batch,
        required=["bucket"],
        optional=["prefix", "csv_delimiter", "pass_through"],
        check=parse_settings,
    )
