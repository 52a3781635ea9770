"""`techwire watch` as an operator runs it: started, asked, stopped, killed, doubled."""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from crawler.demo import Newsroom
from crawler.urls import document_id
from tests.journeys.program import Program, sources_toml
from tests.loopback import Answer, Asked, closed_port, serving

PATIENCE_S = 90.0
STORY = "\n\n".join(
    f"Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
    "with semiconductor tools from two suppliers and a budget of $900 million."
    for n in range(6)
)


@contextlib.contextmanager
def watching(program: Program, *words: str) -> Iterator["subprocess.Popen[str]"]:
    process = program.start("watch", *words, "--no-index")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(what: Callable[[], Any], process: "subprocess.Popen[str]") -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OperationalError, ProgrammingError):  # no tables yet
            if found := what():
                return found
        if process.poll() is not None:
            pytest.fail(f"the watch ended: {process.communicate()[1]}")
        time.sleep(0.1)
    raise AssertionError(f"not within {PATIENCE_S} s")


def ask(program: Program, query: str) -> list[Any]:
    url = program.settings.get("TECHWIRE_DATABASE_URL")
    engine = create_engine(url or f"sqlite:///{program.home / 'techwire.db'}?timeout=20")
    try:
        with engine.begin() as connection:
            result = connection.execute(text(query))
            return [tuple(row) for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def all_settled(program: Program, sources: int) -> bool:
    asked = ask(program, "SELECT count(*) FROM schedule WHERE asked_at > 0 AND owner IS NULL")
    waiting = ask(program, "SELECT count(*) FROM seen WHERE outcome = 'found'")
    return bool(asked[0][0] == sources and waiting[0][0] == 0)


def a_day_passes(program: Program) -> None:
    ask(program, "UPDATE paces SET due_at = 0, asked_at = asked_at - 86400")
    ask(program, "UPDATE schedule SET due_at = 0, lease_until = lease_until - 86400")


@pytest.fixture
def shared(program: Program, database_url: str) -> Program:
    """A deployment on either database, as several machines would share it."""
    return Program(program.home, {**program.settings, "TECHWIRE_DATABASE_URL": database_url})


@pytest.fixture
def one_source(newsroom: Newsroom, tmp_path: Path) -> str:
    path = tmp_path / "one.toml"
    path.write_text(sources_toml(newsroom, newsroom.sites[0].id))
    return str(path)


@pytest.fixture
def some_sources(newsroom: Newsroom, tmp_path: Path) -> str:
    path = tmp_path / "some.toml"
    path.write_text(sources_toml(newsroom, *(site.id for site in newsroom.sites[:4])))
    return str(path)


def test_a_watch_finds_what_is_there_and_what_comes_later_and_ends_when_told(
    newsroom: Newsroom, program: Program, one_source: str
) -> None:
    port = closed_port()
    metrics = f"127.0.0.1:{port}"
    with watching(program, "--sources", one_source, "--metrics", metrics) as process:
        wait_for(lambda: all_settled(program, 1), process)
        late = newsroom.publish(newsroom.sites[0].id, title="Orbisil opens plants", text=STORY)
        a_day_passes(program)
        own_id = document_id(late.url)
        wait_for(
            lambda: ask(program, f"SELECT 1 FROM documents WHERE document_id = '{own_id}'"), process
        )
        with urllib.request.urlopen(f"http://{metrics}/metrics", timeout=10) as answer:
            numbers = answer.read().decode()
        with urllib.request.urlopen(f"http://{metrics}/healthz", timeout=10) as answer:
            health = json.load(answer)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        _, said = process.communicate(timeout=20)

    assert process.returncode == 0, said
    assert time.monotonic() - began < 8
    assert ask(program, "SELECT owner FROM schedule") == [(None,)]
    stored = ask(program, "SELECT count(*) FROM documents")[0][0]
    assert health == {"status": "ok"}
    assert f"techwire_stored_total {float(stored)}" in numbers
    assert 'techwire_sources{state="ok"} 1.0' in numbers
    assert 'name="techwire_' not in numbers


def test_a_host_that_never_finishes_its_answer_does_not_hold_up_the_end(
    program: Program, tmp_path: Path
) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path != "/robots.txt":
            time.sleep(40)
        return Answer(status=404)

    with serving(answer) as site:
        sources = tmp_path / "slow.toml"
        sources.write_text(
            f'[[source]]\nid = "slow"\nname = "Slow"\nhomepage = "{site.url}/"\n'
            f'feeds = ["{site.url}/feed"]\n'
        )
        with watching(program, "--sources", str(sources), "--metrics", "off") as process:
            wait_for(lambda: site.requests_for("/feed"), process)
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            _, said = process.communicate(timeout=30)

    assert process.returncode == 0, said
    assert time.monotonic() - began < 12
    assert ask(program, "SELECT owner FROM schedule") == [(None,)]


def test_killed_in_the_middle_another_watcher_takes_over_and_nothing_is_lost(
    newsroom: Newsroom, shared: Program, some_sources: str
) -> None:
    words = ("--sources", some_sources, "--metrics", "off")
    with watching(shared, *words) as first:
        wait_for(lambda: ask(shared, "SELECT 1 FROM documents LIMIT 1"), first)
    assert ask(shared, "SELECT 1 FROM schedule WHERE owner IS NOT NULL LIMIT 1")
    with watching(shared, *words) as second:
        wait_for(lambda: all_settled(shared, 4), second)

    settled = {row[0]: row[1] for row in ask(shared, "SELECT url_id, outcome FROM seen")}
    asked = {site.id for site in newsroom.sites[:4]}
    articles = [a for a in newsroom.articles if a.kind == "article" and a.site_id in asked]
    listed = {document_id(article.url) for article in articles}
    assert {settled.get(own_id, "never found") for own_id in listed} <= {"stored", "dropped"}


def test_two_watchers_share_the_work_and_fetch_no_page_twice(
    newsroom: Newsroom, shared: Program, some_sources: str
) -> None:
    words = ("--sources", some_sources, "--metrics", "off")
    with watching(shared, *words) as first, watching(shared, *words) as second:
        wait_for(lambda: all_settled(shared, 4), first)
        assert second.poll() is None
    articles = {article.url for article in newsroom.articles}
    asked = Counter(request.url for request in newsroom.requests if request.url in articles)

    assert asked
    assert {url: times for url, times in asked.items() if times > 1} == {}


def test_status_and_why_tell_what_the_watch_did(
    newsroom: Newsroom, program: Program, one_source: str
) -> None:
    never = program.json("status", "--sources", one_source)
    assert never["counts"]["new"] == 1
    with watching(program, "--sources", one_source, "--metrics", "off") as process:
        wait_for(lambda: all_settled(program, 1), process)
    newsroom.set_down(newsroom.sites[0].id)

    status = program.json("status", "--sources", one_source)
    articles = [a for a in newsroom.articles if a.site_id == newsroom.sites[0].id]
    kept = next(a for a in articles if a.kind == "article" and a.robots_allowed)
    closed = next(a for a in articles if not a.robots_allowed)
    account = program.json("why", f"{kept.url}?utm_source=x")
    refused = program.json("why", closed.url)
    unknown = program.run("why", "https://nowhere.example/a")

    assert status["counts"]["ok"] == 1
    assert status["outbox"]["waiting"] > 0
    assert account["state"] == "outbox"
    assert account["topic_phrases"]
    assert refused["state"] == "dropped"
    assert "robots" in refused["seen"]["reason"]
    assert unknown.returncode == 1
    assert "never found" in unknown.stdout
    assert json.dumps(account)


def test_up_keeps_everything_running_and_ends_it_all_at_one_word(
    newsroom: Newsroom, program: Program, one_source: str
) -> None:
    page = f"http://127.0.0.1:{closed_port()}"
    words = ("--sources", one_source, "--metrics", "off", "--port", page.rpartition(":")[2])
    process = program.start("up", *words)
    try:
        wait_for(lambda: _searchable(page) > 0, process)
        for child in _children(process.pid, "watch"):
            os.kill(child, signal.SIGKILL)
        late = newsroom.publish(newsroom.sites[0].id, title="Orbisil opens plants", text=STORY)
        a_day_passes(program)
        own_id = document_id(late.url)
        query = f"SELECT 1 FROM documents WHERE document_id = '{own_id}' AND task_uid >= 0"
        wait_for(lambda: ask(program, query), process)
        with urllib.request.urlopen(f"{page}/api/coverage", timeout=10) as answer:
            told = json.load(answer)["sources"]
        children = _children(process.pid, "")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()

    assert process.returncode == 0, said
    assert [source["state"] for source in told] == ["ok"]
    assert "started again" in said
    assert [pid for pid in children if _lives(pid)] == []


def _searchable(page: str) -> int:
    query = json.dumps({"queries": [{"indexUid": "news", "q": ""}]}).encode()
    asked = urllib.request.Request(
        f"{page}/api/multi-search", query, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return int(json.load(answer)["results"][0]["estimatedTotalHits"])
    except OSError:
        return 0


def _children(parent: int, word: str) -> list[int]:
    listed = subprocess.run(
        ["ps", "--ppid", str(parent), "-o", "pid=,args="], capture_output=True, text=True
    )
    lines = [line.split(None, 1) for line in listed.stdout.splitlines()]
    return [int(pid) for pid, args in lines if f"crawler.cli.supervised {word}" in args]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
