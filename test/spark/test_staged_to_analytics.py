import unittest

from lake.datasets import parse_datasets
from lake.errors import JobError
from lake_bed import DAY, Lake
from suite import ROOT
from test_raw_to_staged import MOVIES, SERIES, archive, event, hour

TITLES = [
    "id|title|genre|rating|votes|release_year|artist_name|artist_birth_year|character_name",
    "t1|One|Drama, Comedy,Drama|8.1|100|1990|Ada|1950|Queen",
    "t1|One|Drama, Comedy,Drama|8.1|100|1990|Ada|1950|King",
    "t1|One|Drama, Comedy,Drama|8.1|100|1990|Grace|1960|Fool",
    "t2|Two|Drama|6.0|300|2001|Ada|1950|Queen",
    "t3|Three|Drama||7|1980|Ada|1901|Mother",
    "t4|Four||9.9|1|2020|||",
]
SHOWS = ["id|title|genre|rating|votes|release_year|artist_name|artist_birth_year", "s1|Show|Drama|8.1|100|2010|Ada|1950"]


def lake_with_all_tables():
    """A lake whose jobs have run, made once, and its tables by name."""
    if not _made:
        lake = Lake()
        lake.put(MOVIES + "movies.csv", "\n".join(TITLES))
        lake.put(SERIES + "series.csv", "\n".join(SHOWS))
        star = {"type": "WatchEvent", "actor": {"id": 7, "login": "grace"}}
        kinds = ["ForkEvent", "PullRequestEvent", "IssuesEvent"]
        lines = [
            event(1),
            event(2, f"{DAY}T06:00:00Z", repo={"id": 2, "name": "ada/new-name"}, **star),
            event(3, repo={"id": 3, "name": "b/c"}, **star),
            event(4, repo=None),
            *(event(10 + at, type=kind) for at, kind in enumerate(kinds)),
        ]
        lake.put(hour(DAY, 5), archive(*lines))
        lake.stage()
        lake.analyse()
        _made.append((lake, parse_datasets((ROOT / "files/configuration/datasets.json").read_text())))
    return _made[0]


_made = []


def values(rows, *names):
    return sorted((tuple(row[name] for name in names) for row in rows), key=str)


class Analytics(unittest.TestCase):
    def test_counts_what_happened_on_github(self):
        lake, _ = lake_with_all_tables()
        self.assertEqual(
            values(lake.rows("analytics", "github_activity"), "event_type", "events", "actors", "repos"),
            [
                ("ForkEvent", 1, 1, 1),
                ("IssuesEvent", 1, 1, 1),
                ("PullRequestEvent", 1, 1, 1),
                ("PushEvent", 2, 1, 1),
                ("WatchEvent", 2, 1, 2),
            ],
        )
        self.assertEqual(
            [tuple(row.values()) for row in sorted(lake.rows("analytics", "github_repos"), key=lambda row: row["repo_id"])],
            [(2, "ada/new-name", 5, 2, 1, 1, 1, 1, 1), (3, "b/c", 1, 1, 1, 0, 0, 0, 0)],
        )

    def test_a_title_counts_once_in_each_of_its_genres(self):
        lake, _ = lake_with_all_tables()
        rows = lake.rows("analytics", "titles_by_genre")
        self.assertEqual(
            [tuple(row.values()) for row in sorted(rows, key=lambda row: (row["kind"], row["genre"]))],
            [
                ("movie", "Comedy", 1, 100, 8.1, 1990, 1990),
                ("movie", "Drama", 3, 407, (810.0 + 1800.0) / 400, 1980, 2001),
                ("series", "Drama", 1, 100, 8.1, 2010, 2010),
            ],
        )

    def test_an_artist_is_told_from_a_namesake_and_has_a_best_title(self):
        lake, _ = lake_with_all_tables()
        rows = lake.rows("analytics", "artists")
        self.assertEqual(
            [tuple(row.values()) for row in sorted(rows, key=lambda row: row["artist_birth_year"])],
            [
                ("Ada", 1901, 1, 0, 1980, 1980, None, None),
                ("Ada", 1950, 2, 1, 1990, 2010, (810.0 + 1800.0 + 810.0) / 500, "Show"),
                ("Grace", 1960, 1, 0, 1990, 1990, 8.1, "One"),
            ],
        )

    def test_answers_what_has_input_and_fails_where_nothing_has(self):
        lake = Lake()
        lake.put(SERIES + "series.csv", "\n".join(SHOWS))
        lake.stage()
        lake.analyse()
        self.assertEqual(lake.rows("analytics", "github_activity"), [])
        self.assertEqual(values(lake.rows("analytics", "titles_by_genre"), "kind", "titles"), [("series", 1)])
        with self.assertRaisesRegex(JobError, "--day: expected staged rows of 2026-11-21"):
            lake.analyse("2026-11-21")


if __name__ == "__main__":
    unittest.main()
