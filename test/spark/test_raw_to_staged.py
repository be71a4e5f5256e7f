import base64
import gzip
import json
import unittest
from unittest.mock import patch

from lake import csv_rows, inputs
from lake.errors import JobError
from lake_bed import DAY, Lake
from suite import s3, split_temp

MOVIES = "Raw/Local/CSV/Movies/2026/11/20/"
SERIES = "Raw/Local/CSV/Series/2026/11/20/"
NAMES = (
    "id title original_title release_year runtime_minutes genre rating votes artist_gender character_name artist_name "
    "artist_birth_year artist_death_year profession known_for"
).split()
HEADER = "|".join(NAMES)


def movie(names=NAMES, **values):
    row = {"id": "tt1", "title": "A", "release_year": "1999", "rating": "7.5", "votes": "10", "artist_name": "Ada"}
    return "|".join({**row, **values}.get(name, "") for name in names)


def event(number, created=f"{DAY}T05:00:00Z", **values):
    base = {
        "id": str(number),
        "type": "PushEvent",
        "actor": {"id": 1, "login": "zoë"},
        "repo": {"id": 2, "name": "ada/wheel"},
        "payload": {"size": 12345678901234567890},
        "public": True,
        "created_at": created,
    }
    return json.dumps({**base, **values}, ensure_ascii=False)


def archive(*lines):
    return gzip.compress("".join(f"{line}\n" for line in lines).encode())


def hour(day, number, kind="archive", name="archive.json.gz"):
    return f"github/{kind}/dt={day}/hour={number:02d}/{name}"


