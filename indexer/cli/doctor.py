"""What `techwire doctor` looks at: one line a check, and what to do where one fails."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests
from sqlalchemy import Engine

from indexer.delivery.ledger import count, newest_crawl
from indexer.delivery.outbox import Outbox
from indexer.foundation.clock import database_now, latest, span_words
from indexer.foundation.config import Config
from indexer.foundation.database import begin, reading, state_database
from indexer.foundation.errors import ConfigError, IndexerError
from indexer.foundation.times import now_utc
from indexer.search.index_settings import differing, index_settings
from indexer.search.search_server import SearchServer, plain_errors, search_server
from indexer.search.task_queue import task_queue
from indexer.vocabulary import own
from indexer.vocabulary.checking import words_of_it

LEAST_FREE_BYTES = 1_000_000_000
LARGEST_CLOCK_ERROR_S = 30.0
LEAST_POSTGRES = 15  # the oldest the tests run on


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check's end.

    advice: what to do, where it is not well. needed: a crawl or a search fails without it.
    """

    check: str
    well: bool
    words: str
    advice: str = ""
    needed: bool = True


def examine(config: Config) -> Iterator[Finding]:
    """Check everything a crawl and a search need, in the order they need it."""
    yield _python()
    yield _data_folder(config.home)
    yield _disk(config.home)
    yield from _database(config)
    yield from _search(config)
    yield from _own_words(config)
    yield _contact(config)


def _python() -> Finding:
    number = platform.python_version()
    return Finding(
        check="python",
        well=sys.version_info >= (3, 11),
        words=number,
        advice="install Python 3.11 or newer",
    )


def _data_folder(home: Path) -> Finding:
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".doctor-{os.getpid()}"
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        return Finding(
            check="data folder",
            well=False,
            words=f"{home}: {error.strerror}",
            advice="make it writable, or set TECHWIRE_HOME to a folder that is",
        )
    return Finding(check="data folder", well=True, words=str(home))


def _own_words(config: Config) -> Iterator[Finding]:
    """The user's own topics, places and companies, where there are any."""
    own.use(config.home / own.USER_FILE)
    try:
        words = words_of_it()
    except ConfigError as error:
        first, *others = str(error).splitlines()
        advice = "\n".join(others) or "put it right: no crawl and no replay starts with it"
        yield Finding(check="vocabulary", well=False, words=first, advice=advice)
        return
    if words:
        yield Finding(check="vocabulary", well=True, words=words)


def _disk(home: Path) -> Finding:
    try:
        folder = next(path for path in (home, *home.parents) if path.exists())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        words = f"{error.filename}: {error.strerror}"
        return Finding(check="disk", well=False, words=words, advice="let it be looked into")
    return Finding(
        check="disk",
        well=free >= LEAST_FREE_BYTES,
        words=f"{free / 1e9:.1f} GB free",
        advice=f"free some: a crawl wants {LEAST_FREE_BYTES / 1e9:.0f} GB at least",
    )


def _database(config: Config) -> Iterator[Finding]:
    try:
        with state_database(config.database_url, busy_timeout_s=2) as engine:
            yield _tried("database", lambda: _database_itself(engine))
            yield from _stored_times(engine)
    except IndexerError as error:
        yield Finding(check="database", well=False, words=str(error))


def _database_itself(engine: Engine) -> Finding:
    with reading(engine) as connection:
        documents = count(connection)
    with begin(engine):
        pass  # a crawl must be able to: a writer that never ends is trouble
    outbox = Outbox(engine)
    kind, too_old = _kind(engine)
    words = f"{kind}, {documents} documents, {len(outbox)} waiting"
    if too_old:
        return Finding(check="database", well=False, words=words, advice=too_old)
    refused = len(outbox.quarantined())
    return Finding(
        check="database",
        well=not refused,
        words=words + (f", {refused} refused by the search server" if refused else ""),
        advice="see them with `techwire index --quarantine list`",
    )


