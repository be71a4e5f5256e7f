"""The worker's bucket on S3, or on whatever AWS_ENDPOINT_URL names: every request has its condition."""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Iterator, Literal, Optional

from botocore.exceptions import ClientError

from lake.files import large_put
from lake.files.clients import make_client
from lake.files.faults import ReadFault
from lake.files.keys import INPUT, decode_listed_key
from lake.files.spool import Spooled
from lake.files.world_faults import code_of, status_of

_READ_BYTES = 256 * 1024
# Source: https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Missed = Literal["changed", "gone"]


@dataclass(frozen=True)
class Entry:
    """An object of input/ as it was listed; `key` without the folder, `modified` in seconds since 1970."""

    key: str
    etag: str
    size: int
    modified: float


@dataclass(frozen=True)
class Page:
    """`time`: S3's clock at the time of the answer, in seconds since 1970."""

    entries: list[Entry]
    time: float


@dataclass(frozen=True)
class Head:
    """What stands under an object key."""

    etag: str
    source_sha256: Optional[str]


@dataclass(frozen=True)
class Content:
    """An input file; `redrives` says how often it came back from errors/."""

    body: Iterator[bytes]
    length: int
    version_id: Optional[str]
    redrives: int


@dataclass(frozen=True)
class Upload:
    """A file to be written; `replaces` is the ETag of what stands there, None: nothing."""

    object_key: str
    replaces: Optional[str]
    file: Spooled
    metadata: dict[str, str]


class Store:
    """Whatever S3 refuses for another reason than a condition is raised."""

    def __init__(self, bucket: str, connections: int = 10, limits: large_put.Limits = large_put.S3_LIMITS) -> None:
        self._bucket = bucket
        self._limits = limits
        self._reader = make_client(connections, attempts=3)
        # For what changes something: sent again, it might meet files of the same bytes that came meanwhile.
        self._once = make_client(connections, attempts=1)

    def list(self, prefix: str) -> Iterator[Page]:
        """Everything below `input/<prefix>` in the order of the keys."""
        behind: dict[str, str] = {}
        while True:
            answer = self._reader.list_objects_v2(
                Bucket=self._bucket, Prefix=INPUT + prefix, EncodingType="url", **behind
            )
            found = answer.get("Contents", [])
            entries = [_to_entry(each) for each in found]
            yield Page(entries, _time_of(answer))
            if not answer.get("IsTruncated"):
                return
            behind = {"StartAfter": INPUT + entries[-1].key}

    def head(self, object_key: str) -> Optional[Head]:
        """What stands under an object key, or None."""
        try:
            answer = self._reader.head_object(Bucket=self._bucket, Key=object_key)
        except ClientError as error:
            if status_of(error) == 404:
                return None
            raise
        return Head(answer["ETag"], answer.get("Metadata", {}).get("source-sha256"))

    def get(self, entry: Entry) -> "Content | Missed":
        """Reads an input file, only in the version that was listed."""
        try:
            answer = self._reader.get_object(Bucket=self._bucket, Key=INPUT + entry.key, IfMatch=entry.etag)
        except ClientError as error:
            return _missed(error, INPUT + entry.key)
        redrives = answer.get("Metadata", {}).get("redrives", "")
        return Content(
            body=_read_body(answer),
            length=answer["ContentLength"],
            version_id=answer.get("VersionId"),
            # What anybody may have written counts only as the number that redrive writes.
            redrives=int(redrives) if re.fullmatch(r"[0-9]{1,3}", redrives) else 0,
        )

    def put(self, upload: Upload) -> Literal["written", "changed"]:
        """Writes an object, only if what stands there still is what `replaces` names."""
        condition = {"IfNoneMatch": "*"} if upload.replaces is None else {"IfMatch": upload.replaces}
        target = {"Bucket": self._bucket, "Key": upload.object_key}
        try:
            if upload.file.length > self._limits.single_put:
                large_put.put_in_parts(self._once, target, upload.file, upload.metadata, condition, self._limits)
            else:
                self._put_whole(target, upload, condition)
            return "written"
        except ClientError as error:
            # Missed either way: another object stands there, or the one to be replaced is gone.
            _missed(error, upload.object_key)
            return "changed"

    def delete(self, entry: Entry) -> "Literal['deleted'] | Missed":
        """Deletes an input file, only in the version that was listed."""
        try:
            self._once.delete_object(Bucket=self._bucket, Key=INPUT + entry.key, IfMatch=entry.etag)
            return "deleted"
        except ClientError as error:
            return _missed(error, INPUT + entry.key)

    def _put_whole(self, target: dict[str, str], upload: Upload, condition: dict[str, str]) -> None:
        body = upload.file.body()
        try:
            self._once.put_object(
                **target,
                **condition,
                Body=body,
                ContentLength=upload.file.length,
                ContentType="application/octet-stream",
                ChecksumSHA256=b64encode(bytes.fromhex(upload.file.sha256)).decode(),
                Metadata=upload.metadata,
            )
        finally:
            if not isinstance(body, bytes):
                body.close()


def _to_entry(found: dict[str, Any]) -> Entry:
    key = decode_listed_key(found["Key"])[len(INPUT) :]
    return Entry(key, found["ETag"], found["Size"], found["LastModified"].timestamp())


def _read_body(answer: dict[str, Any]) -> Iterator[bytes]:
    """Gives the content as it comes; at its end it must be whole and, where its MD5 is told, unharmed."""
    expected = _md5_of(answer)
    digest = hashlib.md5(usedforsecurity=False)
    received = 0
    for chunk in answer["Body"].iter_chunks(_READ_BYTES):
        received += len(chunk)
        digest.update(chunk)
        yield chunk
    if received != answer["ContentLength"]:
        raise ReadFault(f"expected {answer['ContentLength']} bytes, got {received}")
    if expected is not None and digest.hexdigest() != expected:
        raise ReadFault(f"expected content with MD5 {expected}, got {digest.hexdigest()}")


def _md5_of(answer: dict[str, Any]) -> Optional[str]:
    """A plain ETag is the content's MD5, unless the object came in parts or is encrypted with a key of somebody's."""
    if answer.get("ServerSideEncryption", "AES256") != "AES256" or "SSECustomerAlgorithm" in answer:
        return None
    found = re.fullmatch(r'"([0-9a-f]{32})"', answer["ETag"])
    return None if found is None else found.group(1)


def _time_of(answer: dict[str, Any]) -> float:
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return (datetime.now(timezone.utc) if date is None else parsedate_to_datetime(date)).timestamp()


def _missed(error: ClientError, object_key: str) -> Missed:
    """What it means that a conditional request was refused; any other fault is raised again.

    409 is S3's answer when two conditional writes meet. Only NoSuchKey makes a 404 harmless: the bucket may be what is
    missing. An answer that names a key which XML cannot hold is not understood by boto, which then gives its status.
    """
    if status_of(error) in (412, 409):
        return "changed"
    code = code_of(error)
    if code == "NoSuchKey" or (code == "404" and _NOT_IN_XML.search(object_key)):
        return "gone"
    raise error