class Csv(unittest.TestCase):
    def test_types_strictly_deduplicates_and_sets_aside_what_is_no_row(self):
        lake = Lake()
        good = [
            movie(),
            movie(votes="11"),
            movie(id="tt2", rating="\\N", votes="", title='""'),
            movie(id="tt3", title='"a|b ""c"""', rating="-1e1"),
            movie(id="tt4", title='5" disk', release_year="0007"),
            movie(id="tt5", artist_birth_year="1901"),
            movie(id="tt5", artist_birth_year="1950"),
            movie(id="tt5"),
        ]
        bad = {
            movie(id="b1", release_year="1.0"): "release_year",
            movie(id="b2", votes=" 12"): "votes",
            movie(id="b3", release_year="3000000000"): "release_year",
            movie(id="b4", rating="NaN"): "rating",
            movie(id="b5", rating="1e999"): "rating",
            movie(id="b6", rating="7,5"): "rating",
            movie(id="b7", votes="9223372036854775808"): "votes",
            movie(id="b8", votes="٣"): "votes",
            movie(id=""): "id",
            "a|b|c": None,
            movie(id="b9") + "|": None,
            movie(id="b10", title='"open'): None,
            movie(id="b\0"): None,
        }
        latin = movie(id="b11", title="é").encode("latin-1")
        text = "\ufeff" + "\r\n".join([HEADER, *good, "", HEADER, *bad, ""])
        lake.put(MOVIES + "all [1]*+%20 é.csv", text.encode() + latin + b"\r\n" + movie(id="last").encode())
        lake.stage(tables="movies")
        rows = sorted(lake.rows("staged", "movies"), key=lambda row: row["id"])
        self.assertEqual(
            [(row["id"], row["title"], row["rating"], row["votes"], row["release_year"]) for row in rows],
            [
                ("last", "A", 7.5, 10, 1999),
                ("tt1", "A", 7.5, 11, 1999),
                ("tt2", None, None, None, 1999),
                ("tt3", 'a|b "c"', -10.0, 10, 1999),
                ("tt4", '5" disk', 7.5, 10, 7),
                *[("tt5", "A", 7.5, 10, 1999)] * 3,  # namesakes
            ],
        )
        rejected = lake.rejected("movies")
        bad[base64.b64encode(latin).decode()] = None
        self.assertEqual({one["line"]: one["column"] for one in rejected}, bad)
        self.assertEqual(len(rejected), len(bad))
        self.assertEqual({one["file"] for one in rejected}, {f"s3://{lake.raw}/{MOVIES}all [1]*+%20 é.csv"})
        self.assertTrue(all(one["reason"].startswith("expected ") for one in rejected))

    def test_files_of_one_day_may_have_other_columns_orders_and_line_breaks(self):
        lake = Lake()
        lake.put(MOVIES + "a.csv", "\n".join([HEADER, movie(), movie(id="tt2", title="old")]))
        turned = [*NAMES[::-1], "Box Office", "dt"]
        lake.put(MOVIES + "b.csv", "\n".join(["|".join(turned), movie(turned, id="tt2", title="new", **{"Box Office": "1.0", "dt": "x"})]))
        lake.put(MOVIES + "c.csv", "\n".join(["id|artist_name", "tt3|Ada", "tt4|Ada|x"]))
        lake.put(MOVIES + "d.csv", "\n".join(["title|votes", "no id|1"]))
        breaks = [movie(id="tt5", title='"one\r\ntwo\n\nthree"'), movie(id="tt6", title="é"), movie(id="tt7", votes='"x\ny"')]
        lake.put(MOVIES + "e.csv", "\ufeff" + "\r\n".join([HEADER, *breaks]))
        lake.put(MOVIES + "f.csv", "id|id\n1|2")
        lake.put(MOVIES + "g.txt", movie())
        lake.put(MOVIES + "_h.csv", "\n".join([HEADER, movie(id="hidden")]))
        lake.put(MOVIES + "i.csv", "")
        stray = [movie(id="s1", title='"open'), movie(id="s2"), movie(id="s3"), movie(id="s4", title='"open')]
        lake.put(MOVIES + "j.csv", "\n".join([HEADER, *stray]))
        lake.put(MOVIES + "k.csv", "\n".join([HEADER, movie(id="tt8", known_for='"one\ntwo"')]))
        lake.stage(tables="movies")
        table = lake.table("staged", "movies")
        self.assertEqual(table.columns, [*NAMES, "box_office", "column_dt"])
        rows = {row["id"]: row for row in lake.rows("staged", "movies")}
        self.assertEqual(sorted(rows), ["s2", "s3", "tt1", "tt2", "tt3", "tt5", "tt6", "tt8"])
        self.assertEqual((rows["tt2"]["title"], rows["tt2"]["box_office"]), ("new", "1.0"))
        self.assertEqual((rows["tt3"]["votes"], rows["tt3"]["box_office"]), (None, None))
        self.assertEqual((rows["tt5"]["title"], rows["tt6"]["title"]), ("one\r\ntwo\n\nthree", "é"))
        self.assertEqual(rows["tt8"]["known_for"], "one\ntwo")
        rejected = {(one["file"].rsplit("/", 1)[-1], one["line"], one["column"]) for one in lake.rejected("movies")}
        self.assertEqual(
            rejected,
            {
                ("c.csv", "tt4|Ada|x", None),
                ("d.csv", "no id|1", "id"),
                ("e.csv", breaks[2], "votes"),
                ("f.csv", None, None),
                ("g.txt", None, None),
                ("_h.csv", None, None),
                ("j.csv", stray[0], None),
                ("j.csv", stray[3], None),
            },
        )

    def test_a_second_run_replaces_the_day_and_only_it(self):
        lake = Lake()
        lake.put(MOVIES + "a.csv", "\n".join([HEADER, movie(), movie(id="tt2"), "x"]))
        lake.put(MOVIES.replace("20/", "21/") + "a.csv", "\n".join([HEADER, movie(id="next day")]))
        lake.put(SERIES + "a.csv", "id|end_year\ns1|2001")
        lake.stage()
        lake.stage("2026-11-21")
        self.assertEqual(len(lake.rejected("movies")), 1)
        lake.put(MOVIES + "a.csv", "\n".join([HEADER, movie(id="tt2", votes="99")]))
        lake.stage()
        self.assertEqual([(row["id"], row["votes"]) for row in lake.rows("staged", "movies")], [("tt2", 99)])
        self.assertEqual([row["end_year"] for row in lake.rows("staged", "series")], [2001])
        self.assertEqual([row["id"] for row in lake.rows("staged", "movies", "2026-11-21")], ["next day"])
        self.assertEqual(lake.rejected("movies"), [])
        self.assertEqual(lake.keys(*split_temp(lake.temp)), [])
        with self.assertRaisesRegex(JobError, "--day: expected files of 2026-11-19"):
            lake.stage("2026-11-19")
        with self.assertRaisesRegex(JobError, "--tables: expected some of movies,series,github_events, got 'cats'"):
            lake.stage(tables="movies,cats")
        s3().delete_object(Bucket=lake.configuration, Key="datasets.json")
        with self.assertRaisesRegex(JobError, "--configuration_bucket: expected datasets.json"):
            lake.stage()

    def test_what_is_too_long_to_be_worked_on_is_set_aside_and_the_others_count(self):
        lake = Lake()
        with patch.object(inputs, "LONGEST_LINE", 500), patch.object(csv_rows, "LONGEST_LINE", 500):
            lake.put(MOVIES + "a.csv", "\n".join([HEADER, movie(), movie(id="long", title="x" * 2000)]))
            endless = [movie(id="s1", title='"open'), *(movie(id=f"r{number}") for number in range(100))]
            lake.put(MOVIES + "b.csv", "\n".join([HEADER, *endless]))
            lake.put(MOVIES + "c.csv", "\n".join([HEADER, movie(id="tt9", title='"one\ntwo"')]))
            lake.put(hour(DAY, 5), archive(event(1), event(2, type="x" * 2000)))
            lake.stage(tables="movies,github_events")
        ids = {row["id"] for row in lake.rows("staged", "movies")}
        self.assertEqual(ids, {"tt1", "tt9", *(f"r{number}" for number in range(100))})
        rejected = {(one["file"][-5:], one["line"][:10], len(one["line"])) for one in lake.rejected("movies")}
        self.assertEqual(rejected, {("a.csv", "long|" + "x" * 5, 1000), ("b.csv", endless[0][:10], len(endless[0]))})
        (event_line,) = lake.rejected("github_events")
        self.assertRegex(event_line["reason"], "expected at most 500 bytes")
        self.assertEqual([row["event_id"] for row in lake.rows("staged", "github_events")], [1])

    def test_a_day_of_broken_files_alone_has_no_rows_and_says_why(self):
        lake = Lake()
        lake.put(MOVIES + "a.csv", b"\xff\xfeid|title\n")
        lake.stage(tables="movies")
        self.assertEqual(lake.rows("staged", "movies"), [])
        self.assertEqual([one["reason"] for one in lake.rejected("movies")], ["expected a header in UTF-8"])


