import unittest
from contextlib import contextmanager
from unittest.mock import patch

from lake import publish
from lake.objects import delete_objects, list_objects, split_url, write_object
from lake.publish import BYTES_PER_TASK, count_tasks, publish_day, publish_lines
from suite import new_bucket, s3, spark, temp_url

DAY = "movies/dt=2026-11-20/"
TASKS = 4
# Of more than one task each. Rows change, come and go.
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
        self.bucket, self.temp = new_bucket(), temp_url()

    def publish(self, rows, **more):
        frame = table_of("key, value", rows.items()) if rows else table_of("key, value", [(0, "")]).where("key <> 0")
        options = {"bucket": self.bucket, "prefix": DAY, "temp_dir": self.temp, "key": ["key"], **more}
        return publish_day(frame, **{"input_bytes": TASKS * BYTES_PER_TASK, **options})

    def names(self):
        return [one.key[len(DAY) :] for one in list_objects(self.bucket, DAY)]

    def rows(self):
        """As a reader finds them, who takes whatever files lie there."""
        if not self.names():
            return []
        return sorted(map(tuple, spark().read.parquet(f"s3://{self.bucket}/{DAY}").collect()), key=str)

    def staging(self):
        return list_objects(*split_url(self.temp))

    def restore(self, body):
        delete_objects(self.bucket, [DAY + name for name in self.names()])
        write_object(self.bucket, DAY + "rows.parquet", body)

    def save(self):
        return s3().get_object(Bucket=self.bucket, Key=DAY + "rows.parquet")["Body"].read()


def sorted_items(rows):
    return sorted(rows.items(), key=str)


