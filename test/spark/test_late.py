"""Without --day: which days a run makes, and that a file is staged whenever it comes within a week."""

import io
import unittest
from contextlib import redirect_stdout
from datetime import datetime, timedelta, timezone
from functools import partial

from lake.datasets import parse_datasets
from lake.errors import JobError
from lake.inputs import list_sources
from lake.late import is_late, last_days, make_days, mark_of
from lake.objects import StoredObject
from lake_bed import Lake
from suite import ROOT, s3
from test_raw_to_staged import archive, event, hour

TABLES = parse_datasets((ROOT / "files/configuration/datasets.json").read_text())


def stored(key, etag="1"):
    return StoredObject("raw", key, 1, etag)


def uploaded(day, name):
    return f"Raw/Local/CSV/Movies/{day.replace('-', '/')}/{name}"


class CutOff(BaseException):
    """Stands for a run that was killed."""


class Decision(unittest.TestCase):
    def test_the_last_seven_days_end_yesterday_in_utc(self):
        in_utc = datetime(2026, 3, 2, 23, 30, tzinfo=timezone.utc)
        expected = ["2026-03-01", "2026-02-28", "2026-02-27", "2026-02-26", "2026-02-25", "2026-02-24", "2026-02-23"]
        self.assertEqual(last_days(in_utc), expected)
        self.assertEqual(last_days(in_utc.astimezone(timezone(timedelta(hours=9)))), expected)

    def test_a_day_is_late_when_its_files_are_others_than_its_mark_names(self):
        one, two = stored("a"), stored("b")
        mark = mark_of([one, two])
        self.assertFalse(is_late([two, one], [mark]))
        self.assertFalse(is_late([], []), "made of nothing")
        self.assertTrue(is_late([], [mark]), "nothing is left")
        for what, sources, marks in [
            ("never made, or cut off", [one, two], []),
            ("one more", [one, two, stored("c")], [mark]),
            ("one less", [one], [mark]),
            ("other bytes", [one, stored("b", etag="2")], [mark]),
            ("two runs at once", [one, two], [mark, "other"]),
        ]:
            with self.subTest(what):
                self.assertTrue(is_late(sources, marks))


class Days(unittest.TestCase):
    """The days that are made, with nothing in place of Spark."""

    def setUp(self):
        self.lake = Lake()
        self.days = last_days(datetime.now(timezone.utc))

    def run_days(self, make=lambda *_: True, tables=("movies", "github_events"), **options):
        """What was made in which order, and the lines that were printed."""
        made, out = [], io.StringIO()

        def note(table, day, sources):
            made.append((table.name, day))
            return make(table, day, sources)

        chosen = [TABLES[name] for name in tables]
        with redirect_stdout(out):
            make_days(options, chosen, self.lake.staged, partial(list_sources, self.lake.raw), note)
        return made, out.getvalue().splitlines()

    def test_each_day_is_made_once_and_again_when_a_file_comes(self):
        first, last = self.days[0], self.days[-1]
        long_ago = (datetime.now(timezone.utc) - timedelta(days=8)).date().isoformat()
        for day in (first, last, long_ago):
            self.lake.put(uploaded(day, "a.csv"), "id")
        nothing = [f"{name}: nothing new of {last} to {first}, left as it is" for name in ("movies", "github_events")]
        self.assertEqual(self.run_days(), ([("movies", first), ("movies", last)], nothing[1:]))
        self.assertEqual(self.run_days(), ([], nothing))
        self.lake.put(uploaded(last, "b.csv"), "id")
        self.assertEqual(self.run_days()[0], [("movies", last)])
        self.assertEqual(self.run_days(), ([], nothing))
        self.assertEqual(len(self.lake.keys(self.lake.staged)), 2, "one mark for each day")

    def test_an_hour_beside_a_day_makes_that_day_late_too(self):
        self.lake.put(hour(self.days[2], 0), archive(event(1)))
        self.assertEqual(self.run_days()[0], [("github_events", self.days[2]), ("github_events", self.days[3])])

    def test_a_day_stays_late_after_a_run_that_was_cut_off_and_when_a_file_came_meanwhile(self):
        day = self.days[0]
        self.lake.put(uploaded(day, "a.csv"), "id")

        def cut(*_):
            raise CutOff

        with self.assertRaises(CutOff):
            self.run_days(cut)
        meanwhile = lambda *_: self.lake.put(uploaded(day, "b.csv"), "id")  # noqa: E731
        self.assertEqual(self.run_days(meanwhile)[0], [("movies", day)])
        self.assertEqual(self.run_days()[0], [("movies", day)])
        self.assertEqual(self.run_days()[0], [])
        with self.assertRaises(CutOff):
            self.run_days(cut, day=day)
        self.assertEqual(self.run_days()[0], [("movies", day)])

    def test_what_fails_keeps_nothing_else_from_being_made_and_stays_late(self):
        for day in self.days[:2]:
            self.lake.put(uploaded(day, "a.csv"), "id")
            self.lake.put(hour(day, 5), archive(event(1, f"{day}T05:00:00Z")))
        tried = []

        def fail(table, day, _):
            tried.append((table.name, day))
            if table.name == "movies":
                raise OSError("no room")

        with self.assertRaises(JobError) as raised:
            self.run_days(fail)
        self.assertEqual(str(raised.exception), "\n".join(f"movies of {day}: OSError: no room" for day in self.days[:2]))
        self.assertEqual(len(tried), 4)
        self.assertEqual(self.run_days()[0], [("movies", day) for day in self.days[:2]])

    def test_the_day_that_is_named_is_always_made_and_no_other(self):
        self.lake.put(uploaded(self.days[0], "a.csv"), "id")
        self.lake.put(uploaded("2020-02-29", "a.csv"), "id")
        for _ in range(2):
            self.assertEqual(self.run_days(day="2020-02-29", tables=["movies"]), ([("movies", "2020-02-29")], []))


class Jobs(unittest.TestCase):
    def test_a_late_file_goes_through_both_jobs(self):
        lake, day = Lake(), last_days(datetime.now(timezone.utc))[3]
        lake.put(uploaded(day, "a.csv"), "id|artist_name\ntt1|Ada")

        def run():
            out = io.StringIO()
            with redirect_stdout(out):
                lake.stage(None, tables="movies")
                lake.analyse(None, tables="artists")
            return [line.split(":")[1].split(" of ")[0] for line in out.getvalue().splitlines()]

        self.assertEqual(run(), [" 1 rows", " 1 rows"])
        self.assertEqual(run(), [" nothing new", " nothing new"])
        lake.put(uploaded(day, "b.csv"), "id|artist_name\ntt1|Grace")
        self.assertEqual(run(), [" 2 rows", " 2 rows"])
        self.assertEqual(sorted(row["artist_name"] for row in lake.rows("analytics", "artists", day)), ["Ada", "Grace"])
        s3().delete_object(Bucket=lake.raw, Key=uploaded(day, "a.csv"))
        self.assertEqual(run(), [" 1 rows", " 1 rows"])
        lake.put(uploaded(day, "b.csv"), "id|artist_name\n|nobody")
        self.assertEqual(run(), [" 0 rows", " no rows"])
        self.assertEqual(lake.rows("analytics", "artists", day), [])
        self.assertEqual(run(), [" nothing new", " nothing new"])


if __name__ == "__main__":
    unittest.main()
