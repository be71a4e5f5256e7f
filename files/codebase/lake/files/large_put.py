"""Writes a file that is too large for one PUT in parts, as the worker's `large-put.ts` does.

The condition holds at the last request, which makes the object appear whole or not at all; each part is checked by S3
against its SHA-256. What a kill leaves of the parts expires by the bucket's lifecycle.
"""

import hashlib
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, Iterator

from s3transfer.utils import ReadFileChunk

from lake.files.spool import Spooled

_MIB = 1024**2


@dataclass(frozen=True)
class Limits:
    """S3's limits in bytes, and the size of part to begin with.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    """

    single_put: int = 5 * 1024 * _MIB
    part: int = 256 * _MIB
    parts: int = 10_000


S3_LIMITS = Limits()


def put_in_parts(
    client: Any,
    target: dict[str, str],
    file: Spooled,
    metadata: dict[str, str],
    condition: dict[str, str],
    limits: Limits,
) -> None:
    """`target`: Bucket and Key. `condition`: IfMatch or IfNoneMatch."""
    created = client.create_multipart_upload(**target, Metadata=metadata, ChecksumAlgorithm="SHA256")
    upload = {**target, "UploadId": created["UploadId"]}
    try:
        parts = []
        for number, (start, length) in enumerate(cut_parts(file.length, limits), 1):
            with open(file.path, "rb") as opened:
                checksum = _hash_part(opened, start, length)
                opened.seek(start)
                body = ReadFileChunk(opened, length, file.length)
                part = client.upload_part(
                    **upload, PartNumber=number, Body=body, ContentLength=length, ChecksumSHA256=checksum
                )
            parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": checksum})
        client.complete_multipart_upload(**upload, **condition, MultipartUpload={"Parts": parts})
    except Exception:
        # The fault that counts is the first one; parts that stay expire.
        with suppress(Exception):
            client.abort_multipart_upload(**upload)
        raise


def cut_parts(length: int, limits: Limits) -> Iterator[tuple[int, int]]:
    """First byte and length of each part."""
    size = max(limits.part, -(-length // limits.parts))
    return ((start, min(size, length - start)) for start in range(0, length, size))


def _hash_part(file: BinaryIO, start: int, length: int) -> str:
    digest = hashlib.sha256()
    file.seek(start)
    while length > 0:
        chunk = file.read(min(length, _MIB))
        if not chunk:
            break
        digest.update(chunk)
        length -= len(chunk)
    return b64encode(digest.digest()).decode()
