"""One file's way through the bucket, request by request as the worker's `protocol.ts` and `steps.ts` go it.

HEAD what stands where the results go; GET the input as it was listed; work on it; PUT the results, each only over what
was seen; DELETE the input as it was listed. A stop between or inside any two steps loses nothing: until the last one
the file stands in input/, and the last one comes after its result stands in output/ or errors/.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Callable, Iterator, Literal, NamedTuple, Optional, Union

from lake.files.faults import FileFault, ReadFault
from lake.files.keys import error_keys, output_key
from lake.files.sleep_watch import count_sleeps
from lake.files.source import FindProcessor, Processor, Source
from lake.files.spool import Spooled, remove, spool, work_path
from lake.files.store import Content, Entry, Store, Upload
from lake.files.world_faults import status_of

# How often a file is begun again because another worker wrote its result meanwhile.
_MAX_BEGINNINGS = 5


@dataclass(frozen=True)
class World:
    """`store` is a Store or what stands in for one; `folder` holds temporary files."""

    store: Store
    folder: str
    find_processor: FindProcessor
    # Twelve characters that name this code.
    version: str


@dataclass(frozen=True)
class Ending:
    """What became of a file; `fault` where it was rejected."""

    outcome: Literal["processed", "rejected", "gone", "changed"]
    fault: Optional[FileFault] = None


# What is to be done with a file, as far as is known: its processor, or the fault for which it is rejected.
Plan = Union[Processor, FileFault]


class _Target(NamedTuple):
    object_key: str
    # Of what stood there before the input was read.
    etag: Optional[str]


class _Got(NamedTuple):
    """The input as it came."""

    entry: Entry
    download: Spooled
    content: Content


def handle_file(entry: Entry, world: World) -> Ending:
    """Takes one file through all steps.

    Raises whatever concerns the world instead of the file, which then still stands in input/. ETags tell bytes apart,
    not times: who slept through two generations of a file could take the third for the first, so nothing is written
    after a sleep.
    """
    sleeps = count_sleeps()

    def check_sleep() -> None:
        if count_sleeps() != sleeps:
            raise RuntimeError("this machine stood still meanwhile")

    try:
        plan = _plan(entry.key, world.find_processor)
        for _ in range(_MAX_BEGINNINGS):
            ending = _try_once(entry, plan, world, check_sleep)
            if isinstance(ending, Ending):
                return ending
            plan = ending
        raise RuntimeError(f"begun {_MAX_BEGINNINGS} times, overtaken each time")
    finally:
        remove(*(work_path(world.folder, entry.key, name) for name in ("download", "processed")))


def _plan(key: str, find_processor: FindProcessor) -> Plan:
    processor = find_processor(key)
    if processor is None:
        return FileFault("unknown-kind", "no processor for the ending of this key")
    if output_key(key) is None:
        return FileFault("key-too-long", "the key of the output would be over 1024 bytes")
    return processor


def _try_once(entry: Entry, plan: Plan, world: World, check_sleep: Callable[[], None]) -> Union[Ending, Plan]:
    """Gives the ending, or the plan with which to begin again."""
    store = world.store
    targets = [_look(store, object_key) for object_key in _target_keys(entry.key, plan)]
    check_sleep()
    content = store.get(entry)
    if not isinstance(content, Content):
        return Ending(content)
    if content.length != entry.size:
        raise ReadFault(f"expected {entry.size} bytes as listed, got {content.length}")
    got = _Got(entry, spool(content.body, work_path(world.folder, entry.key, "download")), content)
    try:
        files = _make_files(got, plan, world)
    except FileFault as fault:
        return fault
    metadata = _provenance(got)
    for target, file in zip(targets, files):
        check_sleep()
        if _put_once(Upload(target.object_key, target.etag, file, metadata), store) == "changed":
            return plan
    check_sleep()
    store.delete(entry)
    return Ending("rejected", plan) if isinstance(plan, FileFault) else Ending("processed")


def _target_keys(key: str, plan: Plan) -> list[str]:
    if isinstance(plan, FileFault):
        return list(error_keys(key))
    return [f"{output_key(key)}"]


def _look(store: Store, object_key: str) -> _Target:
    head = store.head(object_key)
    return _Target(object_key, None if head is None else head.etag)


def _make_files(got: _Got, plan: Plan, world: World) -> list[Spooled]:
    """The processed file, or the file as it came and the record of its fault."""
    path = work_path(world.folder, got.entry.key, "processed")
    if isinstance(plan, FileFault):
        return [got.download, spool([_render_record(got, plan, world.version)], path)]
    source = Source(got.entry.key, got.download.sha256, got.download.open)
    try:
        if plan.is_unchanged:
            _exhaust(plan.process(source))
            return [got.download]
        return [spool(plan.process(source), path)]
    except (FileFault, OSError):
        raise
    except Exception as error:
        raise ReadFault(f"{type(error).__name__}: {error}") from error


def _exhaust(chunks: Iterator[bytes]) -> None:
    for _ in chunks:
        pass


def _provenance(got: _Got) -> dict[str, str]:
    metadata = {"source-sha256": got.download.sha256, "source-etag": got.entry.etag}
    if got.content.version_id is not None:
        metadata["source-version-id"] = got.content.version_id
    if got.content.redrives > 0:
        metadata["redrives"] = str(got.content.redrives)
    return metadata


def _put_once(upload: Upload, store: Store) -> str:
    """After a lost answer the write counts as done when something new stands there, made from the same bytes."""
    try:
        return store.put(upload)
    except Exception as error:
        status = status_of(error)
        if status is not None and status < 500:
            raise
        try:
            head = store.head(upload.object_key)
        except Exception:
            # The fault that counts is the first one.
            head = None
        is_new = head is not None and head.etag != upload.replaces
        if head is None or not is_new or head.source_sha256 != upload.metadata["source-sha256"]:
            raise
        return "written"


def _render_record(got: _Got, fault: FileFault, version: str) -> bytes:
    """What lies beside a refused file, in the form of the worker's."""
    entry, download, content = got
    now = datetime.now(timezone.utc)
    record = {
        "key": entry.key,
        "reason": fault.reason,
        "detail": fault.detail,
        "place": fault.place(),
        "sourceSha256": download.sha256,
        "bytes": download.length,
        "etag": entry.etag,
        "versionId": content.version_id,
        "redrives": content.redrives,
        "workerVersion": version,
        "time": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z",
    }
    return f"{json.dumps(record, indent=2, ensure_ascii=False)}\n".encode()
