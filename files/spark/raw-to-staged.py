"""Types and deduplicates one day of raw: CSV and JSON lines in, Parquet out, for every staged table of datasets.json.

Reads   s3://<raw_bucket>/...                               where datasets.json says
Writes  s3://<staged_bucket>/<table>/dt=<day>/              one row of each key
        s3://<staged_bucket>/<table>/_rejected/dt=<day>/    what is no row: {"file", "line", "column", "reason"} a line

Arguments: --raw_bucket, --staged_bucket, --configuration_bucket, --TempDir; --day YYYY-MM-DD (yesterday in UTC when left
out) and --tables a,b (all when left out).
A second run of the same day replaces what the first one wrote; see lake.publish for what readers see meanwhile.
"""

from functools import partial

from lake.datasets import wanted_tables
from lake.job import JobError, run_job
from lake.staging import Places, convert_day


def main(spark, options):
    places = Places(options["raw_bucket"], options["staged_bucket"], options["TempDir"])
    tables = wanted_tables(options, "staged")
    day = options["day"]
    outcomes = {}
    for table in tables:
        outcome = outcomes[table.name] = convert_day(spark, table, places, day)
        if outcome is None:
            print(f"{table.name}: no files of {day} in {places.raw_bucket}, left as it is", flush=True)
        else:
            print(f"{table.name}: {outcome.rows} rows of {day}, {outcome.rejected} set aside", flush=True)
    if all(outcome is None for outcome in outcomes.values()):
        raise JobError(f"--day: expected files of {day} in {places.raw_bucket}, got none for {', '.join(outcomes)}")


if __name__ == "__main__":
    run_job(
        main,
        required=["raw_bucket", "staged_bucket", "configuration_bucket", "TempDir"],
        optional=["day", "tables"],
        check=partial(wanted_tables, layer="staged"),
    )
