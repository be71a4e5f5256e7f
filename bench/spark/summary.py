#!/usr/bin/env python3
"""What a contender made of a day of movies, counted anew.

Usage: summary.py ENDPOINT BUCKET PREFIX FOLDER   (needs boto3, pyarrow)
Prints rows, keys (rows that differ in id, artist, birth year and character), the sums of votes and runtime_minutes, and rejected:
the lines of JSON that were set aside, each with its reason.
"""
import json
import sys

import boto3
import pyarrow.parquet as parquet

endpoint, bucket, prefix, folder = sys.argv[1:5]
s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
totals = {"rows": 0, "keys": 0, "votes": 0, "runtimeMinutes": 0, "rejected": 0}
keys = set()
path = f"{folder}/object"
for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
    for key in [entry["Key"] for entry in page.get("Contents", [])]:
        if not key.endswith((".json", ".parquet")):
            continue
        s3.download_file(bucket, key, path)
        if key.endswith(".json"):
            with open(path, encoding="utf-8") as lines:
                totals["rejected"] += sum(1 for line in lines if json.loads(line)["reason"])
            continue
        key_columns = ["id", "artist_name", "artist_birth_year", "character_name"]
        for batch in parquet.ParquetFile(path).iter_batches(columns=[*key_columns, "votes", "runtime_minutes"]):
            rows = batch.to_pydict()
            totals["rows"] += len(rows["id"])
            totals["votes"] += sum(rows["votes"])
            totals["runtimeMinutes"] += sum(rows["runtime_minutes"])
            # Of each key a number alone: millions of tuples would not be held in a small memory.
            keys.update(map(hash, zip(*(rows[name] for name in key_columns))))
totals["keys"] = len(keys)
print(json.dumps(totals))