class Publish(unittest.TestCase):
    def test_a_stop_before_any_request_leaves_the_day_as_it_was_or_as_it_is(self):
        day = Day()
        day.publish(OLD)
        old = day.save()
        with requests() as made:
            day.publish(NEW)
        self.assertEqual(set(made), {"ListObjectsV2", "CopyObject", "DeleteObjects"}, "a new kind of request needs a look")
        self.assertEqual(day.names(), ["rows.parquet"])
        self.assertEqual(day.rows(), sorted_items(NEW))
        covered, found = [], set()
        for moment in range(len(made)):
            day.restore(old)
            with self.subTest(moment=moment, request=made[moment]):
                with self.assertRaises(Stopped), requests(stop_at=moment) as seen:
                    day.publish(NEW)
                covered.append(len(seen))
                is_new = "CopyObject" in made[:moment]
                found.add(is_new)
                self.assertEqual(day.rows(), sorted_items(NEW if is_new else OLD))
                left = day.staging()
                day.publish(NEW)
                self.assertEqual(day.rows(), sorted_items(NEW))
                self.assertEqual(day.staging(), left)
                delete_objects(left[0].bucket if left else "", [one.key for one in left])
        self.assertEqual((covered, found), (list(range(len(made))), {False, True}))

    def test_a_first_run_that_is_cut_off_leaves_no_part_of_a_day(self):
        day = Day()
        with patch.object(publish, "join_files", side_effect=Stopped), self.assertRaises(Stopped):
            day.publish(NEW)
        self.assertEqual(day.names(), [])
        day.publish(NEW)
        self.assertEqual(day.rows(), sorted_items(NEW))

    def test_tasks_write_row_groups_of_one_file_with_spark_s_own_schema(self):
        day = Day()
        self.assertEqual(day.publish(NEW), len(NEW))
        path = spark()._jvm.org.apache.hadoop.fs.Path(f"s3://{day.bucket}/{DAY}rows.parquet")
        hadoop = spark()._jvm.org.apache.parquet.hadoop
        reader = hadoop.ParquetFileReader.open(
            hadoop.util.HadoopInputFile.fromPath(path, spark()._jsc.hadoopConfiguration())
        )
        self.assertGreater(reader.getRowGroups().size(), 1)
        self.assertIn("org.apache.spark.sql.parquet.row.metadata", str(reader.getFileMetaData().getKeyValueMetaData()))
        reader.close()

    def test_a_file_that_is_missing_behind_the_write_ends_the_run(self):
        day, written = Day(), publish._written
        day.publish(OLD)
        with patch.object(publish, "_written", lambda *place: written(*place)[1:]):
            with self.assertRaisesRegex(OSError, r"expected 6 rows, which were written, got \d"):
                day.publish(NEW)
        self.assertEqual(day.rows(), sorted_items(OLD))

    def test_a_run_leaves_the_files_of_another_one_alone(self):
        day = Day()
        other = split_url(day.temp)[1] + f"publish/{day.bucket}/{DAY}other/part-00000-x.parquet"
        write_object(split_url(day.temp)[0], other, b"half")
        day.publish(OLD)
        self.assertEqual([one.key for one in day.staging()], [other])
        self.assertEqual(day.rows(), sorted_items(OLD))

    def test_a_day_loses_what_is_no_part_of_it(self):
        day = Day()
        day.publish(OLD)
        for name in ["part-00000-8d3.snappy.parquet", "_SUCCESS", "notes/x"]:
            write_object(day.bucket, DAY + name, b"x")
        beside = ["movies/_rejected/dt=2026-11-20/rows.json", "movies2/dt=2026-11-20/a", "movies/dt=2026-11-21/a"]
        for key in beside:
            write_object(day.bucket, key, b"x")
        self.assertEqual(day.publish(OLD, input_bytes=1), len(OLD))
        self.assertEqual((day.names(), day.rows()), (["rows.parquet"], sorted_items(OLD)))
        day.publish({})
        self.assertEqual(day.names(), [])
        self.assertEqual(sorted(one.key for one in list_objects(day.bucket, "")), sorted(beside))

    def test_of_equal_keys_the_preferred_row_stays_and_without_key_all_do(self):
        day = Day()
        rows = [(1, "b", 1), (1, "a", 2), (2, "x", None), (2, "y", None), (None, "n", 1), (None, "m", 1)]
        for frame_rows in (rows, rows[::-1]):
            frame = table_of("key, value, _rank", frame_rows).repartition(3)
            options = {"bucket": day.bucket, "prefix": DAY, "temp_dir": day.temp, "input_bytes": 2 * BYTES_PER_TASK}
            publish_day(frame, key=["key"], prefer=["_rank"], **options)
            self.assertEqual(day.rows(), [(1, "a"), (2, "y"), (None, "n")])
        twice = table_of("key, value, _rank", [(1, "a", 1), (1, "a", 2)])
        self.assertEqual(publish_day(twice, key=[], prefer=["_rank"], **options), 2)
        self.assertEqual(day.rows(), [(1, "a"), (1, "a")])

    def test_keys_that_are_equal_numbers_are_one_whatever_their_bits(self):
        day = Day()
        values = "(double('0.0'), 'a'), (double('-0.0'), 'b'), (double('NaN'), 'c'), (-double('NaN'), 'd')"
        frame = spark().sql(f"select * from values {values} as t(key, value)")
        count = publish_day(
            frame, bucket=day.bucket, prefix=DAY, temp_dir=day.temp, key=["key"], input_bytes=TASKS * BYTES_PER_TASK
        )
        self.assertEqual((count, [value for _, value in day.rows()]), (2, ["b", "d"]))

    def test_lines_are_one_file_of_text(self):
        day = Day()
        places = {"bucket": day.bucket, "prefix": DAY, "temp_dir": day.temp}
        publish_lines(table_of("value", [("b",), ("é",), ("a",)]).repartition(3), **places)
        self.assertEqual(day.names(), ["rows.json"])
        body = s3().get_object(Bucket=day.bucket, Key=DAY + "rows.json")["Body"].read()
        self.assertEqual((body.decode(), day.staging()), ("a\nb\né\n", []))

    def test_a_day_is_worked_on_by_tasks_for_its_size(self):
        sizes = [0, 1, BYTES_PER_TASK, BYTES_PER_TASK + 1, 10**15]
        self.assertEqual([count_tasks(size) for size in sizes], [1, 1, 1, 2, 999])


if __name__ == "__main__":
    unittest.main()
