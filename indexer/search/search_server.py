"""Which search server to speak to, and a client for it.

`MEILI_URL` set: that Meilisearch. Unset: the embedded engine in the data folder, started here as a
process of its own if none runs. The engine watches the lock that its users share and ends itself
when the last of them is gone, so nothing lingers even after a kill -9.
"""

import fcntl
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import meilisearch
import requests
from meilisearch.errors import (
    MeilisearchApiError,
    MeilisearchCommunicationError,
    MeilisearchTimeoutError,
)

from indexer.foundation.addresses import Address
from indexer.foundation.config import Config
from indexer.foundation.errors import SearchError, ServerDown, ServerRefused

MINIMUM_VERSION = (1, 14)  # granular filterable attributes
ENGINE_START_S = 30.0
REQUEST_TIMEOUT_S = 60
FINISHED_TASKS = {"statuses": ["succeeded", "failed", "canceled"]}
UNREADABLE = 3  # exit code of an engine whose store is damaged
MOST_WORDS = 200  # characters of a server's complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchServer:
    """A search server that answered.

    url: without a trailing slash. key: may write to the index. version: as it reports.
    embedded: whether it is the engine in the data folder.
    """

    url: Address
    version: str
    embedded: bool
    key: str | None = field(default=None, repr=False)

    def client(self, **headers: str) -> meilisearch.Client:
        """Meilisearch's official client for this server, with extra headers (`_` for `-`)."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        return meilisearch.Client(
            self.url.reveal(), self.key, timeout=REQUEST_TIMEOUT_S, custom_headers=extra or None
        )


@contextmanager
def search_server(config: Config) -> Iterator[SearchServer]:
    """The configured search server, checked; for the embedded engine also kept alive meanwhile.

    Raises: ServerDown, ServerRefused or SearchError in one line that says what to do.
    """
    if config.meili_url is not None:
        yield check_server(config.meili_url, config.meili_key, embedded=False)
        return
    config.make_home()
    folder = config.engine_dir
    with ExitStack() as stack:
        try:
            folder.mkdir(exist_ok=True)
            lock = stack.enter_context((folder / "users.lock").open("a"))
            fcntl.flock(lock, fcntl.LOCK_SH)
            key = _master_key(folder / "master-key")
            url = Address(_engine_url(folder, key, config.serve_hosts))
        except OSError as error:  # a full disk, say
            raise SearchError(
                f"the embedded engine's folder {folder} cannot be used ({error.strerror}): put "
                "that right, or set TECHWIRE_HOME to another"
            ) from error
        yield check_server(url, key, embedded=True)


def running_server(config: Config) -> SearchServer | None:
    """The configured search server, unchecked; None where it is an engine that does not run."""
    if config.meili_url is not None:
        url: Address | None = config.meili_url
        key = config.meili_key
    else:
        running = _running(config.engine_dir)
        url = Address(running) if running else None
        key = _master_key(config.engine_dir / "master-key") if running else None
    if url is None:
        return None
    return SearchServer(url=url, key=key, version="unknown", embedded=config.meili_url is None)


def check_server(url: Address, key: str | None, *, embedded: bool) -> SearchServer:
    """Ask a server for its version with this key."""
    client = meilisearch.Client(url.reveal(), key, timeout=10)
    with plain_errors(url):
        version = str(client.get_version()["pkgVersion"])
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if numbers < MINIMUM_VERSION:
        least = ".".join(map(str, MINIMUM_VERSION))
        raise SearchError(f"{url} is Meilisearch {version}: techwire needs {least} or newer")
    return SearchServer(url=url, key=key, version=version, embedded=embedded)


def finished_before(moment: datetime) -> dict[str, Any]:
    """What names the finished tasks of before a moment (in UTC) to the server."""
    return {**FINISHED_TASKS, "beforeFinishedAt": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}


def forget_tasks(server: SearchServer, *, before: datetime) -> int:
    """Drop the server's finished tasks of before a moment. Returns: how many."""
    with plain_errors(server.url):
        client = server.client()
        asked = client.delete_tasks(finished_before(before))
        task = client.wait_for_task(asked.task_uid, timeout_in_ms=60_000)
    return int((task.details or {}).get("deletedTasks") or 0)


@contextmanager
def plain_errors(url: Address) -> Iterator[None]:
    """Turn the client's errors into ours, in one line each."""
    try:
        yield
    except MeilisearchApiError as error:
        if error.status_code in (401, 403):
            raise ServerRefused(
                f"{url} refuses the key ({_short(error)}): set MEILI_MASTER_KEY or MEILI_API_KEY "
                "to one that may write to the index, in .env"
            ) from error
        if error.code == "index_not_found":
            raise SearchError(
                f"{url}: {_short(error)} `techwire crawl` makes and fills it; MEILI_INDEX in .env "
                "names another"
            ) from error
        raise SearchError(f"{url} answered {error.status_code}: {_short(error)}") from error
    except (MeilisearchCommunicationError, MeilisearchTimeoutError) as error:
        raise ServerDown(
            f"the search server {url} does not answer: start it, or correct MEILI_URL in .env"
        ) from error
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        raise SearchError(f"{url} does not answer as Meilisearch does: check MEILI_URL") from error


def _short(error: MeilisearchApiError) -> str:
    words, *_ = error.message.split(". Hint: ")  # the client guesses at versions
    return " ".join(words.split())[:MOST_WORDS]  # a proxy's words may be a whole page


def _engine_url(folder: Path, key: str, names: Sequence[str]) -> str:
    with (folder / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one command starts the engine, others wait for it
        return _running(folder) or _started(folder, key, names)


def _started(folder: Path, key: str, names: Sequence[str]) -> str:
    deadline = time.monotonic() + ENGINE_START_S
    while _held(folder / "engine.lock") and time.monotonic() < deadline:
        time.sleep(0.05)  # an engine that is just ending
    log = folder / "engine.log"
    with log.open("ab") as output:
        command = [sys.executable, "-m", "indexer.embedded", "--data", str(folder)]
        command += [f"--serve-host={name}" for name in names]
        process = subprocess.Popen(
            [*command, "--while-locked", str(folder / "users.lock")],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "MEILI_MASTER_KEY": key},
            start_new_session=True,  # Ctrl-C ends the command; the engine follows by the lock
        )
    while process.poll() is None and time.monotonic() < deadline:
        url = _running(folder)
        if url is not None:
            process.returncode = 0  # it may outlive us, and Popen need not warn of that
            return url
        time.sleep(0.05)
    last = " ".join(log.read_text(errors="replace").strip().splitlines()[-1:])
    if process.returncode == UNREADABLE:
        raise SearchError(
            f"the embedded engine did not start ({last}), and then run `techwire index --rebuild`, "
            f"which fills it from what was crawled: see {log}"
        )
    raise SearchError(f"the embedded engine did not start ({last}): see {log}")


def _held(lock_file: Path) -> bool:
    with lock_file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _running(folder: Path) -> str | None:
    try:
        url = str(json.loads((folder / "server.json").read_text())["url"])
        if requests.get(f"{url}/health", timeout=5).ok:
            return url
    except (OSError, ValueError, KeyError, requests.RequestException):
        pass
    return None


def _master_key(path: Path) -> str:
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32))
        try:
            os.link(draft, path)  # the first of two starters wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
