"""What the tests of jdbc-to-raw share: one PostgreSQL for all of them, secrets, and the job with its arguments."""

import atexit
import json
import uuid
from contextlib import ExitStack
from functools import lru_cache

from postgres import Postgres
from suite import new_bucket, spark, temp_url

from lake.jdbc_copy import copy_database
from lake.objects import make_client

DAY = "2026-11-20"


@lru_cache(maxsize=None)
def database() -> Postgres:
    """The server; it ends with the suite."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(Postgres())


def put_secret(text: str) -> str:
    """The name of a new secret in the emulator's Secrets Manager."""
    name = f"jdbc-{uuid.uuid4().hex[:12]}"
    make_client("secretsmanager").create_secret(Name=name, SecretString=text)
    return name


class Job:
    """A bucket of raw, and the job with arguments as Glue would give them."""

    def __init__(self, **options: str):
        self.bucket = new_bucket()
        server = database()
        secret = {"username": server.user, "password": server.password}
        self.options = {
            "raw_bucket": self.bucket,
            "TempDir": temp_url(),
            "url": server.jdbc_url,
            "secret": put_secret(json.dumps(secret)),
            "day": DAY,
            **options,
        }

    def run(self, **options: str) -> None:
        copy_database(spark(), {**self.options, **options})

    def url(self, table: str, day: str = DAY) -> str:
        return f"s3://{self.bucket}/jdbc/{table}/dt={day}/"

    def rows(self, table: str, day: str = DAY):
        return spark().read.parquet(self.url(table, day))
