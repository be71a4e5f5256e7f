import unittest
from contextlib import contextmanager

from lake.objects import delete_objects, list_objects, split_url, write_object
from lake.publish import BYTES_PER_FILE, count_files, publish_day
from suite import new_bucket, s3, spark, temp_url

DAY = "movies/dt=2026-11-20/"
FILES = 4
# Spark's hash puts keys 0 and 1 into file 3, 2 and 4 into file 2, 6 and 9 into file 1, 12 and 13 into file 0. Rows change,
# come and go, file 2 goes and file 0 comes; keys 0, 1 and 6 are in both.
OLD = {0: "old", 1: "old", 2: "old", 4: "old", 6: "old"}
NEW = {0: "old", 1: "new", 3: "new", 6: "old", 12: "new", 13: "new"}


class Stopped(Exception):
    pass


@contextmanager
def requests(stop_at=None):
    """The names of the requests made meanwhile; from number `stop_at` on none is made any more."""
    seen = []

    def note(event_name, **_):
        if stop_at is not None and len(seen) >= stop_at:
            raise Stopped()
        seen.append(event_name.rsplit(".", 1)[-1])

    s3().meta.events.register_first("before-call.s3", note)
    try:
        yield seen
    finally:
        s3().meta.events.unregister("before-call.s3", note)


def table_of(names, rows):
    """Made by SQL: for a list Spark would start Python."""
    values = ", ".join(f"({', '.join('null' if one is None else repr(one) for one in row)})" for row in rows)
    return spark().sql(f"select * from values {values} as t({names})")


class Day:
    """A day of a table in a bucket of its own."""

    def __init__(self):
        self.bucket, self.temp, self.known = new_bucket(), temp_url(), {}

    def publish(self, rows, files=FILES, **more):
        frame = table_of("key, value", rows.items()) if rows else table_of("key, value", [(0, "")]).where("key <> 0")
        options = {"bucket": self.bucket, "prefix": DAY, "temp_dir": self.temp, "key": ["key"], **more}
        return publish_day(frame, input_bytes=files * BYTES_PER_FILE, **options)

    def objects(self):
        found = s3().list_objects_v2(Bucket=self.bucket, Prefix=DAY).get("Contents", [])
        return {one["Key"][len(DAY) :]: one["ETag"] for one in found}

    def files(self):
        """The rows of each file as a reader finds them; what was read once is known by its ETag."""
        there = self.objects()
        for name, etag in there.items():
            if etag not in self.known:
                rows = spark().read.parquet(f"s3://{self.bucket}/{DAY}{name}").collect()
                self.known[etag] = [tuple(row) for row in rows]
        return {name: self.known[etag] for name, etag in there.items()}

    def rows(self):
        return sorted((row for rows in self.files().values() for row in rows), key=str)

    def staging(self):
        return list_objects(*split_url(self.temp))

    def restore(self, copy):
        delete_objects(self.bucket, [DAY + name for name in self.objects()])
        for name, body in copy.items():
            write_object(self.bucket, DAY + name, body)

    def save(self):
        return {name: s3().get_object(Bucket=self.bucket, Key=DAY + name)["Body"].read() for name in self.objects()}


class Publish(unittest.TestCase):
    def test_a_stop_before_any_request_leaves_whole_files_and_the_next_run_mends_the_day(self):
        day = Day()
        day.publish(OLD)
        old_files, old = day.files(), day.save()
        with requests() as made:
            day.publish(NEW)
        new_files = day.files()
        self.assertEqual(set(made), {"ListObjectsV2", "CopyObject", "DeleteObjects"}, "a new kind of request needs a look")
        self.assertEqual([sorted(name[5:10] for name in files) for files in (old_files, new_files)],
                         [["00001", "00002", "00003"], ["00000", "00001", "00003"]])
        covered = []
        for moment in range(len(made)):
            day.restore(old)
            with self.subTest(moment=moment, request=made[moment]):
                with self.assertRaises(Stopped), requests(stop_at=moment) as seen:
                    day.publish(NEW)
                covered.append(len(seen))
                between = day.files()
                for name, rows in between.items():
                    self.assertIn(rows, [old_files.get(name), new_files.get(name)], name)
                keys = [key for rows in between.values() for key, _ in rows]
                self.assertEqual(len(keys), len(set(keys)), "a row twice")
                self.assertLessEqual(set(OLD) & set(NEW), set(keys), "a row missing")
                day.publish(NEW)
                self.assertEqual(day.rows(), sorted(NEW.items(), key=str))
                self.assertEqual(day.staging(), [])
        self.assertEqual(covered, list(range(len(made))))

    def test_a_stop_leaves_nothing_of_spark_behind(self):
        day = Day()
        left = split_url(day.temp)[1] + f"publish/{day.bucket}/{DAY}cut-off/_temporary/0/part-00000-x.parquet"
        write_object(split_url(day.temp)[0], left, b"half")
        day.publish(OLD)
        self.assertEqual(day.staging(), [])
        self.assertEqual(day.rows(), sorted(OLD.items(), key=str))

    def test_a_day_keeps_the_number_of_its_files_and_loses_what_is_no_part_of_it(self):
        day = Day()
        day.publish(OLD)
        names = set(day.objects())
        self.assertTrue(all(name.endswith(f"-of-{FILES:05d}.parquet") for name in names), names)
        foreign = ["part-00000-of-00002.parquet", "part-00000-8d3.snappy.parquet", "_SUCCESS", "notes/x"]
        for name in foreign:
            write_object(day.bucket, DAY + name, b"x")
        beside = ["movies/_rejected/dt=2026-11-20/part-00000-of-00001.json", "movies2/dt=2026-11-20/a", "movies/dt=2026-11-21/a"]
        for key in beside:
            write_object(day.bucket, key, b"x")
        self.assertEqual(day.publish(OLD, files=9), len(OLD))
        self.assertEqual(set(day.objects()), names)
        day.publish({})
        self.assertEqual(day.objects(), {})
        self.assertEqual(sorted(one.key for one in list_objects(day.bucket, "")), sorted(beside))

    def test_of_equal_keys_the_preferred_row_stays_and_without_key_all_do(self):
        day = Day()
        rows = [(1, "b", 1), (1, "a", 2), (2, "x", None), (2, "y", None), (None, "n", 1), (None, "m", 1)]
        for frame_rows in (rows, rows[::-1]):
            frame = table_of("key, value, _rank", frame_rows).repartition(3)
            options = {"bucket": day.bucket, "prefix": DAY, "temp_dir": day.temp, "input_bytes": 2 * BYTES_PER_FILE}
            publish_day(frame, key=["key"], prefer=["_rank"], **options)
            self.assertEqual(day.rows(), [(1, "a"), (2, "y"), (None, "n")])
        twice = table_of("key, value", [(1, "a"), (1, "a")])
        self.assertEqual(publish_day(twice, key=[], **options), 2)

    def test_a_new_day_gets_files_by_its_size(self):
        sizes = [0, 1, BYTES_PER_FILE, BYTES_PER_FILE + 1, 10**15]
        self.assertEqual([count_files(new_bucket(), DAY, size) for size in sizes], [1, 1, 1, 2, 999])


if __name__ == "__main__":
    unittest.main()
