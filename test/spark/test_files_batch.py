"""files-batch in Spark, on the emulator: every kind, again, replaced meanwhile, beside a worker, stopped anywhere."""

import gzip
import io
import json
import tempfile
import unittest
import zipfile
from contextlib import redirect_stdout
from hashlib import sha256
from pathlib import Path

from lake.errors import JobError
from lake.files.batch import parse_settings, run_batch
from suite import ROOT, load_script, new_bucket, s3, spark


def stamp(key: str, source: bytes) -> bytes:
    text = json.dumps({"key": key, "sourceSha256": sha256(source).hexdigest(), "format": 1}, ensure_ascii=False)
    return b'"_millrace":' + text.replace(": ", ":").replace(", ", ",").encode()


JSON = b' {"big":12345678901234567890,"n":1.0,"a":{"_millrace":1}}\n'
LINES = b'{"a":1.0}\r\n\n[1]\n{ }\nnull'
TABLE = b'\xef\xbb\xbfid;name\r\n1;"a ""b""; c"\r\n'
# What comes of a file: its output before compression, or reason, place and where the file goes behind errors/.
KINDS = {
    "p/good.json": (JSON, JSON.replace(b"{", b"{" + stamp("p/good.json", JSON) + b",", 1)),
    "p/é.ndjson": (
        LINES,
        b"{%s,\"a\":1.0}\r\n\n[1]\n{%s }\nnull" % ((stamp("p/é.ndjson", LINES),) * 2),
    ),
    "p/deep/er.tsv": (TABLE, TABLE),
    "p/good.csv.gz": (gzip.compress(TABLE, mtime=0), TABLE),
    "p/good.json.gz": (
        gzip.compress(b"{}", mtime=0),
        b"{" + stamp("p/good.json.gz", gzip.compress(b"{}", mtime=0)) + b"}",
    ),
    "p/raw.parquet": (b"\0PAR1", b"\0PAR1"),
    "p/bad.json": (b'{"a":01}', ("invalid-json", {"byte": 6}, "p/bad.json")),
    "p/utf8.json": (b'["\xff"]', ("invalid-json", {"byte": 2}, "p/utf8.json")),
    "p/bom.json": (b"\xef\xbb\xbf{}", ("invalid-json", {"byte": 0}, "p/bom.json")),
    "p/deep.json": (b"[" * 1001, ("invalid-json", {"byte": 1000}, "p/deep.json")),
    "p/bad.jsonl": (b'{}\n{"a"\n', ("invalid-ndjson", {"byte": 7, "record": 2}, "p/bad.jsonl")),
    "p/stamped.json": (b'{"\\u005fmillrace":1}', ("already-stamped", {"byte": 1}, "p/stamped.json")),
    "p/ragged.csv": (b"a,b\n1,2\n3\n", ("invalid-csv", {"byte": 8, "record": 3}, "p/ragged.csv")),
    "p/cut.csv.gz": (gzip.compress(TABLE, mtime=0)[:-4], ("invalid-gzip", None, "p/cut.csv.gz")),
    "p/bomb.csv.gz": (gzip.compress(b"a\n" * 2**25 + b"a\n"), ("gzip-bomb", None, "p/bomb.csv.gz")),
    "p/trailing.csv.gz": (gzip.compress(b"a\n") + b"x" * 9, ("invalid-gzip", None, "p/trailing.csv.gz")),
    "p/picture.png": (b"\x89PNG", ("unknown-kind", None, "p/picture.png")),
    "p/x.error.json": (b"{", ("invalid-json", {"byte": 1}, f"~{sha256(b'p/x.error.json').hexdigest()}")),
}
PASS = {"pass_through": ".parquet"}


def put(bucket: str, key: str, body: bytes, **more) -> str:
    return s3().put_object(Bucket=bucket, Key=key, Body=body, **more)["ETag"]


def keys(bucket: str, prefix: str = "") -> list[str]:
    return [each["Key"] for each in s3().list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]


def read(bucket: str, key: str) -> bytes:
    return s3().get_object(Bucket=bucket, Key=key)["Body"].read()


