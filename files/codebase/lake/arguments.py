"""Arguments of a job, the same on Glue and in a container: --name value or --name=value."""

import re
from datetime import datetime, timezone
from typing import Sequence

from lake.errors import JobError
from lake.layout import parse_day

# What Glue itself passes has capitals or hyphens, but for these.
# Source: https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html
_GLUES_OWN = ("conf", "debug", "mode")
_OUR_STYLE = re.compile(r"[a-z][a-z0-9_]*\Z")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")


def parse_arguments(
    argv: Sequence[str],
    required: Sequence[str],
    optional: Sequence[str] = (),
    is_today_default: bool = False,
) -> dict[str, str]:
    """Gives the arguments that are there, by their names without hyphens.

    With `is_today_default` there is always a `day`, that of UTC. TempDir ends with a slash. Raises JobError that names
    the argument: one that is missing, empty, given twice or unknown, a bucket, a day or a folder of S3 that is none.
    """
    given = _read_pairs(argv, {*required, *optional})
    missing = [f"--{name}" for name in required if name not in given]
    if missing:
        raise JobError(f"{', '.join(missing)}: expected a value, got none")
    if is_today_default and "day" not in given:
        given["day"] = datetime.now(timezone.utc).date().isoformat()
    return {name: _check_value(name, value) for name, value in given.items()}


def _read_pairs(argv: Sequence[str], known: set[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    alike = {_alike(name): name for name in known}
    words = list(argv)
    while words:
        word = words.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        meant = alike.get(_alike(name))
        if meant is not None and word.partition("=")[0] != f"--{meant}":
            raise JobError(f"{word.partition('=')[0]}: expected --{meant}")
        if not word.startswith("--"):
            continue
        if equals == "" and words and not words[0].startswith("--"):
            value = words.pop(0)
        if name in known:
            if value == "":
                raise JobError(f"--{name}: expected a value, got none")
            if name in pairs:
                raise JobError(f"--{name}: expected once, got it twice")
            pairs[name] = value
        elif _OUR_STYLE.match(name) and name not in _GLUES_OWN:
            raise JobError(f"--{name}: expected one of {', '.join(f'--{name}' for name in sorted(known))}")
    return pairs


def _alike(name: str) -> str:
    """The same for names that differ in what is easily mistyped: capitals, hyphens."""
    return name.strip("-").replace("-", "_").lower()


def _check_value(name: str, value: str) -> str:
    if name == "day":
        try:
            return parse_day(value).isoformat()
        except ValueError as error:
            raise JobError(f"--{error}") from None
    if name.endswith("bucket") and not _BUCKET.match(value):
        raise JobError(f"--{name}: expected the name of a bucket, got {value!r}")
    if name == "TempDir":
        if re.match(r"s3://[^/]+(/|\Z)", value) is None:
            raise JobError(f"--TempDir: expected s3://BUCKET/PREFIX/, got {value!r}")
        return value if value.endswith("/") else f"{value}/"
    return value
