#!/usr/bin/env python3
"""An hour of the GitHub archive the plain way: down, unpacked, each line read by Python's json module, up as it came.

Usage: archive_hour.py URL ENDPOINT BUCKET KEY FILE   (needs boto3); prints how many events there are
"""
import gzip
import json
import sys
import urllib.request

import boto3

url, endpoint, bucket, key, path = sys.argv[1:6]

urllib.request.urlretrieve(url, path)
count = 0
with gzip.open(path) as lines:
    for line in lines:
        if not isinstance(json.loads(line), dict):
            sys.exit(f"line {count + 1}: expected a JSON object")
        count += 1
boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").upload_file(path, bucket, key)
print(count)
