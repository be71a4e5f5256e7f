"""A PostgreSQL of one's own: the distribution's programs, a temporary folder, a free port of the loopback, passwords.

with Postgres() as postgres:
    postgres.run("create table t (id int)")
    print(postgres.jdbc_url, postgres.user, postgres.password)
"""

from __future__ import annotations

import ctypes
import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 20

# Test data may be lost: no waiting for a disk. What arrives as SQL is written down, for tests that look at it.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "password_encryption": "scram-sha-256",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "2GB",
    "log_statement": "all",
    "log_line_prefix": "%u@%d ",
    "timezone": "Asia/Kolkata",  # none that a test could take for UTC
}


class Postgres:
    """A server that runs inside `with`, with its superuser `owner` and the database `lake`."""

    user = "owner"
    database = "lake"

    def __init__(self) -> None:
        self._bin = find_bin()
        self._account = _unprivileged_account()
        self.password = secrets.token_hex(16)
        self.port = 0
        self._folder = ""
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Postgres:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)  # fast shutdown: connections are cut
            try:
                self._server.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)  # immediate: its children go with it
                self._server.wait()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def jdbc_url(self) -> str:
        return f"jdbc:postgresql://127.0.0.1:{self.port}/{self.database}"

    def run(self, sql: str) -> str:
        """Runs SQL as the superuser and gives what it answers: rows as lines, columns parted by |.
        Raises RuntimeError with PostgreSQL's words."""
        result = subprocess.run(
            [self._program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"],
            input=sql,
            env={
                "PGHOST": "127.0.0.1",
                "PGPORT": str(self.port),
                "PGUSER": self.user,
                "PGPASSWORD": self.password,
                "PGDATABASE": self.database,
                "PGCLIENTENCODING": "UTF8",
                "LC_ALL": "C.UTF-8",
            },
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if result.returncode != 0:
            raise RuntimeError(f"psql: {result.stderr.strip()}")
        return result.stdout.strip()

    def log_size(self) -> int:
        """Bytes of the server's log: what comes behind them is newer."""
        return os.path.getsize(self._log)

    def log(self, since: int = 0) -> str:
        """The server's log from byte `since` on, with each statement that arrived."""
        with open(self._log, "rb") as file:
            file.seek(since)
            return file.read().decode("utf-8", "replace")

    def _start(self) -> None:
        # The account has to get there: a folder below root's own home would not do.
        self._folder = tempfile.mkdtemp(prefix="millrace-postgres-", dir="/tmp" if self._account else None)
        self._log = os.path.join(self._folder, "log")
        secret = os.path.join(self._folder, "password")
        with open(secret, "x", encoding="utf-8") as file:
            file.write(self.password)
        if self._account:
            for path in (self._folder, secret):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)
        data = os.path.join(self._folder, "data")
        self._run_program(
            "initdb", "-D", data, "-U", self.user, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        self._serve(data)
        self._create_database()

    def _serve(self, data: str) -> None:
        self.port = free_port()
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        with open(self._log, "xb") as log:
            self._server = subprocess.Popen(
                [self._program("postgres"), "-D", data, "-p", str(self.port), "-k", "", *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=self._environment(),
                start_new_session=True,  # a Ctrl-C at the test is the test's: it stops the server itself
                preexec_fn=_die_with_parent,
                **self._identity(),
            )

    def _create_database(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                self.database = "postgres"
                self.run("create database lake")
                return
            except RuntimeError as error:
                if self._server is None or self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"postgres: expected it to start, got\n{self.log()}\n{error}") from None
                time.sleep(0.05)
            finally:
                self.database = "lake"

    def _program(self, name: str) -> str:
        return os.path.join(self._bin, name)

    def _run_program(self, name: str, *args: str) -> None:
        result = subprocess.run(
            [self._program(name), *args],
            capture_output=True,
            encoding="utf-8",
            cwd=self._folder,
            env=self._environment(),
            check=False,
            **self._identity(),
        )
        if result.returncode != 0:
            raise RuntimeError(f"{name}: {result.stderr.strip()}")

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TMPDIR": self._folder}

    def _identity(self) -> dict[str, object]:
        """The server refuses to run as root."""
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    """Shuts the server down when the test is killed. Linux alone has it; elsewhere the test has to stop it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def find_bin() -> str:
    """The folder of PostgreSQL's programs: MILLRACE_POSTGRES_BIN, the distribution's newest, or that on PATH."""
    named = os.environ.get("MILLRACE_POSTGRES_BIN")
    installed = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: float(path.split("/")[4]))
    on_path = shutil.which("initdb")
    for folder in [named] if named else [*reversed(installed), *([os.path.dirname(on_path)] if on_path else [])]:
        if os.access(os.path.join(folder, "initdb"), os.X_OK):
            return folder
    raise RuntimeError(
        "postgresql: expected initdb in MILLRACE_POSTGRES_BIN, /usr/lib/postgresql/*/bin or PATH, got none: "
        "apt-get install postgresql"
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _unprivileged_account() -> pwd.struct_passwd | None:
    """Whom the server runs as, where this process is root."""
    return None if os.geteuid() != 0 else pwd.getpwnam("nobody")
