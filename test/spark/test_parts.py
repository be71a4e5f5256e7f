"""Parts of the jobs by value: what takes no lake."""

import json
import random
import unittest

from lake.csv_header import Header, parse_header
from lake.csv_rows import _faults, _Format, _is_good, _read_fields
from lake.datasets import choose_tables, parse_datasets
from lake.errors import JobError
from lake.jdbc_options import parse_secret
from suite import ROOT, spark

DATASETS = (ROOT / "files/configuration/datasets.json").read_text()


class Headers(unittest.TestCase):
    def test_a_header_is_the_first_record_with_its_quoted_line_breaks(self):
        for body, text, names in [
            ("id|title\n1|2", "id|title", ("id", "title")),
            ("\r\n\nid|Box Office\r\n1|2", "id|Box Office", ("id", "box_office")),
            ('id|"box\noffice"\n1|2', 'id|"box\noffice"', ("id", "box_office")),
            ("\ufeffid||dt\n", "id||dt", ("id", "column_2", "column_dt")),
            # A quote that nothing closes would make a header of the whole file.
            ('id|7" vinyl\n1|2\n3|4\n', 'id|7" vinyl', ("id", "7_vinyl".join(["column_", ""]))),
        ]:
            with self.subTest(body=body):
                self.assertEqual(parse_header(body.encode(), "|"), Header(text, names))
        for empty in ["", "\n \n", "\ufeff\n"]:
            self.assertIsNone(parse_header(empty.encode(), "|"))
        for body, said in [(b"id|\xff\n", "UTF-8"), (b"id|ID\n", "id twice")]:
            with self.assertRaisesRegex(ValueError, said):
                parse_header(body, "|")


class Datasets(unittest.TestCase):
    def test_a_description_that_cannot_be_worked_with_is_refused_by_name(self):
        movies = json.loads(DATASETS)["staged"]["movies"]
        for change, said in [
            *(({"source": {**movies["source"], "delimiter": one}}, "movies: expected a delimiter") for one in ["||", "\\", '"', ""]),
            ({"key": ["nope"]}, "movies: expected key and required among its columns, got 'nope'"),
            ({"columns": [{"name": "id", "type": "text"}]}, "movies.id: expected a type of .*, got 'text'"),
        ]:
            with self.subTest(change=change), self.assertRaisesRegex(JobError, said):
                parse_datasets(json.dumps({"staged": {"movies": {**movies, **change}}}))
        with self.assertRaisesRegex(JobError, "datasets.json: expected tables by layer"):
            parse_datasets("[]")
        with self.assertRaisesRegex(JobError, "--tables: expected some of movies,series,github_events, got 'nope'"):
            choose_tables(parse_datasets(DATASETS), "staged", "movies,nope")


class Secrets(unittest.TestCase):
    def test_a_secret_has_a_user_and_a_password_and_no_error_shows_either(self):
        self.assertEqual(parse_secret('{"username":"ada","password":"wheel","host":"x"}'), ("ada", "wheel"))
        for text in ["wheel", "[]", "null", *(json.dumps({"username": user, "password": password}) for user, password in [
            ("ada", ""), ("", "wheel"), ("ada", None), (7, "wheel")
        ]), '{"username":"wheel"}']:
            with self.subTest(text=text), self.assertRaisesRegex(JobError, "^--secret: ") as raised:
                parse_secret(text)
            self.assertNotIn("wheel", str(raised.exception))


class Csv(unittest.TestCase):
    def test_a_line_is_good_where_no_fault_is_found_in_it(self):
        from pyspark.sql import functions as f

        table = parse_datasets(DATASETS)["movies"]
        names = ("id", "release_year", "rating", "votes", "title", "extra")
        values = ["", "\\N", "1", "-0", "007", " 1", "1 ", "1.5", "1e3", "1e400", "2147483648", "9" * 19, "NaN", "é", '"1"', '"', '""', '"a|b"', 'a"b"', "\x00"]
        draw = random.Random(17)
        lines = ["|".join(draw.choice(values) for _ in range(draw.choice([6, 6, 6, 6, 5, 7]))) for _ in range(3000)]
        lines += ["|".join(["1", value, "1", "1", "1", "1"]) for value in values]
        # Whether the quote that begins the last field is ended.
        cut = {'1|1|1|1|1|"end': False, '1|1|1|1|1|"a""': False, '1|1|1|1|1|"a"""': True, '1|1|1|1|1|7" x': True, '1|1|1|1|7" x|"ok"': True, '1|1|1|1|"a|"|"ok"': True}
        lines += cut
        for has_breaks in [False, True]:
            form = _Format(table, Header("|".join(names), names), ["extra"], ranked=True, has_breaks=has_breaks)
            read = spark().createDataFrame([(line, "a.csv", False) for line in lines], "line string, file string, is_long boolean")
            fields = _read_fields(read, form)
            found = fields.select("line", _is_good(form).alias("good"), f.coalesce(*_faults(form)).alias("fault")).collect()
            self.assertEqual([row.line for row in found if row.good != (row.fault is None)], [])
            self.assertGreater(sum(row.good for row in found), 100)
            good = {row.line: row.good for row in found}
            self.assertEqual({line: good[line] for line in cut}, cut)
            self.assertGreater(sum(not row.good for row in found), 100)


if __name__ == "__main__":
    unittest.main()
