"""Copies tables of a database into raw: rows in, Parquet out. What holds, and the types: README.md beside this file.

Reads   every table that the user may read, or the one of --table
Writes  s3://<raw_bucket>/jdbc/<schema>.<table>/dt=<day>/

Arguments: --raw_bucket, --TempDir, --url jdbc:postgresql://HOST:PORT/DATABASE, and --secret, the name of the secret in
Secrets Manager whose JSON holds username and password. Optional: --day YYYY-MM-DD (today in UTC when left out) and
--table SCHEMA.TABLE; with it --columns A,B, --where SQL, --partition_column to read by --partitions (8) connections
side by side, and --watermark_column to read only what is new.
A second run of the same day replaces what the first one wrote.
"""

from lake.jdbc_copy import copy_database
from lake.jdbc_options import OPTIONAL, REQUIRED, parse_options
from lake.job import run_job

if __name__ == "__main__":
    run_job(copy_database, REQUIRED, OPTIONAL, is_today_default=True, check=parse_options)
