"""Looking after the index: a new index beside the old, keys, exports.

All of it on a running embedded engine with a master key, as a deployment has it.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import meilisearch
import pytest
from meilisearch.errors import MeilisearchApiError
from sqlalchemy import Engine

from crawler.runs import logs
from indexer.delivery.audit import audit
from indexer.delivery.following import push_once
from indexer.delivery.outbox import Outbox, put
from indexer.delivery.rebuild import needs_rebuild, rebuild
from indexer.foundation.config import Config
from indexer.foundation.database import begin, state_database
from indexer.foundation.errors import ConfigError, NotTheSender
from indexer.search.export import export
from indexer.search.keys import list_keys, search_key, tenant_token
from indexer.search.query import Names, Query
from indexer.search.search_server import SearchServer, search_server
from tests.command_line import Run, command_line
from tests.factories import NOW, a_document
from tests.indexer.embedded.engines import Server, running

MASTER_KEY = "a-master-key-of-the-care-tests"
CHINA = {"lvl0": ["East Asia"], "lvl1": ["East Asia > China"], "lvl2": []}
WHERE = {"one": CHINA, "two": {"lvl0": ["Europe"], "lvl1": [], "lvl2": []}, "three": CHINA}
PLACES = {
    "london": "Europe > United Kingdom > London",
    "kyiv": "Europe > Ukraine > Kyiv",
    "vienna": "Europe > Austria > Vienna",
    "minsk": "Europe > Belarus > Minsk",
    "moscow": "Europe > Russia > Moscow",
    "nicosia": "Europe > Cyprus > Nicosia",
    "jerusalem": "Middle East > Israel > Jerusalem",
    "boston": "North America > United States > Boston",
    "berlin": "Europe > Germany > Berlin",
    "union": "Europe > European Union",
}


@pytest.fixture(scope="module")
def engine_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("care"), key=MASTER_KEY) as found:
        yield found


@pytest.fixture
def state(config: Config) -> Iterator[Engine]:
    with state_database(config.database_url) as engine:
        yield engine


@pytest.fixture
def deployed(
    config: Config, state: Engine, engine_of_all: Server, request: pytest.FixtureRequest
) -> Config:
    """A deployment with an index of its own, into which three documents went."""
    index = f"news-{abs(hash(request.node.name))}"
    found = replace(config, meili_url=engine_of_all.url, meili_key=MASTER_KEY, meili_index=index)
    with begin(state) as connection:
        for name, regions in WHERE.items():
            put(connection, a_document(name, regions=regions), now=NOW)
    assert push_once(found, Outbox(state)).done == 3
    return found


@pytest.fixture
def server(deployed: Config) -> Iterator[SearchServer]:
    with search_server(deployed) as found:
        yield found


def finish(server: SearchServer, task: Any) -> None:
    done = server.client().wait_for_task(task.task_uid, timeout_in_ms=30_000)
    assert done.status == "succeeded", done.error


def test_a_new_index_is_filled_beside_the_old_one_and_searches_see_no_gap(
    deployed: Config, server: SearchServer, state: Engine
) -> None:
    index = server.client().index(deployed.meili_index)
    documents = [{"id": a_document(name).id, "schema": 0} for name in WHERE]
    finish(server, index.update_documents(documents))
    assert needs_rebuild(server, deployed)
    counts: set[int] = set()
    over = threading.Event()

    def look() -> None:
        reader = meilisearch.Client(server.url.reveal(), MASTER_KEY).index(deployed.meili_index)
        while not over.is_set():
            counts.add(len(reader.search("title")["hits"]))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        assert rebuild(server, state, deployed, may_send=lambda: True) == 3
    finally:
        over.set()
        looking.join()

    assert counts == {3}
    assert not needs_rebuild(server, deployed)
    push_once(deployed, Outbox(state))
    assert audit(server, state, deployed).clean
    names = {one.uid for one in server.client().get_indexes()["results"]}
    assert f"{deployed.meili_index}-next" not in names


def test_a_server_that_never_had_the_index_is_filled_from_the_ledger(
    deployed: Config, server: SearchServer, state: Engine
) -> None:
    elsewhere = replace(deployed, meili_index=f"{deployed.meili_index}-anew")

    assert rebuild(server, state, elsewhere, may_send=lambda: True) == 3

    assert len(server.client().index(elsewhere.meili_index).search("")["hits"]) == 3


def test_who_lost_the_sender_s_right_meanwhile_leaves_the_old_index_as_it_is(
    deployed: Config, server: SearchServer, state: Engine
) -> None:
    before = server.client().get_index(deployed.meili_index).created_at

    with pytest.raises(NotTheSender, match="the old index stays"):
        rebuild(server, state, deployed, may_send=lambda: False)

    assert server.client().get_index(deployed.meili_index).created_at == before


def test_a_search_key_searches_its_index_and_does_nothing_else(
    deployed: Config, server: SearchServer
) -> None:
    key = search_key(server, deployed.meili_index, name="page")

    assert ("page", key) in [(one.name, one.key) for one in list_keys(server)]
    reader = meilisearch.Client(server.url.reveal(), key).index(deployed.meili_index)
    assert len(reader.search("")["hits"]) == 3
    with pytest.raises(MeilisearchApiError, match="invalid"):
        reader.get_documents()


def test_a_tenant_token_sees_one_region_until_it_ends(
    deployed: Config, server: SearchServer
) -> None:
    china = Names().understood({"region": ["china"]}, exactly=True)

    def hits(expires: datetime) -> list[str]:
        token = tenant_token(server, deployed.meili_index, china, expires=expires)
        reader = meilisearch.Client(server.url.reveal(), token).index(deployed.meili_index)
        return sorted(hit["title"] for hit in reader.search("")["hits"])

    soon = datetime.now(UTC) + timedelta(hours=1)
    assert hits(soon) == ["Title of one", "Title of three"]


@pytest.fixture
def techwire(
    deployed: Config,
    state: Engine,
    own_settings: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Runs a command line of a deployment with a story from each of `PLACES`."""
    monkeypatch.setattr(logs, "set_up_logs", lambda _console: None)
    for name, value in {
        "TECHWIRE_HOME": str(deployed.home),
        "MEILI_URL": str(deployed.meili_url),
        "MEILI_MASTER_KEY": MASTER_KEY,
        "MEILI_INDEX": deployed.meili_index,
    }.items():
        monkeypatch.setenv(name, value)
    outbox = Outbox(state)
    with begin(state) as connection:
        for name, path in PLACES.items():
            put(connection, a_document(name, title=name, regions=regions_at(path)), now=NOW)
    assert push_once(deployed, outbox).done == len(PLACES)

    return command_line(monkeypatch, capsys)


