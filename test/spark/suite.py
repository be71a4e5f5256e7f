"""Runs the tests of the jobs in one Spark and prints TAP: every test_*.py beside this file, or the modules named.

Started by spark.test.ts, which gives it an emulator and Spark's settings by the environment.
"""

import os
import sys
import time
import traceback
import unittest
import uuid
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PATHS = [str(ROOT / "files/codebase"), str(ROOT / "scripts/edge"), str(Path(__file__).parent)]
sys.path[:0] = _PATHS


@lru_cache(maxsize=None)
def spark():
    """The one session, with what `run_job` sets; S3 is the emulator's."""
    from pyspark.sql import SparkSession

    from lake.job import configure_session

    # For Python that Spark itself starts.
    os.environ["PYTHONPATH"] = os.pathsep.join(_PATHS)
    session = configure_session(SparkSession.builder.appName("suite").getOrCreate())
    session.conf.set("spark.sql.shuffle.partitions", "2")  # the inputs are tiny
    session.sparkContext.setLogLevel("ERROR")
    return session


def s3():
    """The client of the emulator's S3, the very one that the jobs use."""
    from lake.objects import make_client

    return make_client("s3")


def new_bucket() -> str:
    """The name of an empty bucket that nobody else has."""
    name = f"t-{uuid.uuid4().hex[:20]}"
    s3().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": os.environ["AWS_REGION"]})
    return name


def temp_url() -> str:
    """A value for --TempDir with nothing below it."""
    return f"s3://{_temporary_bucket()}/{uuid.uuid4().hex[:12]}/"


def split_temp(url: str) -> tuple[str, str]:
    """Bucket and prefix of a `temp_url`."""
    from lake.objects import split_url

    return split_url(url)


@lru_cache(maxsize=None)
def _temporary_bucket() -> str:
    return new_bucket()


def load_script(path: str):
    """A script of files/ as a module, its `main` not called."""
    import importlib.util

    name = Path(path).stem.replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, ROOT / "files" / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class _TapResult(unittest.TestResult):
    """Prints one line a test; a subtest that failed has its own."""

    def __init__(self, out):
        super().__init__()
        self.out, self.count, self.is_good, self.began = out, 0, True, 0.0

    def line(self, is_ok: bool, test, error=None, directive: str = "") -> None:
        self.count += 1
        self.is_good = self.is_good and is_ok
        name = test.id().replace("#", "")
        self.out.write(f"{'ok' if is_ok else 'not ok'} {self.count} - {name}{directive}\n")
        if error is not None:
            text = "".join(traceback.format_exception(*error)).rstrip().replace("\n", "\n    ")
            self.out.write(f"  ---\n  stack: |\n    {text}\n  ...\n")
        self.out.flush()

    def startTest(self, test) -> None:
        super().startTest(test)
        self.began = time.monotonic()

    def stopTest(self, test) -> None:
        super().stopTest(test)
        self.out.write(f"# {time.monotonic() - self.began:.1f} s\n")

    def addSuccess(self, test) -> None:
        self.line(True, test)

    def addError(self, test, err) -> None:
        self.line(False, test, err)

    def addFailure(self, test, err) -> None:
        self.line(False, test, err)

    def addSubTest(self, test, subtest, err) -> None:
        self.line(err is None, subtest, err)

    def addSkip(self, test, reason) -> None:
        self.line(True, test, directive=f" # SKIP {reason}")


def main(names: list[str]) -> int:
    # Whatever a test or the JVM prints must not end up between the lines of TAP.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.modules["suite"] = sys.modules["__main__"]
    modules = names or sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))
    out.write("TAP version 14\n")
    result = _TapResult(out)
    unittest.defaultTestLoader.loadTestsFromNames(modules).run(result)
    out.write(f"1..{result.count}\n")
    out.flush()
    if spark.cache_info().currsize:
        spark().stop()
    return 0 if result.is_good and result.count > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
