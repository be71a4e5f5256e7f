"""jdbc-to-raw against a real PostgreSQL: rows of one moment, by several connections, and no more than was asked for."""

import re
import unittest
from unittest.mock import patch

from botocore.exceptions import ClientError
from jdbc_bed import DAY, Job, database
from suite import spark

from lake import jdbc_copy
from lake.errors import JobError
from lake.objects import list_objects

ROWS = 1_000_000


class Copies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = database()
        cls.server.run(f"""
            create table million as
              select g as id, g::bigint * 7919 % 100003 as value, 'row ' || g as name,
                timestamptz '2026-01-01 00:00+00' + g * interval '1 second' as changed_at
              from generate_series(1, {ROWS}) g;
            alter table million add primary key (id);
            create table small (id int primary key, name text, at timestamptz, "odd "".name" int);
            insert into small
              select g, 'n' || g, timestamptz '2026-01-01' + g * interval '1 day', g from generate_series(1, 90) g;
            insert into small values (100, 'no time', null, null);
            create table twins (a int, b text);
            insert into twins values (1, 'x'), (1, 'x'), (null, null), (null, null);
            create table empty (id int primary key);
            analyze;
        """)

    def statements(self, since: int) -> list[str]:
        """What Spark's connections asked for after byte `since` of the server's log."""
        return re.findall(r'execute <unnamed>\S*: (SELECT "c0".*)', self.server.log(since))

    def test_reads_a_million_rows_by_four_connections(self):
        job, since = Job(table="public.million", partition_column="id", partitions="4"), self.server.log_size()
        job.run()
        read = job.rows("public.million").selectExpr(
            "count(*)", "count(distinct id)", "sum(id)", "sum(value)", "cast(max(changed_at) as string)"
        )
        asked = (
            "select count(*), count(distinct id), sum(id), sum(value), max(changed_at) at time zone 'utc' from million"
        )
        self.assertEqual("|".join(str(value) for value in read.first()), self.server.run(asked))
        ranges = [statement.split("WHERE ")[1].strip() for statement in self.statements(since)]
        self.assertCountEqual(
            ranges,
            [
                "split < '250000'::integer or split is null",
                "split >= '250000'::integer and split < '500000'::integer",
                "split >= '500000'::integer and split < '750000'::integer",
                "split >= '750000'::integer",
            ],
        )
        self.assertEqual(
            [found.key for found in list_objects(job.bucket, "")],
            [f"jdbc/public.million/dt={DAY}/rows.parquet"],
        )

    def test_columns_and_where_are_the_databases_work(self):
        job, since = (
            Job(table="public.small", columns="name,id", where="id <= 3 or name = 'n7' -- few"),
            self.server.log_size(),
        )
        job.run()
        rows = job.rows("public.small")
        self.assertEqual(rows.columns, ["name", "id"])
        self.assertEqual(sorted(row.id for row in rows.collect()), [1, 2, 3, 7])
        # The operator's comment ends a line of its own.
        (statement,) = re.findall(r'(?s)execute <unnamed>\S*: (SELECT "c0".*?WHERE true)', self.server.log(since))
        self.assertIn('(select "name"::text as c0, "id" as c1 from "public"."small" where (id <= 3 or name', statement)
        self.assertNotIn("odd", statement)
        plan = self.server.run(f"explain {statement}")
        self.assertIn("Filter: ((id <= 3) OR (name = 'n7'::text))", plan)

    def test_shares_out_by_dates_and_times_with_rows_that_have_none(self):
        job, since = Job(table="public.small", partition_column="at", partitions="3"), self.server.log_size()
        job.run()
        self.assertEqual(job.rows("public.small").count(), 91)
        self.assertEqual(len(self.statements(since)), 3)

    def test_a_second_run_of_a_day_replaces_the_first(self):
        job = Job(table="public.small")
        job.run()
        job.run(where="id > 88")
        self.assertEqual(sorted(row.id for row in job.rows("public.small").collect()), [89, 90, 100])

    def test_keeps_rows_that_are_twice_in_a_table_without_a_primary_key(self):
        job = Job(table="public.twins")
        job.run()
        self.assertEqual(job.rows("public.twins").count(), 4)

    def test_an_empty_table_is_a_day_without_files(self):
        job = Job(table="public.empty", partition_column="id")
        job.run()
        self.assertEqual(list_objects(job.bucket, ""), [])

    def test_all_connections_see_the_table_as_at_the_beginning(self):
        self.server.run("create table moving as select g as id from generate_series(1, 100) g")
        job = Job(table="public.moving", partition_column="id", partitions="4")
        publish = jdbc_copy.publish_day

        def publish_later(rows, **rest):
            self.server.run("update moving set id = 101 - id; insert into moving values (1), (1000)")
            return publish(rows, **rest)

        with patch.object(jdbc_copy, "publish_day", publish_later):
            job.run()
        self.assertEqual(sorted(row.id for row in job.rows("public.moving").collect()), list(range(1, 101)))

    def test_takes_names_as_they_are(self):
        self.server.run("""
            create table hostile (
              id int, "x""; drop table small; --" int, "a.b" text, "c d,=" text, "`q`" text, "SELECT" int
            );
            insert into hostile values (1, 2, '3', '4', '5', 6);
        """)
        job = Job(table="public.hostile", partition_column='x"; drop table small; --')
        job.run()
        rows = job.rows("public.hostile")
        self.assertEqual(rows.columns, ["id", 'x"; drop table small; --', "a.b", "c d,=", "`q`", "SELECT"])
        self.assertEqual(tuple(rows.first()), (1, 2, "3", "4", "5", 6))
        self.assertEqual(self.server.run("select count(*) from small"), "91")


