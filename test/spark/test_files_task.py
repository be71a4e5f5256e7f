"""One task of files-batch on the emulator: beside a worker, stopped anywhere, in parts, with faults of the world."""

import json
import tempfile
import unittest
from dataclasses import replace
from hashlib import sha256

from lake.files.batch import parse_settings
from lake.files.kinds import create_find_processor
from lake.files.large_put import Limits
from lake.files.protocol import World, handle_file
from lake.files.store import Store
from lake.files.task import work_through
from suite import new_bucket, s3


def put(bucket: str, key: str, body: bytes, **more) -> str:
    return s3().put_object(Bucket=bucket, Key=key, Body=body, **more)["ETag"]


def keys(bucket: str, prefix: str = "") -> list[str]:
    return [each["Key"] for each in s3().list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]


def read(bucket: str, key: str) -> bytes:
    return s3().get_object(Bucket=bucket, Key=key)["Body"].read()


def entry_of(bucket: str, key: str):
    (page,) = Store(bucket).list("")
    return next(entry for entry in page.entries if entry.key == key)


def world_of(store, folder: str) -> World:
    return World(store, folder, create_find_processor(None, [".parquet"]), "0123456789ab")


class Task(unittest.TestCase):
    """One task's work, in this process."""

    def setUp(self) -> None:
        self.bucket = new_bucket()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def handle(self, key: str, store=None):
        return handle_file(entry_of(self.bucket, key), world_of(store or Store(self.bucket), self.folder))

    def test_a_put_overtaken_by_a_worker_is_refused_and_begun_again(self) -> None:
        put(self.bucket, "input/a.json", b"{}")
        theirs = b"the newer result"

        class Overtaken(Store):
            puts = 0

            def put(store, upload):
                store.puts += 1
                if store.puts == 1:
                    put(self.bucket, "output/a.json", theirs)
                return super().put(upload)

        store = Overtaken(self.bucket)
        self.assertEqual(self.handle("a.json", store).outcome, "processed")
        self.assertEqual(store.puts, 2, "412, then over what was seen")
        self.assertIn(b"_millrace", read(self.bucket, "output/a.json"))

    def test_a_file_that_another_finished_or_replaced_meanwhile_is_left_to_it(self) -> None:
        for meanwhile, outcome, key in (
            ("finish", "gone", "b.json"),
            ("finish", "gone", "no\0 XML.json"),
            ("replace", "changed", "b.json"),
        ):
            with self.subTest(outcome, key=key):
                put(self.bucket, f"input/{key}", b"{}")

                class Late(Store):
                    def head(store, object_key):
                        seen = super().head(object_key)
                        if meanwhile == "finish":
                            handle_file(entry, world_of(Store(self.bucket), self.folder + "/.."))
                        else:
                            put(self.bucket, "input/b.json", b"[3]")
                        return seen

                entry = entry_of(self.bucket, key)
                self.assertEqual(self.handle(key, Late(self.bucket)).outcome, outcome)
        self.assertEqual(read(self.bucket, "input/b.json"), b"[3]")

    def test_a_stop_at_any_request_loses_nothing_and_writes_nothing_twice(self) -> None:
        for key, body in (("c.json", b'{"a":1}'), ("c.csv", b"a,b\n1\n"), ("c.png", b"x")):
            requests = self.record(key, body)
            self.assertGreaterEqual(len(requests), 4)
            goal = self.contents()
            for at in range(len(requests)):
                for when in ("before", "after"):
                    with self.subTest(f"{key}: {when} {requests[at]}, request {at + 1}"):
                        for object_key in keys(self.bucket):
                            s3().delete_object(Bucket=self.bucket, Key=object_key)
                        put(self.bucket, f"input/{key}", body)
                        with self.assertRaises(Stopped):
                            self.handle(key, stopped(self.bucket, at, when))
                        if keys(self.bucket, "input/"):
                            self.handle(key)
                        self.assertEqual(self.contents(), goal)

    def record(self, key: str, body: bytes) -> list[str]:
        for object_key in keys(self.bucket):
            s3().delete_object(Bucket=self.bucket, Key=object_key)
        put(self.bucket, f"input/{key}", body)
        seen: list[str] = []
        self.handle(key, stopped(self.bucket, None, "before", seen))
        return seen

    def contents(self) -> dict[str, object]:
        """Every object, of a record all but its time."""
        found: dict[str, object] = {}
        for key in keys(self.bucket):
            body = read(self.bucket, key)
            found[key] = {**json.loads(body), "time": ""} if key.endswith(".error.json") else body
        return found

    def test_a_lost_answer_to_a_put_counts_when_our_bytes_stand_there(self) -> None:
        put(self.bucket, "input/d.json", b"{}")

        class Lost(Store):
            def put(store, upload):
                super().put(upload)
                raise ConnectionError("the answer was lost")

        self.assertEqual(self.handle("d.json", Lost(self.bucket)).outcome, "processed")
        self.assertEqual(keys(self.bucket), ["output/d.json"])

    def test_a_large_file_goes_in_parts_with_the_condition_at_the_end(self) -> None:
        text = b"a,b\n" + b"1,2\n" * 2_800_000
        limits = Limits(single_put=1024**2, part=5 * 1024**2)
        for before in (None, b"old"):
            if before is not None:
                put(self.bucket, "output/e.csv", before)
            put(self.bucket, "input/e.csv", text)
            self.assertEqual(self.handle("e.csv", Store(self.bucket, limits=limits)).outcome, "processed")
            self.assertEqual(sha256(read(self.bucket, "output/e.csv")).digest(), sha256(text).digest())
            self.assertTrue(s3().head_object(Bucket=self.bucket, Key="output/e.csv")["ETag"].endswith('-3"'))
        self.assertEqual(s3().list_multipart_uploads(Bucket=self.bucket).get("Uploads", []), [])

    def test_ten_faults_in_a_row_end_a_task_and_leave_every_file(self) -> None:
        for number in range(30):
            put(self.bucket, f"input/f{number:02}.json", b"{}")
        (page,) = Store(self.bucket).list("f")
        stale = [replace(entry, size=entry.size + 1) for entry in page.entries]
        settings = parse_settings({"bucket": self.bucket})
        (tally,) = work_through(settings, [stale])
        self.assertEqual((tally.left, tally.cause), (30, None), "content that comes wrong is each file's own")
        (tally,) = work_through(replace(settings, bucket="no-such-bucket"), [page.entries])
        self.assertRegex(tally.cause, "NoSuchBucket|404")
        self.assertEqual(len(keys(self.bucket, "input/")), 30)


class Stopped(BaseException):
    """The process ends here: nothing behind it happens, not even what follows a fault."""


def stopped(bucket: str, at, when: str, seen=None) -> Store:
    """A store that ends the work at its request number `at`, before or after S3 has seen it."""
    store = Store(bucket)
    count = [0]

    def wrap(name: str):
        request = getattr(store, name)

        def ask(*args):
            number = count[0]
            count[0] += 1
            if seen is not None:
                seen.append(name)
            if number == at and when == "before":
                raise Stopped
            answer = request(*args)
            if number == at:
                raise Stopped
            return answer

        return ask

    for name in ("head", "get", "put", "delete"):
        setattr(store, name, wrap(name))
    return store
