"""What becomes of PostgreSQL's types, by value. The table of them is in files/jdbc/README.md."""

import unittest

from jdbc_bed import Job, database
from suite import spark

from lake.errors import JobError

# Type in PostgreSQL, value as SQL, type in Parquet, value as Spark casts it to text.
KINDS = [
    ("boolean", "true", "boolean", "true"),
    ("smallint", "-32768", "smallint", "-32768"),
    ("integer", "2147483647", "int", "2147483647"),
    ("bigint", "-9223372036854775808", "bigint", "-9223372036854775808"),
    ("oid", "4294967295", "bigint", "4294967295"),
    ("real", "1.5", "float", "1.5"),
    ("double precision", "'NaN'", "double", "NaN"),
    ("double precision", "0.1", "double", "0.1"),
    ("numeric(38, 10)", "1234567890123456789012345678.0123456789", "decimal(38,10)", None),
    ("numeric(5, -2)", "1234567", "decimal(7,0)", "1234600"),
    ("numeric(2, 4)", "0.0012", "decimal(4,4)", "0.0012"),
    ("numeric(39, 0)", "123456789012345678901234567890123456789", "string", None),
    ("numeric", "0.1234567890123456789012345678901234567890", "string", None),
    ("numeric", "'NaN'", "string", "NaN"),
    ("money", "1234.5", "string", "1234.50"),
    ("price", "12.30", "decimal(6,2)", "12.30"),
    ("text", "E'\\u00e9\\U0001F600 \"\\n'", "string", 'é😀 "\n'),
    ("varchar(3)", "''", "string", ""),
    ("char(5)", "'ab'", "string", "ab"),
    ("mood", "'fine'", "string", "fine"),
    ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "string", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("json", '\'{"b" : 1.10, "b": 2}\'', "string", '{"b" : 1.10, "b": 2}'),
    ("jsonb", "'{\"b\" : 1.10}'", "string", '{"b": 1.10}'),
    ("bytea", "'\\x00ff'", "binary", None),
    ("date", "'0001-01-01'", "date", "0001-01-01"),
    ("date", "'2024-02-29'", "date", "2024-02-29"),
    ("timestamp", "'2026-03-29 02:30:00.123456'", "timestamp_ntz", "2026-03-29 02:30:00.123456"),
    ("timestamp", "'0001-01-01 00:00'", "timestamp_ntz", "0001-01-01 00:00:00"),
    ("timestamptz", "'2026-11-20 12:00:00.000001+05:30'", "timestamp", "2026-11-20 06:30:00.000001"),
    ("timestamptz", "'1500-01-01 00:00+00'", "timestamp", "1500-01-01 00:00:00"),
    ("time", "'23:59:59.5'", "string", "23:59:59.5"),
    ("interval", "'1 year 2 days 03:04'", "string", "P1Y2DT3H4M"),
    ("inet", "'10.0.0.1/8'", "string", "10.0.0.1/8"),
    ("int4range", "'[1,5)'", "string", "[1,5)"),
    ("integer[]", "'{1,null,3}'", "array<int>", "[1, null, 3]"),
    ("bigint[]", "'{}'", "array<bigint>", "[]"),
    ("double precision[]", "'{0.1,NaN,-Infinity}'", "array<double>", "[0.1, NaN, -Infinity]"),
    ("boolean[]", "'{t,f}'", "array<boolean>", "[true, false]"),
    ("text[]", "array['a,b', '[[', '', null, 'é\"']", "array<string>", '[a,b, [[, , null, é"]'),
    ("numeric(9, 2)[]", "'{1.10}'", "array<string>", "[1.10]"),
    ("uuid[]", "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'", "array<string>", "[a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11]"),
    ("date[]", "'{2026-11-20,infinity}'", "array<string>", "[2026-11-20, infinity]"),
    ("jsonb[]", "array['[1]'::jsonb]", "array<string>", "[[1]]"),
]

# A value that Parquet's type cannot hold, and what the error says of it.
REFUSED = [
    ("numeric(8, 2)", "'NaN'", r"decimal\(8,2\) can hold .* NaN"),
    ("date", "'0044-03-15 BC'", "date can hold .* 0044-03-15 BC"),
    ("timestamp", "'-infinity'", "timestamp_ntz can hold .* -infinity"),
    ("timestamptz", "'infinity'", "timestamp can hold .* infinity"),
    ("text[]", "'{{a},{b}}'", "arrays of one dimension .*"),
]


class Types(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = database()
        cls.server.run(
            "create type mood as enum ('fine'); create domain amount as numeric(6, 2); create domain price as amount;"
        )

    def create(self, table: str, types: list[str], *rows: list[str]) -> None:
        columns = ", ".join(f"c{place} {type}" for place, type in enumerate(types))
        values = "), (".join(", ".join(row) for row in rows)
        self.server.run(f"create table {table} ({columns}); insert into {table} values ({values})")

    def test_keeps_each_value_whatever_the_zone_of_the_machine(self):
        self.create("kinds", [kind[0] for kind in KINDS], [kind[1] for kind in KINDS], ["null"] * len(KINDS))
        job = Job(table="public.kinds")
        zones = spark().sparkContext._jvm.java.util.TimeZone
        before = zones.getDefault()
        try:
            zones.setDefault(zones.getTimeZone("Europe/Berlin"))
            job.run()
        finally:
            zones.setDefault(before)
        rows = job.rows("public.kinds")
        texts = rows.selectExpr(
            *(f"hex({name})" if type == "binary" else f"cast({name} as string)" for name, type in rows.dtypes)
        )
        nulls, values = sorted(texts.collect(), key=lambda row: row[0] is not None)
        self.assertEqual(set(nulls), {None})
        for place, (name, sql, expected_type, expected) in enumerate(KINDS):
            with self.subTest(f"{name} {sql}"):
                self.assertEqual(rows.dtypes[place][1], expected_type)
                wanted = {"binary": "00FF"}.get(expected_type, sql) if expected is None else expected
                self.assertEqual(values[place], wanted)

    def test_names_the_column_of_a_value_it_cannot_hold(self):
        self.create("refused", [kind[0] for kind in REFUSED], [kind[1] for kind in REFUSED])
        job = Job(table="public.refused")
        for place, (name, sql, text) in enumerate(REFUSED):
            with self.subTest(f"{name} {sql}"):
                with self.assertRaisesRegex(JobError, rf"^column c{place}: expected (what )?{text}") as caught:
                    job.run(columns=f"c{place}")
                self.assertNotIn("\n", str(caught.exception))
