#!/usr/bin/env python3
"""One CSV file the plain way: down, each record read, counted and written by Python's csv module, up, input removed.

Usage: csv_stream.py ENDPOINT BUCKET FOLDER NAME   (needs boto3)
Memory does not grow with the file, and boto3 moves it in parallel parts, as it does by default.
"""
import csv
import os
import sys

import boto3

endpoint, bucket, folder, name = sys.argv[1:5]
s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
got, made = f"{folder}/got", f"{folder}/made"


def checked(records):
    header = next(records)
    yield header
    for record in records:
        if len(record) != len(header):
            raise ValueError(f"expected {len(header)} fields, got {len(record)}")
        yield record


s3.download_file(bucket, f"input/{name}", got)
with open(got, encoding="utf-8", newline="") as source, open(made, "w", encoding="utf-8", newline="") as target:
    csv.writer(target, lineterminator="\n").writerows(checked(csv.reader(source)))
s3.upload_file(made, bucket, f"output/{name}")
s3.delete_object(Bucket=bucket, Key=f"input/{name}")
os.remove(got)
os.remove(made)
