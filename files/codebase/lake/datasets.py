"""The lake's tables, as datasets.json describes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Optional

from botocore.exceptions import BotoCoreError, ClientError

from lake.errors import JobError
from lake.objects import read_object, request_fault

TYPES = ("bigint", "boolean", "double", "int", "string", "timestamp")

# The path of a column that takes all members of a line that no other column takes anything from.
OTHER_MEMBERS = "*"


@dataclass(frozen=True)
class Column:
    """`path` is where the value stands in a line of JSON: actor.login; its name where nothing else is said, and `*` for
    all members that no other column takes anything from. `is_json`: any value of JSON is right, kept as its text."""

    name: str
    type: str
    path: str
    is_json: bool


@dataclass(frozen=True)
class Source:
    """Where a table comes from. Of rows with the same key, one of an earlier entry of `keys` wins."""

    layer: str
    keys: tuple[str, ...]
    format: str
    delimiter: str
    null: Optional[str]
    time: Optional[str]


@dataclass(frozen=True)
class Table:
    """`key` says which rows are the same one, `required` which columns every row has a value in."""

    layer: str
    name: str
    source: Source
    key: tuple[str, ...]
    required: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def ddl(self) -> str:
        """The columns as Spark's DDL, in their order."""
        return ", ".join(f"`{column.name}` {column.type}" for column in self.columns)


def read_datasets(configuration_bucket: str) -> dict[str, Table]:
    """The tables by name, from s3://<configuration_bucket>/datasets.json. Raises JobError where they cannot be read."""
    try:
        text, fault = read_object(configuration_bucket, "datasets.json"), "NoSuchKey"
    except (BotoCoreError, ClientError) as error:
        text, fault = None, request_fault(error)
    if text is None:
        raise JobError(
            f"--configuration_bucket: expected datasets.json in {configuration_bucket!r}, got {fault}: check the name and"
            " the job's right s3:GetObject, or deploy, which uploads the file"
        )
    return parse_datasets(text.decode("utf-8"))


def parse_datasets(text: str) -> dict[str, Table]:
    """The tables by name. Raises JobError where the text describes none."""
    try:
        layers = json.loads(text)
        return {name: _table(layer, name, value) for layer, tables in layers.items() for name, value in tables.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise JobError(f"datasets.json: expected tables by layer, got {type(error).__name__}: {error}") from error


def wanted_tables(options: dict[str, str], layer: str) -> list[Table]:
    """The tables that --configuration_bucket and --tables stand for. Raises JobError that names the argument."""
    return choose_tables(read_datasets(options["configuration_bucket"]), layer, options.get("tables"))


def choose_tables(tables: dict[str, Table], layer: str, names: Optional[str]) -> list[Table]:
    """The tables of a layer, or those of them that `--tables a,b` names."""
    there = {name: table for name, table in tables.items() if table.layer == layer}
    if names is None:
        return list(there.values())
    unknown = [name for name in names.split(",") if name not in there]
    if unknown:
        raise JobError(f"--tables: expected some of {','.join(there)}, got {','.join(unknown)!r}")
    return [table for name, table in there.items() if name in names.split(",")]


def _table(layer: str, name: str, value: dict[str, Any]) -> Table:
    columns = tuple(_column(one) for one in value["columns"])
    names = {column.name for column in columns}
    for column in columns:
        if column.type not in TYPES:
            raise ValueError(f"{name}.{column.name}: expected a type of {', '.join(TYPES)}, got {column.type!r}")
    for one in (*value["key"], *value["required"]):
        if one not in names:
            raise ValueError(f"{name}: expected key and required among its columns, got {one!r}")
    source = value["source"]
    delimiter = source.get("delimiter", ",")
    if len(delimiter) != 1 or delimiter in '"\\\r\n':
        raise ValueError(f"{name}: expected a delimiter of one character, no quote and no backslash, got {delimiter!r}")
    return Table(
        layer=layer,
        name=name,
        source=Source(
            layer=source["layer"],
            keys=tuple(source["keys"]),
            format=source["format"],
            delimiter=delimiter,
            null=source.get("null"),
            time=source.get("time"),
        ),
        key=tuple(value["key"]),
        required=tuple(value["required"]),
        columns=columns,
    )


def _column(value: dict[str, Any]) -> Column:
    path = value.get("path", value["name"])
    return Column(value["name"], value["type"], path, is_json=value.get("json", path == OTHER_MEMBERS))
