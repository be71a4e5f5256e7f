#!/usr/bin/env python3
"""One NDJSON file the plain way: down, each line read, stamped and written by Python's json module, up, input removed.

Usage: ndjson_stream.py ENDPOINT BUCKET FOLDER NAME   (needs boto3)
Memory does not grow with the file, and boto3 moves it in parallel parts, as it does by default.
"""
import hashlib
import json
import os
import sys

import boto3

endpoint, bucket, folder, name = sys.argv[1:5]
s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
got, made = f"{folder}/got", f"{folder}/made"

s3.download_file(bucket, f"input/{name}", got)
digest = hashlib.sha256()
with open(got, "rb") as source:
    while chunk := source.read(1 << 20):
        digest.update(chunk)
stamp = {"key": name, "sourceSha256": digest.hexdigest(), "format": 1}
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
with open(got, encoding="utf-8") as source, open(made, "w", encoding="utf-8") as target:
    for line in source:
        target.write(encode({"_millrace": stamp, **json.loads(line)}) + "\n")
s3.upload_file(made, bucket, f"output/{name}")
s3.delete_object(Bucket=bucket, Key=f"input/{name}")
os.remove(got)
os.remove(made)
