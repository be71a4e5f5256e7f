"""Answers what is asked of each day: Parquet of staged in, one small table of Parquet for each question out.

Reads   s3://<staged_bucket>/<table>/dt=<day>/     github_events, movies, series
Writes  s3://<analytics_bucket>/<table>/dt=<day>/  github_activity, github_repos, titles_by_genre, artists
        s3://<analytics_bucket>/<table>/_sources/dt=<day>/  which files it was made of, see lake.late

Arguments: --staged_bucket, --analytics_bucket, --configuration_bucket, --TempDir; --day YYYY-MM-DD and --tables a,b
(all when left out). Without --day it answers for each of the last seven days, yesterday in UTC the last, whose files in
staged are not those that it was answered from; where there is none, that is no fault.
A second run of the same day replaces what the first one wrote; see lake.publish for what readers see meanwhile.
"""

from functools import partial, reduce

from lake.datasets import read_datasets, wanted_tables
from lake.job import JobError, run_job
from lake.late import make_days
from lake.layout import table_day
from lake.objects import list_objects
from lake.publish import publish_day, remove_day
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

KINDS = {"movies": "movie", "series": "series"}
# How much smaller an answer is than what it is made of, roughly: for the number of its files.
SHRINKS = 32


def github_activity(inputs: dict[str, DataFrame]) -> DataFrame:
    """For each type of event how many there were, by how many actors, in how many repositories."""
    return (
        inputs["github_events"]
        .groupBy("event_type")
        .agg(
            f.count("*").alias("events"),
            f.count_distinct("actor_id").alias("actors"),
            f.count_distinct("repo_id").alias("repos"),
        )
    )


def github_repos(inputs: dict[str, DataFrame]) -> DataFrame:
    """What happened in each repository; its name is the one it had last."""

    def count_type(event_type: str, name: str) -> Column:
        return f.count_if(f.col("event_type") == event_type).alias(name)

    return (
        inputs["github_events"]
        .where("repo_id is not null")
        .groupBy("repo_id")
        .agg(
            f.max(f.struct("created_at", "event_id", "repo_name"))["repo_name"].alias("repo_name"),
            f.count("*").alias("events"),
            f.count_distinct("actor_id").alias("actors"),
            count_type("WatchEvent", "stars"),
            count_type("ForkEvent", "forks"),
            count_type("PushEvent", "pushes"),
            count_type("PullRequestEvent", "pull_requests"),
            count_type("IssuesEvent", "issues"),
        )
    )


def titles_by_genre(inputs: dict[str, DataFrame]) -> DataFrame:
    """For each kind and genre the titles in it; a title has a row for each artist and counts once."""
    genres = f.array_distinct(f.transform(f.split("genre", ","), f.trim))
    return (
        _titles(inputs, [])
        .withColumn("genre", f.explode(genres))
        .where("genre <> ''")
        .groupBy("kind", "genre")
        .agg(
            f.count("*").alias("titles"),
            f.coalesce(f.sum(_votes()), f.lit(0)).alias("votes"),
            _mean_rating(),
            f.min("release_year").alias("first_year"),
            f.max("release_year").alias("last_year"),
        )
    )


def artists(inputs: dict[str, DataFrame]) -> DataFrame:
    """For each artist the titles he or she plays in, each once however many characters there are."""
    artist = ["artist_name", "artist_birth_year"]
    rated = f.when(f.col("rating").isNotNull(), f.struct("rating", "votes", "title", "id"))
    return (
        _titles(inputs, artist)
        .where("artist_name is not null")
        .groupBy(*artist)
        .agg(
            f.count_if(f.col("kind") == "movie").alias("movies"),
            f.count_if(f.col("kind") == "series").alias("series"),
            f.min("release_year").alias("first_year"),
            f.max("release_year").alias("last_year"),
            _mean_rating(),
            f.max(rated)["title"].alias("best_title"),
        )
    )


ANSWERS = {
    "github_activity": github_activity,
    "github_repos": github_repos,
    "titles_by_genre": titles_by_genre,
    "artists": artists,
}


def _titles(inputs: dict[str, DataFrame], by: list[str]) -> DataFrame:
    """One row for each title (and what `by` names): where its rows differ, the one with most votes."""
    columns = ["votes", "rating", "release_year", "title", "genre"]
    parts = [
        rows.select(f.lit(KINDS[name]).alias("kind"), "id", *by, *columns) for name, rows in inputs.items()
    ]
    rows = reduce(DataFrame.unionByName, parts)
    chosen = rows.groupBy("kind", "id", *by).agg(f.max(f.struct(*columns)).alias("chosen"))
    return chosen.select("kind", "id", *by, "chosen.*")


def _votes() -> Column:
    return f.col("votes").cast("decimal(19,0)")


def _mean_rating() -> Column:
    """The mean of the ratings, weighted by votes. Summed as decimals: sums of doubles depend on the order of rows."""
    rating = f.col("rating").cast("decimal(12,6)")
    votes = f.when(rating.isNotNull(), _votes())
    total = f.sum(votes)
    mean = f.sum(rating * votes).cast("double") / total.cast("double")
    return f.when(total > 0, mean).alias("mean_rating")


def main(spark, options):
    tables = read_datasets(options["configuration_bucket"])
    chosen = wanted_tables(options, "analytics")
    staged = options["staged_bucket"]

    def names_of(table):
        return [key.split("/")[0] for key in table.source.keys]

    def list_sources(table, day):
        return [file for name in names_of(table) for file in list_objects(staged, table_day(name, day))]

    def make(table, day, sources):
        folders = {name: table_day(name, day) for name in names_of(table)}
        there = [name for name, folder in folders.items() if any(file.key.startswith(folder) for file in sources)]
        if not there:
            had_rows = bool(list_objects(options["analytics_bucket"], table_day(table.name, day)))
            remove_day(options["analytics_bucket"], table_day(table.name, day))
            left = "and so none here any more" if had_rows else "left as it is"
            print(f"{table.name}: no rows of {day} in {', '.join(folders)}, {left}", flush=True)
            return had_rows
        inputs = {name: spark.read.schema(tables[name].ddl).parquet(f"s3://{staged}/{folders[name]}") for name in there}
        answer = ANSWERS[table.name](inputs).select(*(f.col(one.name).cast(one.type) for one in table.columns))
        rows = publish_day(
            answer,
            bucket=options["analytics_bucket"],
            prefix=table_day(table.name, day),
            temp_dir=options["TempDir"],
            key=table.key,
            input_bytes=sum(file.size for file in sources) // SHRINKS,
        )
        print(f"{table.name}: {rows} rows of {day} from {', '.join(there)}", flush=True)
        return True

    made = make_days(options, chosen, options["analytics_bucket"], list_sources, make)
    if not made and "day" in options:
        names = ", ".join(table.name for table in chosen)
        raise JobError(f"--day: expected staged rows of {options['day']}, got none for {names}")


if __name__ == "__main__":
    run_job(
        main,
        required=["staged_bucket", "analytics_bucket", "configuration_bucket", "TempDir"],
        optional=["day", "tables"],
        check=partial(wanted_tables, layer="analytics"),
    )