class Batch(unittest.TestCase):
    """The job itself, its tasks in Python processes of Spark that have the package from a zip alone."""

    @classmethod
    def setUpClass(cls) -> None:
        package = Path(tempfile.mkdtemp()) / "codebase.zip"
        with zipfile.ZipFile(package, "w") as archive:
            for path in sorted((ROOT / "files/codebase/lake").rglob("*.py")):
                archive.write(path, path.relative_to(ROOT / "files/codebase"))
        spark().sparkContext.addPyFile(str(package))

    def run_job(self, bucket: str, **options: str) -> list[dict]:
        out = io.StringIO()
        with redirect_stdout(out):
            run_batch(spark(), {"bucket": bucket, **options})
        return [json.loads(line) for line in out.getvalue().splitlines()]

    def check_outcome(self, bucket: str, key: str, etag: str) -> None:
        body, expected = KINDS[key]
        if isinstance(expected, bytes):
            output = read(bucket, f"output/{key}")
            self.assertEqual(gzip.decompress(output) if key.endswith(".gz") else output, expected)
            where = f"output/{key}"
        else:
            reason, place, name = expected
            where = f"errors/{name}"
            self.assertEqual(read(bucket, where), body)
            record = json.loads(read(bucket, f"{where}.error.json"))
            shown = {name: record[name] for name in ("key", "reason", "place", "etag", "bytes", "redrives")}
            told = {"reason": reason, "place": place, "etag": etag, "bytes": len(body), "redrives": 2}
            self.assertEqual(shown, {"key": key, **told})
        metadata = s3().head_object(Bucket=bucket, Key=where)["Metadata"]
        told = {"source-sha256": sha256(body).hexdigest(), "source-etag": etag, "redrives": "2"}
        self.assertEqual({name: metadata[name] for name in told}, told)

    def test_every_kind_then_again_then_with_changed_input(self) -> None:
        bucket = new_bucket()
        etags = {key: put(bucket, f"input/{key}", body, Metadata={"redrives": "2"}) for key, (body, _) in KINDS.items()}
        put(bucket, "input/p/folder/", b"")
        put(bucket, "input/other.json", b"{}")
        lines = self.run_job(bucket, prefix="p/", **PASS)
        rejected = [key for key, (_, expected) in KINDS.items() if not isinstance(expected, bytes)]
        counts = {"processed": len(KINDS) - len(rejected), "rejected": len(rejected), "left": 0, "gone": 0}
        self.assertEqual({**lines[-1], **counts, "outcome": "done"}, lines[-1])
        self.assertEqual(sorted(line["key"] for line in lines[:-1]), sorted(rejected))
        for key in KINDS:
            with self.subTest(key):
                self.check_outcome(bucket, key, etags[key])
        self.assertEqual(keys(bucket, "input/"), ["input/other.json", "input/p/folder/"])

        everything = keys(bucket)
        (line,) = self.run_job(bucket, prefix="p/", **PASS)
        self.assertEqual((line["processed"], line["rejected"], line["oldestWaitingSeconds"]), (0, 0, 0))
        self.assertEqual(keys(bucket), everything)

        for _ in range(2):
            put(bucket, "input/p/good.json", b"[2]")
            self.assertEqual(self.run_job(bucket, prefix="p/", **PASS)[-1]["processed"], 1)
            self.assertEqual(read(bucket, "output/p/good.json"), b"[2]")
            self.assertEqual(keys(bucket), everything)

    def test_a_bucket_that_is_not_there_is_one_clear_error(self) -> None:
        out = io.StringIO()
        with redirect_stdout(out), self.assertRaisesRegex(JobError, r"^s3://no-such-bucket/input/: .*NoSuchBucket"):
            run_batch(spark(), {"bucket": "no-such-bucket"})
        self.assertEqual(json.loads(out.getvalue())["outcome"], "failed")


class Arguments(unittest.TestCase):
    def test_wrong_values_are_refused_by_name(self) -> None:
        for name, value in (("csv_delimiter", '"'), ("csv_delimiter", "ab"), ("csv_delimiter", "é")):
            with self.subTest(value), self.assertRaisesRegex(JobError, f"^--{name}: expected .*, got "):
                parse_settings({"bucket": "b", name: value})
        for value in ("parquet", ".PNG", "", ".a,,.b"):
            with self.subTest(value), self.assertRaisesRegex(JobError, "^--pass_through: expected .*, got "):
                parse_settings({"bucket": "b", "pass_through": value})
        settings = parse_settings({"bucket": "b", "csv_delimiter": "\x01", "pass_through": ".parquet,*"})
        self.assertEqual((settings.csv_delimiter, settings.pass_through), ("\x01", (".parquet", "*")))
        self.assertRegex(settings.version, r"^[0-9a-f]{12}$")

    def test_the_script_asks_for_these_arguments(self) -> None:
        script = load_script("spark/files-batch.py")
        self.assertIs(script.run_batch, run_batch)