class Events(unittest.TestCase):
    def test_events_are_typed_once_each_and_on_their_day(self):
        lake = Lake()
        before, after = "2026-11-19", "2026-11-21"
        bad = [
            "{",
            event(50) + event(51),
            "[1]",
            event("1.0"),
            event(52, type=None),
            event(53, created_at="2026-11-20 05:00:00"),
            event(54, created_at="2026-02-30T05:00:00Z"),
            event(55, actor="zoë"),
            event(56, public="yes"),
            event(57, repo={"id": 1.5}),
            event(58) + ',"x":1',
            event(59) + ',"l":' + event(60),
            event(61) + "," + event(62),
            # Lines that close what they are put into.
            event(63) + "]}" + event(64),
            event(65) + '],"l":[' + event(66),
            event(67) + "]} garbage",
            event(68) + "}" + event(69),
            event(70, type=5),
            event(71, type={"a": 1}),
            event(72, actor={"id": 1, "login": ["x"]}),
            event(73, repo={"id": 2, "name": False}),
        ]
        more = {"new_field": [1], "named": "zoë", "empty": None, "*": "star"}
        texts = {"type": "{}", "actor": {"id": 1, "login": "[1]"}, "repo": {"id": 2, "name": "7"}, "org": {"login": "true"}}
        lake.put(hour(DAY, 6), archive(event(13, **texts)))
        lake.put(hour(DAY, 5), archive(event(1, type="FromArchive"), event(2), event(2), *bad, "  "))
        lake.put(hour(DAY, 5, "events", "1-3.json.gz"), archive(event(1), event(3, **more, org=None)))
        lake.put(hour(DAY, 0), archive(event(4, f"{before}T23:59:59Z"), event(5, f"{DAY}T00:00:00.5+00:00")))
        lake.put(hour(DAY, 23), archive(event(6, f"{after}T00:00:00Z"), event(7, f"{before}T23:00:00Z")))
        lake.put(hour(DAY, 7), archive(event(8, f"{before}T23:00:00Z")))
        lake.put(hour(after, 0), archive(event(9, f"{DAY}T23:59:59Z"), event(10, f"{after}T00:00:00Z"), "broken"))
        lake.put(hour(before, 23, "events", "x.json.gz"), archive(event(11, f"{DAY}T00:00:00Z")))
        lake.put(hour(before, 22), archive(event(12)))
        lake.stage(tables="github_events")
        rows = {row["event_id"]: row for row in lake.rows("staged", "github_events")}
        self.assertEqual(sorted(rows), [1, 2, 3, 5, 7, 8, 9, 11, 13])
        names = ["event_type", "actor_login", "repo_name", "org_login"]
        self.assertEqual([rows[13][name] for name in names], ["{}", "[1]", "7", "true"])
        self.assertEqual(rows[1]["event_type"], "FromArchive")
        self.assertEqual((rows[3]["actor_id"], rows[3]["actor_login"], rows[3]["org_login"]), (1, "zoë", None))
        self.assertEqual((rows[3]["is_public"], rows[3]["payload"]), (True, '{"size":12345678901234567890}'))
        self.assertEqual(json.loads(rows[3]["other_members"]), {**more, "new_field": "[1]"})
        self.assertIsNone(rows[2]["other_members"])
        self.assertEqual(rows[5]["created_at"].isoformat(), f"{DAY}T00:00:00.500000")
        rejected = {one["line"]: one["column"] for one in lake.rejected("github_events")}
        columns = [None, None, None, "event_id", "event_type", "created_at", "created_at", "actor", "is_public", "repo_id", *[None] * 7]
        columns += ["event_type", "event_type", "actor_login", "repo_name"]
        self.assertEqual(rejected, dict(zip(bad, columns)))
        lake.stage(before, tables="github_events")
        self.assertEqual(sorted(row["event_id"] for row in lake.rows("staged", "github_events", before)), [4, 12])

    def test_events_of_a_day_without_files_come_from_the_hour_beside_it(self):
        lake = Lake()
        after = "2026-11-21"
        lake.put(hour(after, 0), archive(event(1, f"{after}T00:00:00Z")))
        with self.assertRaisesRegex(JobError, f"--day: expected files of {DAY}"):
            lake.stage(tables="github_events")
        lake.put(hour(after, 0, name="late.json.gz"), archive(event(2, f"{DAY}T23:59:59Z"), "broken"))
        lake.stage(tables="github_events")
        self.assertEqual([row["event_id"] for row in lake.rows("staged", "github_events")], [2])
        lake.put(hour(DAY, 5), b"")
        lake.stage(tables="github_events")
        self.assertEqual([row["event_id"] for row in lake.rows("staged", "github_events")], [2])
        self.assertEqual([one["file"] for one in lake.rejected("github_events")], [f"s3://{lake.raw}/{hour(DAY, 5)}"])
        self.assertEqual(lake.keys(*split_temp(lake.temp)), [])

    def test_a_broken_archive_is_set_aside_and_the_others_count(self):
        lake = Lake()
        whole = archive(*(event(number) for number in range(2000)))
        lake.put(hour(DAY, 1), archive(event(1)))
        lake.put(hour(DAY, 2), whole[: len(whole) // 2])
        lake.put(hour(DAY, 3), b"<html>not found</html>")
        lake.put(hour(DAY, 4), b"")
        lake.put(hour(DAY, 5), archive(event(2)) + archive(event(3)))
        lake.put(hour(DAY, 6), archive(event(4)) + b"\0" * 512)
        lake.put(hour(DAY, 7), archive(event(5)) + b"and more")
        lake.stage(tables="github_events")
        self.assertEqual(sorted(row["event_id"] for row in lake.rows("staged", "github_events")), [1, 2, 3])
        rejected = lake.rejected("github_events")
        self.assertEqual(
            sorted(one["file"] for one in rejected),
            [f"s3://{lake.raw}/{hour(DAY, number)}" for number in (2, 3, 4, 6, 7)],
        )
        self.assertTrue(all("gzip" in one["reason"] for one in rejected), rejected)

    def test_a_file_that_spark_cannot_name_or_judge_is_set_aside_and_the_others_count(self):
        lake = Lake()
        good = ["a.json", "b.JSONL", "c ?#:%2F\\&=.ndjson.gz"]
        for number, name in enumerate(good):
            body = f"{event(number)}\n".encode()
            lake.put(hour(DAY, 1, name=name), gzip.compress(body) if name.endswith(".gz") else body)
        endings = ["bz2", "zst", "snappy", "lz4", "deflate", "GZ", "zip"]
        bad = [*(f"x.json.{ending}" for ending in endings), "x", "/x.json", "./x.json", "a/../x.json.gz"]
        for name in bad:
            lake.put(hour(DAY, 2, name=name), b"BZh9 no archive")
        lake.put(hour("2026-11-21", 0, name="/x.json"), event(9, f"{DAY}T23:59:59Z"))
        lake.stage(tables="github_events")
        self.assertEqual(sorted(row["event_id"] for row in lake.rows("staged", "github_events")), [0, 1, 2])
        rejected = {one["file"]: one["reason"] for one in lake.rejected("github_events")}
        self.assertEqual(sorted(rejected), sorted(f"s3://{lake.raw}/{hour(DAY, 2, name=name)}" for name in bad))
        lake.put(MOVIES + "/a.csv", "id\ntt1")
        lake.put(MOVIES + "b.csv", "id\ntt2")
        lake.stage(tables="movies")
        self.assertEqual([row["id"] for row in lake.rows("staged", "movies")], ["tt2"])
        self.assertEqual([one["file"] for one in lake.rejected("movies")], [f"s3://{lake.raw}/{MOVIES}/a.csv"])


class Schema(unittest.TestCase):
    def test_what_is_written_is_what_datasets_declares(self):
        from test_staged_to_analytics import lake_with_all_tables

        lake, tables = lake_with_all_tables()
        for name, table in tables.items():
            with self.subTest(table=name):
                written = lake.table(table.layer, name).dtypes
                self.assertEqual(written, [(column.name, column.type) for column in table.columns])


if __name__ == "__main__":
    unittest.main()
