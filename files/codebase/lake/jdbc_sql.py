"""SQL for PostgreSQL. Names and values are quoted here; what an operator gave as --where is SQL and stays it."""

from __future__ import annotations

from collections.abc import Sequence

from lake.jdbc_types import PARSED, Column, server_expression

# Column beside the table's own, c0, c1, ..., by which connections share the rows out. It is never read.
SPLIT = "split"

# Tables and their partitions would be the same rows twice; views and foreign tables are somebody else's.
TABLES = """
    select coalesce(json_agg(json_build_array(n.nspname, c.relname) order by n.nspname, c.relname), '[]')::text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
      and n.nspname not in ('information_schema', 'pg_catalog') and n.nspname !~ '^pg_(toast|temp)'
      and has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'select')
"""

# The columns that the user may read, domains as the types below them, and the primary key.
TABLE = """
    select json_build_object(
      'key', (
        select json_agg(a.attname order by k.place)
        from pg_index i cross join unnest(i.indkey::int2[]) with ordinality k (number, place)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
        where i.indrelid = c.oid and i.indisprimary and k.place <= i.indnkeyatts
      ),
      'columns', (
        select json_agg(json_build_object(
          'name', a.attname, 'type', t.typname, 'typmod', t.typmod, 'element', e.typname,
          'declared', format_type(t.oid, t.typmod), 'nullable', not a.attnotnull
        ) order by a.attnum)
        from pg_attribute a
        cross join lateral (
          with recursive base (oid, typmod) as (
            values (a.atttypid, a.atttypmod)
            union all
            select d.typbasetype, d.typtypmod from base join pg_type d on d.oid = base.oid where d.typtype = 'd'
          )
          select p.*, base.typmod from base join pg_type p on p.oid = base.oid where p.typtype <> 'd'
        ) t
        left join pg_type e on e.oid = t.typelem and t.typcategory = 'A' and t.typlen = -1 and left(t.typname, 1) = '_'
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          and has_column_privilege(c.oid, a.attnum, 'select')
      )
    )::text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'select')
"""


def quote(name: str) -> str:
    """A name, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def quote_table(schema: str, table: str) -> str:
    return f"{quote(schema)}.{quote(table)}"


def literal(value: str, column: Column) -> str:
    """A value of a column, of the column's own type: of another one no index would serve."""
    return "'" + value.replace("'", "''") + f"'::{column.declared}"


def where_of(conditions: Sequence[str]) -> str:
    # A line of its own for the bracket: a condition may end with a comment.
    return "".join(f"{' and' if place else ' where'} ({text}\n)" for place, text in enumerate(conditions))


def select_rows(source: str, columns: Sequence[Column], conditions: Sequence[str], split: Column | None) -> str:
    """The rows of a table, each column as it is sent, named c0, c1, ...: Spark does not quote every name right."""
    sent = [f"{server_expression(column, quote(column.name))} as c{place}" for place, column in enumerate(columns)]
    if split is not None:
        sent.append(f"{quote(split.name)} as {SPLIT}")
    return f"select {', '.join(sent)} from {source}{where_of(conditions)}"


def select_bounds(source: str, column: Column, parts: int, conditions: Sequence[str]) -> str:
    """Values that cut a column's range into `parts` of the same width, as a JSON list of text, in order."""
    name = quote(column.name)
    finite = [f"isfinite({name})"] if column.type in PARSED else []
    return f"""
        select coalesce(json_agg(bound::text order by bound), '[]')::text from (
          select distinct {_bound_of(column, parts)} as bound
          from (select min({name}) as low, max({name}) as high from {source}{where_of([*conditions, *finite])}) ends
          cross join generate_series(1, {parts - 1}) as part
        ) bounds where bound is not null"""


def _bound_of(column: Column, parts: int) -> str:
    if column.type in ("int2", "int4", "int8"):
        return f"floor(low::numeric + (high::numeric - low::numeric) * part / {parts})::{column.declared}"
    if column.type in ("float4", "float8"):  # the difference of two of them may be none
        return f"(low * (1 - part / {parts}.0::float8) + high * (part / {parts}.0::float8))::{column.declared}"
    if column.type == "date":
        return f"low + ((high - low)::bigint * part / {parts})::int"
    if column.type == "numeric":
        return f"(low + (high - low) * part / {parts})::{column.declared}"
    return f"(low + (high - low) * (part / {parts}.0::float8))::{column.declared}"


def split_conditions(column: Column, bounds: Sequence[str]) -> list[str]:
    """One condition per connection. Each row meets exactly one of them, whatever the bounds are, as long as they are
    in order."""
    name = SPLIT
    values = [literal(bound, column) for bound in bounds]
    if not values:
        return []
    first = f"{name} < {values[0]} or {name} is null"
    middle = [f"{name} >= {low} and {name} < {high}" for low, high in zip(values, values[1:], strict=False)]
    return [first, *middle, f"{name} >= {values[-1]}"]
