"""Types and deduplicates days of raw: CSV and JSON lines in, Parquet out, for every staged table of datasets.json.

Reads   s3://<raw_bucket>/...                               where datasets.json says
Writes  s3://<staged_bucket>/<table>/dt=<day>/              one row of each key
        s3://<staged_bucket>/<table>/_rejected/dt=<day>/    what is no row: {"file", "line", "column", "reason"} a line
        s3://<staged_bucket>/<table>/_sources/dt=<day>/     which files it was made of, see lake.late

Arguments: --raw_bucket, --staged_bucket, --configuration_bucket, --TempDir; --day YYYY-MM-DD and --tables a,b (all when
left out). Without --day it makes each of the last seven days, yesterday in UTC the last, whose files are not those that
it was made of; where there is none, that is no fault.
A second run of the same day replaces what the first one wrote; see lake.publish for what readers see meanwhile.
"""

from functools import partial

from lake.datasets import wanted_tables
from lake.inputs import list_sources
from lake.job import JobError, run_job
from lake.late import make_days
from lake.staging import Places, convert_day


def main(spark, options):
    places = Places(options["raw_bucket"], options["staged_bucket"], options["TempDir"])
    tables = wanted_tables(options, "staged")

    def make(table, day, _):
        outcome = convert_day(spark, table, places, day)
        if outcome is None:
            print(f"{table.name}: no files of {day} in {places.raw_bucket}, left as it is", flush=True)
        else:
            print(f"{table.name}: {outcome.rows} rows of {day}, {outcome.rejected} set aside", flush=True)
        return outcome is not None

    made = make_days(options, tables, places.staged_bucket, partial(list_sources, places.raw_bucket), make)
    if not made and "day" in options:
        names = ", ".join(table.name for table in tables)
        raise JobError(f"--day: expected files of {options['day']} in {places.raw_bucket}, got none for {names}")


if __name__ == "__main__":
    run_job(
        main,
        required=["raw_bucket", "staged_bucket", "configuration_bucket", "TempDir"],
        optional=["day", "tables"],
        check=partial(wanted_tables, layer="staged"),
    )