def regions_at(path: str) -> dict[str, list[str]]:
    steps = path.split(" > ")
    return {
        f"lvl{level}": [" > ".join(steps[: level + 1])] if level < len(steps) else []
        for level in range(3)
    }


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("UK", ["london"]),
        ("us", ["boston"]),
        ("USA", ["boston"]),
        ("eu", ["union"]),
        ("Deutschland", ["berlin"]),
        ("Europe > Ukraine", ["kyiv"]),
    ],
)
def test_a_tenant_token_sees_what_its_name_means_and_nothing_else(
    techwire: Run, deployed: Config, name: str, seen: list[str]
) -> None:
    code, out, err = techwire("keys", "tenant", "--region", name)

    assert code == 0
    assert err.startswith("the token sees ")
    reader = meilisearch.Client(str(deployed.meili_url), out.strip())
    hits = reader.index(deployed.meili_index).search("", {"limit": 99})["hits"]
    assert [hit["title"] for hit in hits] == seen


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--region", "Georgia"), "region 'Georgia' may be Europe > Georgia; or the US state"),
        (("--region", "Jersey"), "region 'Jersey' may be Europe > Jersey; or New Jersey"),
        (("--region", "Birmingham"), "may be Europe > United Kingdom > Birmingham; or North"),
        (("--region", "UK", "--region", "Ukrai"), "did you mean Europe > Ukraine"),
        (("--region", ""), "no region like ''"),
        (("--topic", "rail"), "no topic like 'rail'"),
        ((), "name a --region or a --topic"),
    ],
)
def test_no_token_is_made_of_a_name_that_is_not_clear(
    techwire: Run, words: tuple[str, ...], said: str
) -> None:
    code, out, err = techwire("keys", "tenant", *words)

    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_an_export_writes_the_documents_a_filter_lets_through(
    server: SearchServer, deployed: Config, tmp_path: Path
) -> None:
    target = tmp_path / "china.jsonl"

    china = Names().understood({"region": ["china"]})
    written = export(server, deployed.meili_index, Query(names=china), target)

    records = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert written == 2
    assert {record["title"] for record in records} == {"Title of one", "Title of three"}
    assert records[0]["regions"] == CHINA


def test_an_export_to_parquet_holds_the_same(
    server: SearchServer, deployed: Config, tmp_path: Path
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    target = tmp_path / "all.parquet"

    assert export(server, deployed.meili_index, Query(), target) == 3

    rows = parquet.read_table(target).to_pylist()
    assert {row["title"] for row in rows} == {f"Title of {name}" for name in WHERE}
    assert {type(row["published_at"]) for row in rows} == {int}
    assert json.loads(rows[0]["regions"])["lvl0"] in (["East Asia"], ["Europe"])


def test_an_export_to_another_kind_of_file_says_which_are_written(
    server: SearchServer, deployed: Config, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"end the name in \.jsonl or \.parquet"):
        export(server, deployed.meili_index, Query(), tmp_path / "all.csv")
