"""What goes wrong is said in one line, and no password is in it or anywhere else."""

import json
import tempfile
import unittest
from pathlib import Path

from jdbc_bed import Job, database, put_secret
from postgres import free_port
from suite import s3, spark

from lake.errors import JobError
from lake.objects import list_objects


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = database()
        cls.server.run("""
            create table things (id int primary key, name text, "Name" text, payload jsonb);
            insert into things values (1, 'a', 'b', '{}');
            create table forbidden (id int);
            create role guest login password 'guest-password';
            grant select (id) on things to guest;
        """)

    def test_is_one_line_that_names_argument_and_cause(self):
        wrong = "correct-horse-battery"
        url = self.server.jdbc_url
        nobody = f"jdbc:postgresql://127.0.0.1:{free_port()}/lake"
        guest = put_secret('{"username": "guest", "password": "guest-password"}')
        table = {"table": "public.things", "columns": "id"}
        for options, text in [
            (
                {"secret": put_secret(json.dumps({"username": "owner", "password": wrong}))},
                "--secret: expected a username and a",
            ),
            (
                {"secret": put_secret(json.dumps({"username": wrong, "password": wrong}))},
                "--secret: expected a username and a",
            ),
            ({"secret": put_secret(f'"{wrong}"')}, "--secret: expected a secret of JSON with username and password"),
            (
                {"secret": "no-such-secret"},
                "--secret: expected a secret that the job may read, got ResourceNotFoundException",
            ),
            ({"url": nobody}, f"--url: expected a database that answers, got {nobody}: Connection to .* refused"),
            ({"url": url.replace("/lake", "/nowhere")}, "--url: expected a database that is there, got .*/nowhere"),
            ({"table": "public.nope"}, "table: expected one that is there and that the user may read, got public.nope"),
            ({"table": "public.forbidden", "secret": guest}, "table: expected .* may read, got public.forbidden"),
            ({"table": "nope"}, "--table: expected"),
            ({"table": 'public.things"; drop table things'}, "--table: expected"),
            ({"table": "public.things"}, "--columns: expected names that differ in more than capitals, got Name, name"),
            (
                {**table, "columns": "id,nope"},
                r"--columns: expected columns of public.things \(id, name, Name, payload\), got nope",
            ),
            ({**table, "columns": "name", "secret": guest}, r"--columns: .*\(id\), got name"),
            (
                {**table, "partition_column": "nope"},
                r"--partition_column: expected a column of public.things \(id, .*'nope'",
            ),
            (
                {**table, "partition_column": "name"},
                "--partition_column: expected a column of numbers, dates or timestamps, got 'name' of type text",
            ),
            (
                {**table, "watermark_column": "payload"},
                "--watermark_column: expected a column of numbers, .* of type jsonb",
            ),
            (
                {**table, "where": "nope > 1"},
                '--where: expected a condition that PostgreSQL takes, got .*column "nope" does not exist',
            ),
            (
                {**table, "where": "1 / (id - 1) > 1"},
                "database: expected an answer, got SQLSTATE 22012: division by zero",
            ),
            ({**table, "where": "id >"}, "--where: .*syntax error"),
            ({"partition_column": "id"}, "--partition_column: expected only with --table"),
            ({**table, "partitions": "0"}, "--partitions: expected a whole number from 1 to 999"),
            ({"url": "jdbc:mysql://db/lake"}, "--url: expected jdbc:postgresql://HOST:PORT/DATABASE"),
            ({"url": f"{url}?user=x&password={wrong}"}, "--url: expected no user and no password"),
        ]:
            with self.subTest(str(options)):
                job = Job(**options)
                with self.assertRaisesRegex(JobError, f"^{text}") as caught:
                    job.run()
                self.assertNotIn("\n", str(caught.exception))
                self.assertNotIn(wrong, str(caught.exception))
                self.assertEqual(list_objects(job.bucket, ""), [])

    def test_the_password_is_in_no_log_plan_or_object(self):
        job = Job(table="public.things", columns="id,payload", partition_column="id")
        with tempfile.TemporaryDirectory() as folder, captured_log(Path(folder, "log")) as log:
            job.run()
            job.rows("public.things").explain(True)
            text = log.read_text("utf-8", "replace")
        self.assertIn("sessionInitStatement", text, "Spark's own log is what was looked at")
        self.assertFalse(self.server.password in text)
        for found in list_objects(job.bucket, ""):
            body = s3().get_object(Bucket=job.bucket, Key=found.key)["Body"].read()
            self.assertNotIn(self.server.password.encode(), body)


class captured_log:
    """Everything that Spark and the driver log, DEBUG included, in a file."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self) -> Path:
        jvm = spark().sparkContext._jvm
        core = jvm.org.apache.logging.log4j.core
        self.context = jvm.org.apache.logging.log4j.LogManager.getContext(False)
        builder = core.appender.FileAppender.newBuilder()
        self.appender = builder.setName("captured").withFileName(str(self.path)).build()
        self.appender.start()
        self.root = self.context.getConfiguration().getRootLogger()
        self.before = self.root.getLevel()
        self.root.addAppender(self.appender, None, None)
        self.root.setLevel(jvm.org.apache.logging.log4j.Level.DEBUG)
        self.context.updateLoggers()
        return self.path

    def __exit__(self, *_):
        self.root.setLevel(self.before)
        self.root.removeAppender("captured")
        self.context.updateLoggers()
        self.appender.stop()