class AllTables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = database()
        cls.server.run("""
            create database shop; \\connect shop
            create role reader login password 'reader''s own';
            create table open (id int primary key, secret text); insert into open values (1, 'x');
            create table parted (id int, day date) partition by range (day);
            create table parted_1 partition of parted for values from ('2026-01-01') to ('2027-01-01');
            insert into parted values (1, '2026-11-20'), (2, '2026-11-21');
            create table broken (id int, price numeric(8, 2)); insert into broken values (1, 'NaN');
            create table "with space" (id int);
            create table closed (id int);
            create view seen as select * from open;
            grant select (id) on open to reader;
            grant select on parted, parted_1, broken, "with space", seen to reader;
        """)

    def test_copies_what_the_user_may_read_and_names_what_it_could_not(self):
        from jdbc_bed import put_secret

        job = Job(
            url=self.server.jdbc_url.replace("/lake", "/shop"),
            secret=put_secret('{"username": "reader", "password": "reader\'s own"}'),
        )
        with self.assertRaises(JobError) as caught:
            job.run()
        broken, spaced = str(caught.exception).split("\n")
        self.assertRegex(
            broken, r"^public\.broken: column price: expected what decimal\(8,2\) can hold .*--where.* NaN$"
        )
        self.assertRegex(spaced, "^public.with space: table: expected .* \\(a view")
        self.assertEqual([tuple(row) for row in job.rows("public.open").collect()], [(1,)])
        self.assertEqual(job.rows("public.parted").count(), 2)
        tables = {found.key.split("/")[1] for found in list_objects(job.bucket, "")}
        self.assertEqual(tables, {"public.open", "public.parted"})

    def test_a_fault_of_aws_or_of_spark_keeps_no_other_table_from_being_copied(self):
        self.server.run("""
            create database depot; \\connect depot
            create table a (id int); create table b (id int); create table c (id int); insert into c values (1);
        """)
        publish, password = jdbc_copy.publish_day, self.server.password

        def publish_only_c(rows, **rest):
            if "public.a" in rest["prefix"]:
                raise ClientError({"Error": {"Code": "SlowDown", "Message": f"busy {password}\nsecond line"}}, "PutObject")
            if "public.b" in rest["prefix"]:
                spark().read.parquet(f"s3://{job.bucket}/nothing/").count()
            return publish(rows, **rest)

        job = Job(url=self.server.jdbc_url.replace("/lake", "/depot"))
        with patch.object(jdbc_copy, "publish_day", publish_only_c), self.assertRaises(JobError) as caught:
            job.run()
        first, second = str(caught.exception).split("\n")
        self.assertRegex(first, r"^public\.a: ClientError: An error occurred \(SlowDown\) .* busy \[redacted\]$")
        self.assertRegex(second, r"^public\.b: .*PATH_NOT_FOUND.*/nothing")
        self.assertEqual([tuple(row) for row in job.rows("public.c").collect()], [(1,)])
