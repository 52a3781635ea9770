"""An audit tells what is lost, stale or extra, and nothing of what changes while it looks.

On a running engine with a few thousand documents, as a deployment has it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import meilisearch
import pytest
from sqlalchemy import Engine, select

from crawler.article import Site
from crawler.state import removed, seen
from crawler.state.seen import Outcome
from crawler.state.store import Found, store
from indexer.delivery import ledger
from indexer.delivery.audit import audit, repair
from indexer.delivery.following import follow_outbox, push_once, sole_sender
from indexer.delivery.ledger import DOCUMENTS
from indexer.delivery.outbox import Outbox, put, put_removal
from indexer.delivery.pusher import Pusher
from indexer.delivery.sender import SendingRight
from indexer.foundation.config import Config
from indexer.foundation.database import begin, connect
from indexer.foundation.errors import NotTheSender
from indexer.search.search_server import SearchServer, search_server
from tests.factories import NOW, a_document, an_article, an_entry, some_facets
from tests.indexer.embedded.engines import Server, running

MASTER_KEY = "a-master-key-of-the-audit-tests"
MANY = 3_000  # three pages of the index


@pytest.fixture(scope="module")
def engine_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("audit"), key=MASTER_KEY) as found:
        yield found


@pytest.fixture
def deployed(config: Config, engine_of_all: Server, request: pytest.FixtureRequest) -> Config:
    """A deployment with an index of its own."""
    index = f"news-{abs(hash(request.node.name))}"
    return replace(config, meili_url=engine_of_all.url, meili_key=MASTER_KEY, meili_index=index)


@pytest.fixture
def state(deployed: Config) -> Iterator[Engine]:
    engine = connect(deployed.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def server(deployed: Config) -> Iterator[SearchServer]:
    with search_server(deployed) as found:
        yield found


@dataclass(frozen=True)
class Watched:
    """A search server; `meanwhile` happens before its index is read, the first time only or ever.

    An audit has read the ledger by then.
    """

    server: SearchServer
    meanwhile: Callable[[], object]

    @property
    def url(self) -> str:
        return self.server.url

    def client(self) -> meilisearch.Client:
        self.meanwhile()
        return self.server.client()


def keep(state: Engine, *names: str, **changes: Any) -> list[str]:
    documents = [a_document(name, **changes) for name in names]
    with begin(state) as connection:
        for document in documents:
            put(connection, document, now=NOW)
    return [document.id for document in documents]


def drop(state: Engine, *names: str) -> None:
    with begin(state) as connection:
        for name in names:
            put_removal(connection, a_document(name).id, now=NOW)


def send(deployed: Config, state: Engine) -> None:
    report = push_once(deployed, Outbox(state))
    assert (report.kept, report.error) == (0, None)


def finish(server: SearchServer, task: Any) -> None:
    done = server.client().wait_for_task(task.task_uid, timeout_in_ms=30_000)
    assert done.status == "succeeded", done.error


def in_ledger(state: Engine) -> set[str]:
    with begin(state) as connection:
        return set(connection.scalars(select(DOCUMENTS.c.document_id)))


def in_index(server: SearchServer, deployed: Config) -> set[str]:
    index = server.client().index(deployed.meili_index)
    found = index.get_documents({"limit": 100_000, "fields": ["id"]})
    return {document.id for document in found.results}


@contextmanager
def beside(work: Callable[[threading.Event], object]) -> Iterator[None]:
    """Run something in a thread until the block ends; what it raises, this raises."""
    over, troubles = threading.Event(), list[BaseException]()

    def run() -> None:
        try:
            work(over)
        except BaseException as error:  # noqa: BLE001 -- raised below
            troubles.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    for trouble in troubles:
        raise trouble


def test_an_index_that_holds_the_ledger_is_clean(
    deployed: Config, state: Engine, server: SearchServer
) -> None:
    keep(state, "one", "two")
    send(deployed, state)
    keep(state, "three")

    found = audit(server, state, deployed)

    assert (found.documents, found.waiting, found.clean) == (3, 1, True)


def test_what_is_missing_stale_and_extra_is_found_and_a_repair_mends_it(
    deployed: Config, state: Engine, server: SearchServer
) -> None:
    one, two, _ = keep(state, "one", "two", "three")
    send(deployed, state)
    index = server.client().index(deployed.meili_index)
    stranger = a_document("stranger").id
    finish(server, index.delete_document(one))
    finish(server, index.update_documents([{"id": two, "revision": 7, "title": "Old"}]))
    finish(server, index.add_documents([{"id": stranger, "revision": 1, "title": "Who?"}]))

    found = audit(server, state, deployed)

    assert (found.missing, found.stale, found.extra) == ((one,), (two,), (stranger,))
    assert repair(state, found, may_send=lambda: True) == 3
    send(deployed, state)
    assert audit(server, state, deployed).clean
    assert index.get_document(two).title == "Title of two"


def test_what_is_stored_changed_removed_and_sent_while_the_index_is_read_is_not_judged(
    deployed: Config, state: Engine, server: SearchServer
) -> None:
    keep(state, *(f"old-{n}" for n in range(MANY)))
    send(deployed, state)
    rounds = iter(range(9))

    def crawl_on() -> None:
        n = next(rounds)
        keep(state, f"new-{n}", f"newer-{n}")
        keep(state, f"old-{n}", title="Corrected")
        drop(state, f"old-{100 + n}")
        send(deployed, state)
        keep(state, f"old-{200 + n}", title="Waits")

    found = audit(Watched(server, crawl_on), state, deployed)  # type: ignore[arg-type]

    assert next(rounds) >= 2  # it looked again at what differed
    assert found.documents == MANY
    assert (found.missing, found.stale, found.extra) == ((), (), ())


def test_what_is_stored_between_an_audit_and_its_repair_stays(
    deployed: Config, state: Engine, server: SearchServer
) -> None:
    keep(state, "one", "waiting", "sent", "strange")
    send(deployed, state)
    with begin(state) as connection:  # the ledger is of yesterday
        connection.execute(DOCUMENTS.delete().where(DOCUMENTS.c.document_id != a_document().id))
    found = audit(server, state, deployed)
    assert len(found.extra) == 3
    sent = keep(state, "sent")
    send(deployed, state)
    waiting = keep(state, "waiting")

    queued = repair(state, found, may_send=lambda: True)

    send(deployed, state)
    assert queued == 1
    assert in_ledger(state) == in_index(server, deployed) == {a_document().id, *sent, *waiting}
    assert audit(server, state, deployed).clean


def test_nothing_is_lost_while_documents_are_stored_and_sent_beside_audits_and_repairs(
    deployed: Config, state: Engine, server: SearchServer
) -> None:
    keep(state, *(f"old-{n}" for n in range(MANY)))
    send(deployed, state)
    index = server.client().index(deployed.meili_index)
    strange, lost = a_document("stranger").id, a_document("old-7").id
    stored: list[str] = []

    def crawl(over: threading.Event) -> None:
        own = connect(deployed.database_url)
        while not over.wait(0.01):
            stored.extend(keep(own, f"new-{len(stored)}"))
        own.dispose()

    def send_on(over: threading.Event) -> None:
        own = Outbox(connect(deployed.database_url))
        while not over.is_set():
            follow_outbox(deployed, own, over)
        own.engine.dispose()

    judged: set[str] = set()
    with beside(send_on), beside(crawl):
        for _ in range(4):
            finish(server, index.delete_document(lost))
            finish(server, index.add_documents([{"id": strange, "revision": 1}]))
            found = audit(server, state, deployed)
            judged.update(found.missing, found.stale, found.extra)
            with sole_sender(deployed, state) as right:
                repair(state, found, may_send=right.is_sure)
                pusher = Pusher(server, Outbox(state), deployed, may_send=right.is_sure)
                assert pusher.push_pending().error is None

    send(deployed, state)
    found = audit(server, state, deployed)
    assert judged == {lost, strange}
    assert len(stored) > 20
    assert set(stored) <= in_ledger(state) == in_index(server, deployed)
    assert (found.documents, found.clean) == (MANY + len(stored), True)


def test_a_repair_that_may_not_send_says_who_does_and_changes_nothing(
    deployed: Config, state: Engine, server: SearchServer
) -> None:
    keep(state, "one")
    send(deployed, state)
    finish(server, server.client().index(deployed.meili_index).delete_document(a_document().id))
    found = audit(server, state, deployed)

    with (
        SendingRight(state, deployed.meili_index, span_s=30).held(),
        pytest.raises(NotTheSender, match=r"^process \d+ on .+ has been sending to the index"),
        sole_sender(deployed, state, within_s=0.1),
    ):
        pass
    with pytest.raises(NotTheSender):
        repair(state, found, may_send=lambda: False)

    assert len(Outbox(state)) == 0


def test_what_is_removed_as_extra_though_the_crawl_has_seen_it_is_fetched_again(
    deployed: Config, state: Engine, server: SearchServer
) -> None:
    entry = an_entry("one")
    article = an_article("one")
    facets = some_facets()
    found = Found(
        entry=entry,
        site=Site(id="example", name="Example", homepage=""),
        http_status=200,
        articles=((article, facets),),
    )
    store(state, found, now=NOW)
    send(deployed, state)
    with begin(state) as connection:
        (own_id,) = ledger.ids(connection)
        connection.execute(DOCUMENTS.delete())  # as a drop by hand, or an older techwire's repair
        assert seen.pending(connection, "example", now=NOW) == []

    repair(state, audit(server, state, deployed), may_send=lambda: True, memory=removed)
    send(deployed, state)

    assert in_index(server, deployed) == set()
    with begin(state) as connection:
        (waits,) = seen.pending(connection, "example", now=NOW)
        assert waits.url == entry.url
    store(state, found, now=NOW)
    send(deployed, state)
    assert in_index(server, deployed) == {own_id}
    assert audit(server, state, deployed).clean


def test_a_document_dropped_from_quarantine_leaves_the_index_and_says_why(
    deployed: Config, state: Engine, server: SearchServer
) -> None:
    entry, article = an_entry("one"), an_article("one")
    site = Site(id="example", name="Example", homepage="")
    found = Found(entry=entry, site=site, http_status=200, articles=((article, some_facets()),))
    store(state, found, now=NOW)
    send(deployed, state)
    again = replace(found, articles=((replace(article, title="Odd"), some_facets()),))
    store(state, again, now=NOW)
    outbox = Outbox(state)
    outbox.quarantine(outbox.waiting(limit=1, max_bytes=1)[0], "field `x` is no number")

    assert outbox.drop_quarantined(removed) == 1

    send(deployed, state)
    assert in_ledger(state) == in_index(server, deployed) == set()
    with begin(state) as connection:
        assert seen.outcome_counts(connection) == {Outcome.DROPPED: 1}
        reason = connection.scalar(select(seen.SEEN.c.reason))
    assert reason == "refused by the search server: field `x` is no number"
