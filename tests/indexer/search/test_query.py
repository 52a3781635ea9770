"""Searches from the command line, on the embedded engine: facet names, dates, copies, order."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from indexer.delivery.outbox import Outbox, put
from indexer.delivery.pusher import Pusher
from indexer.foundation.config import Config
from indexer.foundation.database import begin, connect
from indexer.foundation.errors import SearchError
from indexer.search.query import MARKS, Query, quoted, run
from indexer.search.search_server import SearchServer, search_server
from tests.factories import NOW, PUBLISHED, a_document

CHINA = {"lvl0": ["East Asia"], "lvl1": ["East Asia > China"], "lvl2": []}
JAPAN = {"lvl0": ["East Asia"], "lvl1": ["East Asia > Japan"], "lvl2": []}
CHIPS = {"lvl0": ["Chips"], "lvl1": ["Chips > Semiconductors"]}
AI = {"lvl0": ["AI"], "lvl1": ["AI > Models"]}


def at(**ago: int) -> dict[str, int]:
    moment = int((PUBLISHED - timedelta(**ago)).timestamp())
    return {"published_at": moment, "published_day": moment - moment % 86_400}


DOCUMENTS = (
    a_document("china-chips", title="Chip export rules", topics=CHIPS, regions=CHINA, **at(days=1)),
    a_document("japan-chips", title="Chip export grows", topics=CHIPS, regions=JAPAN, **at(days=3)),
    a_document("china-ai", title="A model opens", topics=AI, regions=CHINA, language="zh"),
    a_document("wire", title="Wire on export", story_id="s", **at(hours=2)),
    a_document("copy", title="Copy on export", story_id="s", source="other", **at(hours=1)),
    a_document("round", title="A round", funding_stage="series-a"),
    a_document("quoted", title="Name", companies=['The "Best" \\ Company']),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchServer]:
    """The embedded engine with these documents."""
    home: Path = tmp_path_factory.mktemp("query")
    config = Config(home=home, database_url=f"sqlite:///{home / 'techwire.db'}")
    engine = connect(config.database_url)
    with begin(engine) as connection:
        for document in DOCUMENTS:
            put(connection, document, now=NOW)
    with search_server(config) as opened:
        pusher = Pusher(opened, Outbox(engine), config)
        pusher.prepare()
        assert pusher.push_pending().done == len(DOCUMENTS)
        yield opened
    engine.dispose()


def names_found(server: SearchServer, **query: Any) -> list[str]:
    answer = run(server, "news", Query(**query))
    return [hit["url"].rpartition("/")[2] for hit in answer["hits"]]


def test_words_find_what_holds_them(server: SearchServer) -> None:
    assert set(names_found(server, words="chip export")) >= {"china-chips", "japan-chips"}
    assert names_found(server, words="xylophone") == []


@pytest.mark.parametrize("name", ["semiconductors", "Semiconductors", "chips", "semicond"])
def test_a_topic_is_found_by_its_name_or_a_piece_of_it(server: SearchServer, name: str) -> None:
    assert set(names_found(server, names={"topic": [name]})) == {"china-chips", "japan-chips"}


def test_names_of_one_option_are_or_and_options_are_and(server: SearchServer) -> None:
    both = {"topic": ["chips", "ai"], "region": ["china"]}

    assert set(names_found(server, names=both)) == {"china-chips", "china-ai"}
    assert len(names_found(server, names={"region": ["china", "japan"]})) == 3


def test_the_outer_name_holds_all_within(server: SearchServer) -> None:
    assert len(names_found(server, names={"region": ["east asia"]})) == 3


def test_a_name_with_quotes_is_found(server: SearchServer) -> None:
    company = 'The "Best" \\ Company'

    assert names_found(server, names={"company": [company]}) == ["quoted"]
    assert quoted(company) == '"The \\"Best\\" \\\\ Company"'


@pytest.mark.parametrize("name", ["atlantis", "", '" OR language = "zh'])
def test_an_unknown_name_is_told_with_those_there_are(server: SearchServer, name: str) -> None:
    with pytest.raises(SearchError) as caught:
        names_found(server, names={"topic": [name]})

    assert f"no topic like {name!r}; it has: " in str(caught.value)
    assert "Chips" in str(caught.value)


def test_a_stage_is_named_as_people_write_it(server: SearchServer) -> None:
    assert names_found(server, names={"stage": ["Series A"]}) == ["round"]


def test_a_name_written_wrong_is_told_with_those_near_it(server: SearchServer) -> None:
    with pytest.raises(SearchError, match="did you mean Chips > Semiconductors"):
        names_found(server, names={"topic": ["semicondutors"]})


def test_since_and_until_narrow_by_date(server: SearchServer) -> None:
    since = int((PUBLISHED - timedelta(days=2)).timestamp())
    until = int((PUBLISHED - timedelta(minutes=90)).timestamp())

    assert "japan-chips" not in names_found(server, since=since)
    found = names_found(server, since=since, until=until, copies=True)
    assert set(found) == {"china-chips", "wire"}


def test_the_newest_come_first_when_asked(server: SearchServer) -> None:
    found = names_found(server, words="export", newest=True, copies=True)

    assert found == ["copy", "wire", "china-chips", "japan-chips"]


def test_a_story_shows_one_copy_unless_all_are_asked(server: SearchServer) -> None:
    one = set(names_found(server, words="on export")) & {"wire", "copy"}

    assert len(one) == 1
    assert {"wire", "copy"} <= set(names_found(server, words="on export", copies=True))


def test_facets_are_counted_when_asked(server: SearchServer) -> None:
    answer = run(server, "news", Query(facets=True, copies=True))

    assert answer["facetDistribution"]["regions.lvl1"] == {
        "East Asia > China": 2,
        "East Asia > Japan": 1,
    }
    assert not run(server, "news", Query()).get("facetDistribution")


def test_found_words_are_marked(server: SearchServer) -> None:
    answer = run(server, "news", Query(words="rules"))

    assert answer["hits"][0]["_formatted"]["title"].endswith(f"{MARKS[0]}rules{MARKS[1]}")


def test_an_index_that_is_not_there_says_what_makes_it(server: SearchServer) -> None:
    with pytest.raises(SearchError, match="techwire crawl"):
        run(server, "nothing", Query())
