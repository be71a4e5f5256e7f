"""Objects of S3, without Spark: a thin door to boto3. Region, endpoint and credentials come from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Iterable, Optional

import boto3
from botocore.exceptions import BotoCoreError, ClientError

# S3 copies no more at once. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
_LARGEST_COPY = 5 * 1024**3
_DELETES_AT_ONCE = 1000


@dataclass(frozen=True)
class StoredObject:
    """An object as a listing gives it; its size in bytes. Of other bytes the ETag is another."""

    bucket: str
    key: str
    size: int
    etag: str = ""

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@lru_cache(maxsize=None)
def make_client(service: str) -> Any:
    """The one client of a service, such as "s3" or "secretsmanager"."""
    return boto3.client(service, region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"))


def split_url(url: str) -> tuple[str, str]:
    """Bucket and key (or prefix) of s3://bucket/key."""
    bucket, _, key = url[len("s3://") :].partition("/")
    return bucket, key


def list_objects(bucket: str, prefix: str) -> list[StoredObject]:
    """Everything below a prefix, in the order of the keys."""
    pages = make_client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [
        StoredObject(bucket, found["Key"], found["Size"], found["ETag"])
        for page in pages
        for found in page.get("Contents", [])
    ]


def list_fault(bucket: str, prefix: str) -> Optional[str]:
    """Why a prefix cannot be listed, in one word of S3 or boto3; None where it can."""
    try:
        make_client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
    except (BotoCoreError, ClientError) as error:
        return request_fault(error)
    return None


def request_fault(error: BotoCoreError | ClientError) -> str:
    """One word for a request that failed, such as NoSuchBucket or NoCredentialsError."""
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def read_object(bucket: str, key: str, first_bytes: Optional[int] = None) -> Optional[bytes]:
    """The bytes of an object, or the first of them; None where there is no such object."""
    span = {} if first_bytes is None else {"Range": f"bytes=0-{first_bytes - 1}"}
    try:
        return make_client("s3").get_object(Bucket=bucket, Key=key, **span)["Body"].read()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("NoSuchKey", "404"):
            return None
        if code == "InvalidRange":  # of an empty object
            return b""
        raise


def write_object(bucket: str, key: str, body: bytes) -> None:
    make_client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def copy_object(source: StoredObject, bucket: str, key: str) -> None:
    """Copies within S3; readers of the target see the old object or the new one, never a part."""
    place = {"Bucket": source.bucket, "Key": source.key}
    if source.size > _LARGEST_COPY:
        make_client("s3").copy(place, bucket, key)
    else:
        make_client("s3").copy_object(CopySource=place, Bucket=bucket, Key=key)


def delete_objects(bucket: str, keys: Iterable[str]) -> None:
    """Deletes; a key that is not there is no error."""
    left = list(keys)
    while left:
        batch, left = left[:_DELETES_AT_ONCE], left[_DELETES_AT_ONCE:]
        answer = make_client("s3").delete_objects(
            Bucket=bucket, Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True}
        )
        for fault in answer.get("Errors", []):
            raise OSError(f"s3://{bucket}/{fault['Key']}: expected it deleted, got {fault['Code']}")


def open_object(bucket: str, key: str) -> Any:
    """The bytes of an object as a stream, to be closed."""
    return make_client("s3").get_object(Bucket=bucket, Key=key)["Body"]
