"""A PostgreSQL of a test's own, from Debian's packages, on loopback; stopped at will."""

import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

START_S = 60


class NoPostgres(Exception):
    """There is none on this machine, or it cannot be run; says what to do."""


class Postgres:
    """One server. url: of its database, as techwire's setting has it."""

    def __init__(self, programs: Path, folder: Path, port: int, user: str | None) -> None:
        self.url = f"postgresql+psycopg://techwire@127.0.0.1:{port}/postgres"
        self._programs, self._folder, self._user = programs, folder, user
        self._settings = (
            f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        )
        named = ("-U", "techwire", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._run("initdb", "-D", str(folder / "data"), *named)

    def start(self) -> None:
        """Start it; what it held is there again."""
        self._pg_ctl("-l", str(self._folder / "log"), "-o", self._settings, "start")

    def stop(self) -> None:
        """Stop it as a crash does: every connection breaks, open transactions are gone."""
        self._pg_ctl("-m", "immediate", "stop")

    def _pg_ctl(self, *words: str) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-w", *words)

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            (str(self._programs / program), *words),
            check=True,
            user=self._user,
            cwd=self._folder,
            timeout=START_S,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server with an empty database, gone after the block. Raises: NoPostgres."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not programs:
        raise NoPostgres("PostgreSQL is absent: on Debian run apt-get install postgresql")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="techwire-postgres-"))
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    try:
        server = Postgres(Path(programs[-1]).parent, folder, port, user)
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    """Whom to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres") from None
