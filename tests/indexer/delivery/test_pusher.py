"""From outbox to index: what goes in, what is set aside, and what waits for better times."""

import fcntl
import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from indexer.delivery import following
from indexer.delivery.following import follow_outbox, push_once
from indexer.delivery.outbox import Outbox, put, put_removal
from indexer.delivery.pusher import PushReport, push_words
from indexer.foundation.config import Config
from indexer.foundation.database import begin, connect, state_database
from indexer.foundation.errors import SearchError
from indexer.search.index_settings import SEARCHABLE, differing, index_settings
from indexer.search.search_server import SearchServer
from tests.factories import NOW, a_document
from tests.loopback import closed_port
from tests.rounds import Rounds
from tests.search_fake import BROKEN, REFUSED, FakeSearch, Fault, open_search


@pytest.fixture
def search() -> Iterator[FakeSearch]:
    with open_search(FakeSearch()) as opened:
        yield opened


@pytest.fixture
def outbox(config: Config) -> Iterator[Outbox]:
    engine: Engine = connect(config.database_url)
    yield Outbox(engine)
    engine.dispose()


@pytest.fixture
def remote(config: Config, search: FakeSearch) -> Config:
    """The deployment, with this search server."""
    return replace(config, meili_url=search.url)


def put_all(outbox: Outbox, *names: str) -> list[str]:
    documents = [a_document(name) for name in names]
    with begin(outbox.engine) as connection:
        for document in documents:
            put(connection, document, now=NOW)
    return [document.id for document in documents]


def bad_ones(*names: str) -> Any:
    """Refuses a batch with one of these documents in it."""
    bad = {a_document(name).id: name for name in names}

    def fault(records: list[dict[str, Any]]) -> Fault | None:
        found = [bad[record["id"]] for record in records if record["id"] in bad]
        return {**REFUSED, "message": f"document {found[0]} is odd"} if found else None

    return fault


