"""A connection of the job's own, beside those that Spark opens: by the driver that Spark uses, in Spark's JVM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lake.errors import JobError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DRIVER = "org.postgresql.Driver"

# Seconds a server may take to answer a connection; a connection that only waits for Spark is kept alive.
CONNECTION = {"connectTimeout": "10", "loginTimeout": "20", "tcpKeepAlive": "true", "ApplicationName": "jdbc-to-raw"}

# Ways of writing values that a database or a role may have set otherwise.
SESSION = "set time zone 'UTC'; set intervalstyle = 'iso_8601'; set idle_in_transaction_session_timeout = 0"

CONNECTION_LOGGER = "org.apache.spark.sql.execution.datasources.jdbc.connection"

REPEATABLE_READ = 4  # java.sql.Connection.TRANSACTION_REPEATABLE_READ


class SqlError(JobError):
    """What PostgreSQL or its driver refused; `state` is the SQLSTATE."""

    def __init__(self, state: str, text: str) -> None:
        super().__init__(f"database: expected an answer, got SQLSTATE {state}: {text}")
        self.state = state
        self.text = text

    @property
    def is_lost(self) -> bool:
        """Whether there is a connection no more: class 08, and those that a server closes by itself."""
        return self.state[:2] == "08" or self.state in ("57P01", "57P02", "57P03", "25P03")


class Database:
    """Read-only transactions, one after another, each of which sees the database as at its first query."""

    def __init__(self, spark: SparkSession, url: str, user: str, password: str) -> None:
        """Connects. Raises JobError that names --url or --secret."""
        self.properties = {**CONNECTION, "user": user, "password": password, "driver": DRIVER}
        self.url = url
        jvm = spark.sparkContext._jvm
        # Spark itself would write the password down, at DEBUG.
        log4j = jvm.org.apache.logging.log4j
        log4j.core.config.Configurator.setLevel(CONNECTION_LOGGER, log4j.Level.INFO)
        properties = jvm.java.util.Properties()
        for name, value in self.properties.items():
            properties.setProperty(name, value)
        try:
            # The driver may have come with --jars: the JVM's own lists of classes and of drivers do not have it then.
            loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
            driver = loader.loadClass(DRIVER).newInstance()
        except _java_error():
            raise JobError(f"driver: expected {DRIVER} among Spark's jars (spark-submit --jars), got none") from None
        try:
            self._connection = driver.connect(url, properties)
        except _java_error() as error:
            raise refusal(_read(error), url) from None
        self._connection.setAutoCommit(False)
        self._connection.setReadOnly(True)
        self._connection.setTransactionIsolation(REPEATABLE_READ)

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._connection.close()
        except _java_error():
            pass  # it is gone already, and with it what it held

    def begin(self) -> str:
        """Begins a new transaction and gives the SQL that puts another session into the same snapshot."""
        self._run("rollback")
        self._run(SESSION.replace("set ", "set local "))
        snapshot = self.value("select pg_export_snapshot()")
        return (
            "set transaction isolation level repeatable read, read only; "
            f"set transaction snapshot '{snapshot}'; {SESSION}"
        )

    def value(self, sql: str, *parameters: str) -> str | None:
        """First column of the first row as text, None where there is no row or no value. Raises SqlError."""
        try:
            statement = self._connection.prepareStatement(sql)
            try:
                for place, parameter in enumerate(parameters, 1):
                    statement.setString(place, parameter)
                rows = statement.executeQuery()
                return rows.getString(1) if rows.next() else None
            finally:
                statement.close()
        except _java_error() as error:
            raise _read(error) from None

    def _run(self, sql: str) -> None:
        try:
            statement = self._connection.createStatement()
            statement.execute(sql)
            statement.close()
        except _java_error() as error:
            raise _read(error) from None


def refusal(error: SqlError, url: str) -> JobError:
    """Why there is no connection."""
    if error.state[:2] == "28":
        return JobError("--secret: expected a username and a password that the database accepts, got refused")
    if error.state == "3D000":
        return JobError(f"--url: expected a database that is there, got {url}")
    return JobError(f"--url: expected a database that answers, got {url}: {error.text}")


def _read(error: Any) -> SqlError:
    return sql_error(error.java_exception) or SqlError("unknown", str(error.java_exception.toString()).split("\n")[0])


def _java_error() -> type[Exception]:
    from py4j.protocol import Py4JJavaError

    return Py4JJavaError


def sql_error(cause: Any) -> SqlError | None:
    """What the driver says, if it is the driver that says it: the first line, without the word before it."""
    if not cause.getClass().getName().startswith("org.postgresql."):
        return None
    text = str(cause.getMessage()).strip().split("\n")[0].removeprefix("ERROR: ").removeprefix("FATAL: ")
    return SqlError(str(cause.getSQLState()), text)
