"""Only what is new: ranges by watermark, each in its own day, whatever moment a run is cut off at."""

import json
import unittest

from jdbc_bed import Job, database
from suite import s3, spark

from lake.errors import JobError
from lake.objects import list_objects, make_client

TABLE = "public.orders"


def days(count: int) -> list[str]:
    return [f"2026-11-{day:02}" for day in range(1, count + 1)]


class CutOff(BaseException):
    """Stands for a run that was killed: no fault of a table, which the job would report and go on."""


class Cut:
    """Writes down the job's requests to S3 as name and address, and ends the run in place of one of them."""

    def __init__(self):
        self.requests: list[str] = []
        self.begins_with = ""
        self.left: int | None = None

    def arm(self, begins_with: str, left: int) -> None:
        """Lets `left` requests through, counted from the first whose address has `begins_with` in it."""
        self.begins_with, self.left = begins_with, left

    def __call__(self, model, params, **_):
        self.requests.append(f"{model.name} {params['url']}")
        if self.left is None or (self.begins_with and self.begins_with not in params["url"]):
            return
        self.begins_with = ""
        self.left -= 1
        if self.left < 0:
            self.left = None
            raise CutOff(self.requests[-1])


class Watermarks(unittest.TestCase):
    def setUp(self):
        self.server = database()
        self.server.run("""
            drop table if exists orders;
            create table orders (
              id int primary key generated always as identity, changed_at timestamptz not null, maybe int
            );
        """)
        # Many runs over few rows: to compile each plan would be most of the time.
        for name, value in {"codegen.wholeStage": "false", "codegen.factoryMode": "NO_CODEGEN"}.items():
            before = spark().conf.get(f"spark.sql.{name}")
            spark().conf.set(f"spark.sql.{name}", value)
            self.addCleanup(spark().conf.set, f"spark.sql.{name}", before)
        self.job = Job(table=TABLE, watermark_column="changed_at")

    def insert(self, *times: str) -> None:
        values = ", ".join(f"('{time}')" for time in times)
        self.server.run(f"insert into orders (changed_at) values {values}")

    def run_day(self, day: str, **options: str) -> None:
        self.job.run(day=day, **options)

    def note(self, day: str) -> dict:
        body = s3().get_object(Bucket=self.job.bucket, Key=f"jdbc/{TABLE}/_watermarks/dt={day}.json")["Body"]
        return json.loads(body.read())

    def ids(self) -> dict[str, list[int]]:
        """What a reader of all days finds in each that has rows."""
        rows = spark().read.parquet(f"s3://{self.job.bucket}/jdbc/{TABLE}/").select("id", "dt").collect()
        return {day: sorted(row.id for row in rows if str(row.dt) == day) for day in {str(row.dt) for row in rows}}

    def test_each_day_has_what_is_new_and_keeps_its_range(self):
        zero, one, two, three, four = days(5)
        self.run_day(zero)  # there is nothing yet
        self.assertEqual(self.note(zero)["to"], None)
        self.insert("2026-01-01 10:00:00.000001+00", "2026-01-01 11:00+00")
        self.run_day(one)
        self.insert("2026-01-01 10:30+00", "2026-01-02 09:00:00.123456+00")
        since = self.server.log_size()
        self.run_day(two)
        self.assertIn(
            '("changed_at" > \'2026-01-01 11:00:00+00\'::timestamp with time zone ) and ("changed_at" <='
            " '2026-01-02 09:00:00.123456+00'::timestamp with time zone )",
            " ".join(self.server.log(since).split()),
        )
        expected = {
            "column": "changed_at",
            "from": "2026-01-01 11:00:00+00",
            "to": "2026-01-02 09:00:00.123456+00",
            "state": "done",
        }
        self.assertEqual(self.note(two), expected)
        self.insert("2026-01-03 00:00+00")
        self.run_day(two)  # again: its range is what it was
        self.assertEqual(self.ids(), {one: [1, 2], two: [4]})
        self.run_day(three)
        self.run_day(four)  # nothing is new
        self.assertEqual(self.ids(), {one: [1, 2], two: [4], three: [5]})
        self.assertEqual(self.note(four)["from"], self.note(four)["to"])

    def test_of_dates_only_those_that_are_over_are_read(self):
        self.server.run("""
            drop table if exists visits;
            create table visits (id int primary key generated always as identity, visited_on date not null);
            insert into visits (visited_on) values ('2025-03-01'), ('2025-03-02'), ('2025-03-03');
        """)
        job = Job(table="public.visits", watermark_column="visited_on")

        def ids(day: str) -> list[int]:
            job.run(day=day)
            if not list_objects(job.bucket, f"jdbc/public.visits/dt={day}/"):
                return []
            return sorted(row.id for row in job.rows("public.visits", day).collect())

        self.assertEqual(ids("2025-03-01"), [])
        self.assertEqual(ids("2025-03-02"), [1])
        self.server.run("insert into visits (visited_on) values ('2025-03-02')")  # a row of the day, after its run
        self.assertEqual(ids("2025-03-03"), [2, 4])
        self.assertEqual(ids("2025-03-04"), [3])
        self.server.run("insert into visits (visited_on) values ((now() at time zone interval '-12 hours')::date)")
        self.assertEqual(ids("2999-01-01"), [], "its date still lasts somewhere")
        self.server.run("insert into visits (visited_on) values ('infinity')")
        with self.assertRaisesRegex(JobError, "expected values of 'visited_on' that can be passed, got infinity"):
            job.run(day="2999-01-02")

    def test_refuses_what_would_lose_rows(self):
        one, two, three = days(3)
        self.insert("2026-01-01 10:00+00")
        self.run_day(two)
        for options, text in [
            ({"day": one}, f"--day: expected a day that was read before, or one after {two}, got {one}"),
            ({"day": three, "watermark_column": "id"}, "--watermark_column: expected 'changed_at', by which"),
        ]:
            with self.subTest(str(options)), self.assertRaisesRegex(JobError, text):
                self.job.run(**options)
        fresh = Job(table=TABLE, watermark_column="maybe")
        with self.assertRaisesRegex(JobError, "expected a value of 'maybe' in every row, got null"):
            fresh.run()
        fresh.run(where="maybe is not null")
        self.server.run("update orders set changed_at = 'infinity'")
        with self.assertRaisesRegex(JobError, "expected values of 'changed_at' that can be passed, got infinity"):
            self.run_day(three)
        self.assertEqual(len(list_objects(self.job.bucket, f"jdbc/{TABLE}/_watermarks/")), 1)

    def test_a_run_that_is_cut_off_at_any_request_loses_and_doubles_nothing(self):
        """Day after day the run is cut off one request later; the run of the next day mends what was left."""
        cut, every = self.cut_requests(), days(28)
        self.insert_day(every[0])
        self.run_day(every[0])
        own = self.requests_of(cut, every[1])
        self.assertEqual([name for name in own if name == "PutObject"], ["PutObject"] * 2)
        self.assertEqual((own[0], own[-1]), ("PutObject", "PutObject"), "planned before, done behind the data")
        self.assertIn("CopyObject", own)
        used = every[: len(own) + 3]
        for place, day in enumerate(used[2:-1]):
            with self.subTest(f"{place} {own[place]}"):
                self.insert_day(day)
                cut.arm(f"_watermarks/dt%3D{day}.json", place)
                with self.assertRaises(CutOff):
                    self.run_day(day)
        self.insert_day(used[-1])
        self.run_day(used[-1])
        found = self.ids()
        self.assertEqual(sum((found[day] for day in sorted(found)), []), list(range(1, 2 * len(used) + 1)))
        notes = [self.note(found.key[-15:-5]) for found in list_objects(self.job.bucket, f"jdbc/{TABLE}/_watermarks/")]
        self.assertEqual({note["state"] for note in notes}, {"done"})
        self.assertEqual([note["from"] for note in notes[1:]], [note["to"] for note in notes[:-1]])

    def insert_day(self, day: str) -> None:
        self.insert(f"{day} 10:00+00", f"{day} 11:00+00")

    def requests_of(self, cut: Cut, day: str) -> list[str]:
        """Names of the requests of a whole run, from the plan of its day on: before it a run only reads."""
        self.insert_day(day)
        cut.requests.clear()
        self.run_day(day)
        first = next(place for place, request in enumerate(cut.requests) if request.endswith(f"dt%3D{day}.json"))
        self.assertTrue(all(request.startswith(("List", "Get")) for request in cut.requests[:first]))
        return [request.split()[0] for request in cut.requests[first:]]

    def cut_requests(self) -> Cut:
        cut, events = Cut(), make_client("s3").meta.events
        events.register("before-call.s3", cut)
        self.addCleanup(events.unregister, "before-call.s3", cut)
        return cut