def test_succeeded_tasks_empty_the_outbox(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    ids = put_all(outbox, "one", "two", "three")

    assert push_once(remote, outbox) == PushReport(done=3)

    assert len(outbox) == 0
    assert sorted(search.documents) == sorted(ids)
    one = search.documents[ids[0]]
    assert one == {**a_document("one").as_record(), "revision": one["revision"]}


def test_settings_go_in_before_the_first_document(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    put_all(outbox, "one")
    push_once(remote, outbox)

    kinds = [task["type"] for task in search.tasks]
    assert kinds == ["indexCreation", "settingsUpdate", "documentAdditionOrUpdate"]
    assert search.settings is not None
    assert differing(index_settings(), search.settings) == []


def test_an_index_that_searches_fewer_fields_is_brought_to_ours(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    fewer = [name for name in SEARCHABLE if name != "alternative_titles"]
    search.settings = index_settings() | {"searchableAttributes": fewer}

    push_once(remote, outbox)

    assert search.settings["searchableAttributes"] == list(SEARCHABLE)


def test_an_index_with_our_settings_is_left_alone(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    search.settings = index_settings()

    push_once(remote, outbox)

    assert search.tasks == []


def test_large_outboxes_go_in_few_bounded_batches(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    put_all(outbox, *(str(number) for number in range(10)))

    push_once(replace(remote, push_batch=4), outbox)

    assert [len(batch) for batch in search.batches] == [4, 4, 2]


def test_what_arrives_during_a_push_goes_with_the_next_one(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    put_all(outbox, "one", "two")
    late = iter(("three", "four"))
    search.at_accept = lambda: [put_all(outbox, name) for name in late]

    push_once(remote, outbox)
    assert [len(batch) for batch in search.batches] == [2]
    assert len(outbox) == 2

    push_once(remote, outbox)
    assert [len(batch) for batch in search.batches] == [2, 2]
    assert len(outbox) == 0


def test_a_removal_takes_the_document_out_of_the_index(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    one, two = put_all(outbox, "one", "two")
    push_once(remote, outbox)
    with begin(outbox.engine) as connection:
        put_removal(connection, one, now=NOW)

    assert push_once(remote, outbox) == PushReport(updated=1)

    assert list(search.documents) == [two]


def test_a_changed_document_counts_as_updated(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    put_all(outbox, "one")
    push_once(remote, outbox)
    put_all(outbox, "one", "two")

    assert push_once(remote, outbox) == PushReport(done=1, updated=1)


def test_a_refused_batch_is_halved_until_the_bad_document_stands_alone(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    names = [f"good-{number}" for number in range(9)]
    put_all(outbox, *names, "odd")
    search.fault = bad_ones("odd")

    assert push_once(remote, outbox) == PushReport(done=9, refused=1)

    assert sorted(search.documents) == sorted(a_document(name).id for name in names)
    (held,) = outbox.quarantined()
    assert (held.url, held.error) == ("https://news.example/odd", "document odd is odd")
    assert len(search.batches) <= 2 * 4 + 1  # halving, not one by one


def test_several_bad_documents_are_all_found(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    put_all(outbox, *"abcdefgh")
    search.fault = bad_ones("a", "b", "g")

    assert push_once(remote, outbox) == PushReport(done=5, refused=3)

    assert {held.url[-1] for held in outbox.quarantined()} == set("abg")


def test_a_batch_too_large_for_the_server_goes_in_pieces(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    put_all(outbox, *(str(number) for number in range(20)))
    search.largest_bytes = 1_000

    assert push_once(remote, outbox) == PushReport(done=20)


@pytest.mark.parametrize(
    "fault",
    [
        BROKEN,
        {"type": "internal", "code": "no_space_left_on_device"},
        {"type": "invalid_request", "code": "index_primary_key_already_exists"},
        {"type": "auth", "code": "invalid_api_key"},
    ],
    ids=lambda fault: fault["code"],
)
def test_a_task_that_failed_for_the_servers_own_reason_quarantines_nothing(
    remote: Config, outbox: Outbox, search: FakeSearch, fault: Fault
) -> None:
    put_all(outbox, "one", "two")
    search.fault = lambda _: {**fault, "message": "sorry"}

    report = push_once(remote, outbox)

    assert (report.done, report.refused, report.kept) == (0, 0, 2)
    assert "sorry" in (report.error or "")
    assert outbox.quarantined() == []
    assert "sorry" in (outbox.last_error() or "")
    assert len(search.batches) == 1

    search.fault = lambda _: None
    assert push_once(remote, outbox) == PushReport(done=2)


def test_a_task_that_takes_too_long_keeps_its_documents(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    search.settings = index_settings()
    ids = put_all(outbox, "one")
    search.held.set()

    report = push_once(replace(remote, task_timeout_s=0.05), outbox)

    assert report.kept == 1
    assert "sent again later" in (report.error or "")
    search.held.clear()
    assert push_once(remote, outbox).done == 1
    assert list(search.documents) == ids


def test_a_server_that_is_down_keeps_everything(config: Config, outbox: Outbox) -> None:
    put_all(outbox, "one", "two")

    report = push_once(replace(config, meili_url=f"http://127.0.0.1:{closed_port()}"), outbox)

    assert (report.done, report.kept) == (0, 2)
    assert "does not answer" in (report.error or "")
    assert len(outbox) == 2


def test_a_refused_key_keeps_everything(remote: Config, outbox: Outbox, search: FakeSearch) -> None:
    put_all(outbox, "one")
    search.key = "another"

    report = push_once(replace(remote, meili_key="mine"), outbox)

    assert report.kept == 1
    assert "refuses the key" in (report.error or "")


def test_what_went_in_before_a_failure_is_counted(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    put_all(outbox, *"abcd")
    answers = iter([{**REFUSED, "message": "too odd"}, None, {**BROKEN, "message": "broke"}])
    search.fault = lambda _: next(answers)

    report = push_once(remote, outbox)

    assert (report.done, report.refused, report.kept) == (2, 0, 2)
    assert len(outbox) == 2


def test_following_waits_longer_while_the_server_is_down_and_goes_on_when_it_is_back(
    config: Config, outbox: Outbox
) -> None:
    put_all(outbox, "one")
    port = closed_port()
    stop = Rounds(4)
    told: list[PushReport] = []

    down = replace(config, meili_url=f"http://127.0.0.1:{port}")
    report = follow_outbox(down, outbox, stop, on_progress=told.append)

    waits = [wait or 0.0 for wait in stop.waits]
    assert waits == sorted(set(waits)), "each wait is longer than the one before"
    assert max(waits) <= following.LONGEST_WAIT_S
    assert report.kept == 1
    assert len(told) == 5

    with open_search(FakeSearch(), port=port) as search:
        again = Rounds(2)
        assert follow_outbox(down, outbox, again).done == 1
        assert len(search.documents) == 1
        assert all((wait or 0.0) <= following.LONGEST_REST_S for wait in again.waits)


def test_following_finds_a_server_that_comes_back_in_the_middle(
    config: Config, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PAUSE_S", 0.01)
    put_all(outbox, "one")
    port = closed_port()
    down = replace(config, meili_url=f"http://127.0.0.1:{port}")
    failed = threading.Event()
    stop = threading.Event()
    came_back: list[PushReport] = []

    def on_progress(report: PushReport) -> None:
        if report.error:
            failed.set()
        else:
            came_back.append(report)
            stop.set()

    thread = threading.Thread(
        target=follow_outbox,
        args=(down, outbox, stop),
        kwargs={"on_progress": on_progress},
        daemon=True,
    )
    thread.start()
    assert failed.wait(10)
    with open_search(FakeSearch(), port=port) as search:
        thread.join(20)
        assert len(search.documents) == 1

    assert came_back == [PushReport(done=1)]


def test_a_follower_that_cannot_send_keeps_its_engine(
    config: Config, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PAUSE_S", 0.01)
    put_all(outbox, "one")
    rounds = 3
    stop = Rounds(rounds)
    seen: list[str] = []

    def refuse(server: SearchServer) -> None:
        raise SearchError("tasks do not move")

    def hear(report: PushReport) -> None:
        """Between two rounds nobody else keeps the engine."""
        with (
            (config.engine_dir / "users.lock").open("a") as lock,
            pytest.raises(BlockingIOError),
        ):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        seen.append((config.engine_dir / "server.json").read_text())

    monkeypatch.setattr(following, "must_move", refuse)

    follow_outbox(config, outbox, stop, on_progress=hear)

    assert len(seen) == rounds + 1  # once more after the stop
    assert len(set(seen)) == 1


def test_following_outlives_a_database_that_is_locked_for_a_while(
    remote: Config, search: FakeSearch
) -> None:
    engine = connect(remote.database_url, busy_timeout_s=0.05)
    outbox = Outbox(engine)
    put_all(outbox, "one")
    other = sqlite3.connect(remote.home / "techwire.db")
    other.execute("BEGIN IMMEDIATE")
    told: list[PushReport] = []

    def hear(report: PushReport) -> None:
        told.append(report)
        other.rollback()

    assert follow_outbox(remote, outbox, Rounds(2), on_progress=hear).done == 1

    assert "locked by another process" in (told[0].error or "")
    assert len(search.documents) == 1
    other.close()
    engine.dispose()


def test_following_sends_what_came_before_the_stop(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    stop = Rounds(2)
    put_all(outbox, "one")

    def on_progress(_report: PushReport) -> None:
        if not stop.is_set():
            put_all(outbox, "two")

    assert follow_outbox(remote, outbox, stop, on_progress=on_progress).kept == 0
    assert len(search.documents) == 2


def test_a_kill_between_accepted_and_succeeded_loses_and_doubles_nothing(
    remote: Config, outbox: Outbox, search: FakeSearch
) -> None:
    search.settings = index_settings()
    ids = put_all(outbox, "one", "two")
    accepted = threading.Event()
    search.at_accept = accepted.set
    search.held.set()
    process = multiprocessing.get_context("spawn").Process(target=push_in_a_process, args=[remote])
    process.start()
    try:
        assert accepted.wait(20)
    finally:
        process.kill()
        process.join()
    assert len(outbox) == 2, "accepted is not indexed"

    search.held.clear()
    assert push_once(remote, outbox) == PushReport(done=2)
    assert sorted(search.documents) == sorted(ids)
    assert len(outbox) == 0


def push_in_a_process(config: Config) -> None:
    with state_database(config.database_url) as engine:
        push_once(config, Outbox(engine))


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (PushReport(done=3), "3 documents indexed"),
        (
            PushReport(done=3, refused=1),
            "3 documents indexed, 1 refused (techwire index --quarantine list)",
        ),
        (PushReport(kept=2, error="it is down"), "0 documents indexed, 2 waiting: it is down"),
    ],
)
def test_a_report_is_one_line(report: PushReport, words: str) -> None:
    assert push_words(report) == words
