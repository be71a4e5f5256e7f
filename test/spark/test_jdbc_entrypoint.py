"""The container's entrypoint with the real spark-submit: the script, the package as a zip, and values as they are."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from jdbc_bed import Job, database
from suite import ROOT

from lake.objects import list_objects

ARGUMENTS = "raw_bucket url secret TempDir table columns? where? day?"


class Entrypoint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = database()
        cls.server.run(
            "create table packed (id int primary key, name text);"
            "insert into packed values (1, 'a b'), (2, '$(x) \"y\"')"
        )
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.zip = shutil.make_archive(str(Path(cls.folder, "codebase")), "zip", ROOT / "files/codebase", "lake")

    def submit(self, values: dict[str, str]) -> subprocess.CompletedProcess[str]:
        settings = os.environ["MILLRACE_SPARK_CONF"]
        return subprocess.run(
            ["sh", ROOT / "files/docker/entrypoint.sh", "--properties-file", settings],
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT / "scripts/edge"),  # the stand-in for awsglue, and nothing of lake
                "JOB_SCRIPT": str(ROOT / "files/jdbc/jdbc-to-raw.py"),
                "JOB_PY_FILES": self.zip,
                "JOB_ARGUMENTS": ARGUMENTS,
                **{name.upper(): value for name, value in values.items()},
            },
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def test_runs_the_job(self):
        job = Job(table="public.packed", where="name = '$(x) \"y\"'")
        run = self.submit(job.options)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("public.packed dt=2026-11-20: 1 rows", run.stdout)
        self.assertNotIn(self.server.password, run.stdout + run.stderr)
        self.assertEqual([tuple(row) for row in job.rows("public.packed").collect()], [(2, '$(x) "y"')])

    def test_ends_with_one_line_and_exit_code_1(self):
        job = Job(table="public.packed", day="yesterday")
        run = self.submit(job.options)
        self.assertEqual(run.returncode, 1)
        # spark-submit puts what a script says on stderr among what it says on stdout.
        self.assertEqual(run.stdout.splitlines(), ["--day: expected YYYY-MM-DD, got 'yesterday'"])
        self.assertEqual(list_objects(job.bucket, ""), [])
