"""What is wrong with the arguments of a job is said before Spark starts, in one line for each."""

import runpy
import sys
import unittest
from unittest.mock import patch

from botocore.exceptions import ClientError
from lake.objects import make_client
from suite import ROOT, new_bucket, s3, temp_url


def run_script(path, **options):
    """The script as spark-submit would run it, up to Spark: gives what it ends with."""
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    with patch.object(sys, "argv", [path, *words]), patch("lake.job._run", side_effect=SystemExit("Spark starts")):
        try:
            runpy.run_path(str(ROOT / "files" / path), run_name="__main__")
        except SystemExit as end:
            return str(end.code)


class BeforeSpark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bucket = new_bucket()
        datasets = (ROOT / "files/configuration/datasets.json").read_bytes()
        s3().put_object(Bucket=cls.bucket, Key="datasets.json", Body=datasets)
        common = {"configuration_bucket": cls.bucket, "staged_bucket": cls.bucket, "TempDir": temp_url()}
        cls.jobs = {
            "spark/raw-to-staged.py": {"raw_bucket": cls.bucket, **common},
            "spark/staged-to-analytics.py": {"analytics_bucket": cls.bucket, **common},
            "spark/files-batch.py": {"bucket": cls.bucket},
            "jdbc/jdbc-to-raw.py": {
                "raw_bucket": cls.bucket,
                "TempDir": temp_url(),
                "url": "jdbc:postgresql://127.0.0.1/lake",
                "secret": "x",
            },
        }

    def test_right_arguments_pass(self):
        for path, options in self.jobs.items():
            with self.subTest(path):
                self.assertEqual(run_script(path, **options), "Spark starts")

    def test_values_of_a_jobs_own_are_checked(self):
        for path, wrong in [
            ("spark/files-batch.py", {"csv_delimiter": "ab"}),
            ("spark/files-batch.py", {"pass_through": "PNG"}),
            ("spark/raw-to-staged.py", {"tables": "artists"}),
            ("spark/staged-to-analytics.py", {"tables": "movies"}),
        ]:
            with self.subTest(path, **wrong):
                (name, value) = next(iter(wrong.items()))
                said = run_script(path, **self.jobs[path], **wrong)
                self.assertRegex(said, f"^--{name}: expected .*, got '{value}'$")

    def test_a_bucket_that_is_not_there_is_named_with_its_argument(self):
        for path, options in self.jobs.items():
            for name, value in options.items():
                if not name.endswith("bucket") and name != "TempDir":
                    continue
                with self.subTest(path, name=name):
                    wrong = "s3://no-such-bucket/x" if name == "TempDir" else "no-such-bucket"
                    said = run_script(path, **{**options, name: wrong})
                    self.assertRegex(said, f"^--{name}: expected .*, got NoSuchBucket.*: check the name")
                    self.assertNotIn("\n", said)

    def test_every_forbidden_bucket_has_its_line(self):
        refusal = ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "ListObjectsV2")
        with patch.object(make_client("s3"), "list_objects_v2", side_effect=refusal):
            said = run_script("spark/raw-to-staged.py", **self.jobs["spark/raw-to-staged.py"])
        lines = said.split("\n")
        self.assertEqual([line.split(":")[0] for line in lines], ["--raw_bucket", "--staged_bucket", "--TempDir"])
        for line in lines:
            self.assertRegex(line, "got AccessDenied for '.*': check the name, and .* s3:ListBucket")


if __name__ == "__main__":
    unittest.main()
