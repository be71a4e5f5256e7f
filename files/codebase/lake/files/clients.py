"""Clients of S3 that pass conditions on, whatever the age of boto."""

import os
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

_CONDITIONS = {"IfMatch": "If-Match", "IfNoneMatch": "If-None-Match"}


@lru_cache(maxsize=None)
def make_client(connections: int, attempts: int) -> Any:
    """One for all tasks of a process: it takes longer to make than a small file to work on."""
    config = Config(
        connect_timeout=5,
        read_timeout=30,
        max_pool_connections=connections,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    # A session of its own, as the default one may not be used from several threads.
    client = boto3.session.Session().client("s3", region_name=region, config=config)
    for operation in ("PutObject", "DeleteObject", "CompleteMultipartUpload"):
        client.meta.events.register(f"before-parameter-build.s3.{operation}", _take_conditions)
        client.meta.events.register(f"before-call.s3.{operation}", _add_conditions)
    return client


def _take_conditions(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """Glue's boto is older than these parameters of its operations; the headers need nothing of it."""
    context["conditions"] = {header: params.pop(name) for name, header in _CONDITIONS.items() if name in params}


def _add_conditions(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    params["headers"].update(context["conditions"])