def _stored_times(engine: Engine) -> Iterator[Finding]:
    """A finding where documents were crawled at a time that is still to come."""
    try:
        with reading(engine) as connection:
            now, newest = database_now(connection), newest_crawl(connection)
    except IndexerError:
        return  # told already
    if newest is not None and newest > latest(now):
        yield Finding(
            check="stored times",
            well=False,
            words=f"documents were crawled up to {span_words(newest - now.timestamp())} from now",
            advice="set this machine's time if it is behind; if it was ahead then, the next crawl "
            "fetches again what is still listed",
            needed=False,
        )


def _kind(engine: Engine) -> tuple[str, str]:
    """The database's name and version, and what to do when that is too old, or nothing."""
    if engine.dialect.name == "sqlite":
        return "sqlite", ""
    numbers = engine.dialect.server_version_info or (0,)
    version = ".".join(map(str, numbers))
    kind = f"PostgreSQL {version} at {engine.url.host or 'this machine'}"
    least = f"update it to {LEAST_POSTGRES} or newer, which techwire is tested with"
    return kind, least if int(numbers[0]) < LEAST_POSTGRES else ""


def _search(config: Config) -> Iterator[Finding]:
    try:
        with search_server(config) as server:
            kind = "embedded engine" if server.embedded else "Meilisearch"
            words = f"{kind} {server.version} at {server.url}"
            yield Finding(check="search server", well=True, words=words)
            yield _tried("search key", lambda: _rights(server, config))
            yield _tried("tasks", lambda: _tasks(server))
            yield _clock(server)
    except IndexerError as error:
        yield Finding(check="search server", well=False, words=str(error))


def _rights(server: SearchServer, config: Config) -> Finding:
    with plain_errors(server.url):
        client = server.client()
        client.get_tasks({"limit": 1})
        indexes = {index.uid for index in client.get_indexes({"limit": 1000})["results"]}
        if config.meili_index not in indexes:
            words = f"may write; index {config.meili_index!r} comes with the first crawl"
            return Finding(check="search key", well=True, words=words)
        settings = client.index(config.meili_index).get_settings()
        unlike = differing(index_settings(), settings)
    return Finding(
        check="search key",
        well=not unlike,
        words=f"may write to index {config.meili_index!r}"
        + (f", whose settings differ: {', '.join(unlike)}" if unlike else ""),
        advice="run `techwire index`, which brings them up to date",
    )


def _tasks(server: SearchServer) -> Finding:
    queue = task_queue(server, now=now_utc())
    return Finding(
        check="tasks",
        well=queue.trouble is None,
        words=queue.words(),
        advice="put that right where the server runs: they go on by themselves, and none is lost",
    )


def _clock(server: SearchServer) -> Finding:
    try:
        answer = requests.get(f"{server.url.reveal()}/health", timeout=5)
        there = parsedate_to_datetime(answer.headers["Date"])
        there = there if there.tzinfo else there.replace(tzinfo=UTC)  # "-0000", RFC 5322, 3.3
    except (requests.RequestException, KeyError, ValueError):
        return Finding(check="clock", well=True, words=f"{now_utc():%Y-%m-%d %H:%M} UTC")
    apart_s = abs((now_utc() - there).total_seconds())
    return Finding(
        check="clock",
        well=apart_s <= LARGEST_CLOCK_ERROR_S,
        words=f"{apart_s:.0f} s apart from the search server's",
        advice="set this machine's time: relative dates are counted from it",
    )


def _contact(config: Config) -> Finding:
    return Finding(
        check="contact",
        well=config.contact is not None,
        words=config.contact or "none in the User-Agent",
        advice="set TECHWIRE_CONTACT, so that publishers can reach you instead of blocking you",
        needed=False,
    )


def _tried(check: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except IndexerError as error:
        return Finding(check=check, well=False, words=str(error))
