"""A lake of a test's own: buckets, the two jobs over them, and what a reader finds."""

import json

from suite import ROOT, load_script, new_bucket, s3, spark, temp_url

DAY = "2026-11-20"


class Lake:
    def __init__(self):
        self.raw, self.staged, self.analytics, self.configuration = (new_bucket() for _ in range(4))
        self.temp = temp_url()
        s3().upload_file(str(ROOT / "files/configuration/datasets.json"), self.configuration, "datasets.json")

    def put(self, key, body):
        s3().put_object(Bucket=self.raw, Key=key, Body=body if isinstance(body, bytes) else body.encode())

    def stage(self, day=DAY, **more):
        self._run("spark/raw-to-staged.py", day, raw_bucket=self.raw, staged_bucket=self.staged, **more)

    def analyse(self, day=DAY, **more):
        buckets = {"staged_bucket": self.staged, "analytics_bucket": self.analytics}
        self._run("spark/staged-to-analytics.py", day, **buckets, **more)

    def _run(self, script, day, **options):
        options = {"configuration_bucket": self.configuration, "TempDir": self.temp, **options}
        if day is not None:
            options["day"] = day
        load_script(script).main(spark(), options)

    def table(self, layer, table, day=DAY):
        """The day as a DataFrame, or None where it has no files."""
        bucket = getattr(self, layer)
        prefix = f"{table}/dt={day}/"
        if not self.keys(bucket, prefix):
            return None
        return spark().read.option("mergeSchema", "true").parquet(f"s3://{bucket}/{prefix}")

    def rows(self, layer, table, day=DAY):
        found = self.table(layer, table, day)
        return [] if found is None else [row.asDict() for row in found.collect()]

    def rejected(self, table, day=DAY):
        keys = self.keys(self.staged, f"{table}/_rejected/dt={day}/")
        bodies = [s3().get_object(Bucket=self.staged, Key=key)["Body"].read().decode() for key in keys]
        return [json.loads(line) for body in bodies for line in body.splitlines()]

    def keys(self, bucket, prefix=""):
        found = s3().list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return [one["Key"] for one in found]
