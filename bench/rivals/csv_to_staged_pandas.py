#!/usr/bin/env python3
"""One CSV file of movies into typed Parquet the plain way: pandas, and pyarrow for what it does best.

Usage: csv_to_staged_pandas.py ENDPOINT BUCKET KEY DATASETS FOLDER FILES   (needs boto3, pandas, pyarrow)
Types and key are those of the table movies in DATASETS. Reads s3://BUCKET/KEY; writes staged/movies/dt=2026-11-20/ in as
many files as said, and beside it the rows set aside, as lines of JSON with their reasons. Prints what it kept.
"""
import json
import re
import sys
import warnings

import boto3
import pandas as pd

endpoint, bucket, key, datasets, folder, files = sys.argv[1:7]
s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
with open(datasets, encoding="utf-8") as file:
    table = json.load(file)["staged"]["movies"]
types = {column["name"]: column["type"] for column in table["columns"]}
source, target = f"{folder}/movies.csv", "staged/movies/{}dt=2026-11-20/{}"

s3.download_file(bucket, key, source)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always", pd.errors.ParserWarning)
    rows = pd.read_csv(
        source, sep="|", dtype=str, keep_default_na=False, na_values=["", table["source"]["null"]], on_bad_lines="warn"
    )
skipped = [
    {"line": int(line), "reason": f"expected {expected} fields, got {seen}"}
    for warning in caught
    for line, expected, seen in re.findall(
        r"[Ll]ine (\d+): expected (\d+) fields, saw (\d+)", str(warning.message)
    )
]

reasons = pd.Series(pd.NA, index=rows.index, dtype="str")
forms = {"int": r"-?[0-9]+", "bigint": r"-?[0-9]+", "double": r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"}
kinds = {"int": "Int32", "bigint": "Int64", "double": "Float64"}
typed = {}
for name, kind in types.items():
    if kind == "string":
        continue
    is_good = rows[name].str.fullmatch(forms[kind]).fillna(False).astype(bool)
    reasons[rows[name].notna() & ~is_good] = f"{name}: expected {kind}"
    typed[name] = pd.to_numeric(rows[name].where(is_good)).astype(kinds[kind])
for name in table["required"]:
    reasons[rows[name].isna()] = f"{name}: expected a value, got none"

is_bad = reasons.notna()
rejected = rows[is_bad].assign(reason=reasons[is_bad])
rows = rows.assign(**typed)[~is_bad].drop_duplicates(subset=table["key"])
del typed, reasons

count = int(files)
size = -(-len(rows) // count)
for part in range(count):
    path, name = f"{folder}/part.parquet", f"part-{part:05d}-of-{count:05d}.parquet"
    rows.iloc[part * size : (part + 1) * size].to_parquet(path, index=False)
    s3.upload_file(path, bucket, target.format("", name))
with open(f"{folder}/rejected.json", "w", encoding="utf-8") as file:
    file.writelines(f"{json.dumps(fault)}\n" for fault in skipped)
    rejected.to_json(file, orient="records", lines=True, force_ascii=False)
s3.upload_file(f"{folder}/rejected.json", bucket, target.format("_rejected/", "rows.json"))
print(json.dumps({"rows": len(rows), "rejected": len(rejected) + len(skipped)}))
