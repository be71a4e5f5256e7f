"""Which days a run makes: that of --day; without it those of the last week whose files are not what they were made of.

What a day was made of is said by the name of an empty object, <table>/_sources/dt=<day>/<hash of the files>. It goes
before the day is made and comes back behind it, so a day counts as late after a run that was cut off too, and when a
file came while it was made. Times would not tell that, nor of an upload in parts, which has the time of its beginning.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
"""

from __future__ import annotations

import traceback
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Callable, Iterable, Sequence

from lake.datasets import Table
from lake.errors import JobError, describe
from lake.layout import sources_day
from lake.objects import StoredObject, delete_objects, list_objects, write_object

DAYS = 7


def make_days(
    options: dict[str, str],
    tables: Sequence[Table],
    bucket: str,
    list_sources: Callable[[Table, str], list[StoredObject]],
    make: Callable[[Table, str, list[StoredObject]], bool],
) -> set[str]:
    """Calls `make(table, day, sources)`, which says whether it found rows or files, and gives the tables where it did.

    The day of --day is always made, without --day what is late, the newest day first. `bucket` holds what is made. What
    is left as it is has a line for each table. What fails keeps nothing else from being made; then JobError is raised,
    with a line for each.
    """
    made, faults = set(), []
    days = [options["day"]] if "day" in options else last_days(datetime.now(timezone.utc))
    for day in days:
        for table in tables:
            sources, place = list_sources(table, day), sources_day(table.name, day)
            marks = [there.key for there in list_objects(bucket, place)]
            if "day" not in options and not is_late(sources, (key[len(place) :] for key in marks)):
                continue
            delete_objects(bucket, marks)
            try:
                if make(table, day, sources):
                    made.add(table.name)
            except Exception as error:
                if not isinstance(error, JobError):
                    traceback.print_exc()
                faults.append(f"{table.name} of {day}: {describe(error)}")
                continue
            if sources:
                write_object(bucket, place + mark_of(sources), b"")
    if faults:
        raise JobError("\n".join(faults))
    if "day" not in options:
        for name in (table.name for table in tables if table.name not in made):
            print(f"{name}: nothing new of {days[-1]} to {days[0]}, left as it is", flush=True)
    return made


def last_days(now: datetime) -> list[str]:
    """The last days that are complete in UTC, the newest first."""
    return [(now.astimezone(timezone.utc) - timedelta(days=back)).date().isoformat() for back in range(1, DAYS + 1)]


def is_late(sources: Sequence[StoredObject], marks: Iterable[str]) -> bool:
    """Whether a day has files that are not those which its mark names, or none any more; the mark of nothing is none."""
    return list(marks) != ([mark_of(sources)] if sources else [])


def mark_of(sources: Sequence[StoredObject]) -> str:
    """Another name for other files, and for other bytes in one of them."""
    lines = sorted(f"{source.url} {source.etag}\n" for source in sources)
    return sha256("".join(lines).encode()).hexdigest()[:32]
