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
from indexer.foundation.errors import SearchError, UnknownName
from indexer.search.query import MARKS, Names, Query, asking, quoted, run
from indexer.search.search_server import SearchServer, search_server
from indexer.search.understanding import understand
from indexer.vocabulary.sources import KnownSource
from tests.factories import NOW, PUBLISHED, a_document

CHINA = {"lvl0": ["East Asia"], "lvl1": ["East Asia > China"], "lvl2": []}
JAPAN = {"lvl0": ["East Asia"], "lvl1": ["East Asia > Japan"], "lvl2": []}
UK = {"lvl0": ["Europe"], "lvl1": ["Europe > United Kingdom"], "lvl2": []}
UKRAINE = {"lvl0": ["Europe"], "lvl1": ["Europe > Ukraine"], "lvl2": []}
ISRAEL = "Middle East > Israel"
JERUSALEM = {"lvl0": ["Middle East"], "lvl1": [ISRAEL], "lvl2": [f"{ISRAEL} > Jerusalem"]}
AUSTRIA = {"lvl0": ["Europe"], "lvl1": ["Europe > Austria"], "lvl2": []}
US = {"lvl0": ["North America"], "lvl1": ["North America > United States"], "lvl2": []}
EU = {"lvl0": ["Europe"], "lvl1": ["Europe > European Union"], "lvl2": []}
CHIPS = {
    "lvl0": ["Semiconductors & chips"],
    "lvl1": ["Semiconductors & chips > Foundry & manufacturing"],
}
AI = {
    "lvl0": ["Artificial intelligence"],
    "lvl1": ["Artificial intelligence > Foundation models & LLMs"],
}
SOURCES = (KnownSource("example", "Example News"), KnownSource("heise-online", "heise online"))


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
    a_document("small", title="A small firm", companies=["Café Zephyr"]),
    a_document("uk", title="London calls", regions=UK),
    a_document("ukraine", title="Kyiv builds", regions=UKRAINE),
    a_document("jerusalem", title="Jerusalem works", regions=JERUSALEM),
    a_document("austria", title="Vienna funds", regions=AUSTRIA),
    a_document("us", title="Washington rules", regions=US),
    a_document("eu", title="Brussels rules", regions=EU),
    a_document("taiwan-text", title="Taipei", language="zh-Hant"),
    # a value of an older taxonomy, and as many companies as no facet list shows
    a_document("trains", title="Trains", topics={"lvl0": ["Rail"], "lvl1": ["Rail > Trains"]}),
    a_document("crowd", title="Crowd", companies=[f"Firm {number}" for number in range(700)]),
    a_document("another", title="Crowd", companies=[f"Firm {number}" for number in range(600)]),
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
    known = Names(sources=lambda: SOURCES, ask=asking(server, "news"))
    names = known.understood(query.pop("names", {}))
    answer = run(server, "news", Query(names=names, **{"limit": 50, **query}))
    return [hit["url"].rpartition("/")[2] for hit in answer["hits"]]


def refusal(server: SearchServer, kind: str, name: str) -> str:
    with pytest.raises(UnknownName) as caught:
        names_found(server, names={kind: [name]})
    return str(caught.value)


def test_words_find_what_holds_them(server: SearchServer) -> None:
    assert set(names_found(server, words="chip export")) >= {"china-chips", "japan-chips"}
    assert names_found(server, words="xylophone") == []


@pytest.mark.parametrize("name", ["semiconductors", "Semiconductors", "chips", "Halbleiter"])
def test_a_topic_is_found_by_its_names(server: SearchServer, name: str) -> None:
    assert set(names_found(server, names={"topic": [name]})) == {"china-chips", "japan-chips"}


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        ("region", "UK", ["uk"]),
        ("region", "us", ["us"]),
        ("region", "USA", ["us"]),
        ("region", "eu", ["eu"]),
        ("topic", "ai", ["china-ai"]),
        ("language", "zh", ["china-ai", "taiwan-text"]),
    ],
)
def test_a_name_never_finds_what_only_holds_its_letters(
    server: SearchServer, kind: str, name: str, found: list[str]
) -> None:
    assert sorted(names_found(server, names={kind: [name]})) == found


@pytest.mark.parametrize(
    ("kind", "name"),
    [("topic", "semicond"), ("region", "Ukra"), ("region", "usa lem"), ("company", "Caf")],
)
def test_the_beginning_of_a_name_is_no_name(server: SearchServer, kind: str, name: str) -> None:
    assert f"no {kind} like {name!r}" in refusal(server, kind, name)


def test_names_of_one_option_are_or_and_options_are_and(server: SearchServer) -> None:
    both = {"topic": ["chips", "AI > Models"], "region": ["china"]}

    assert set(names_found(server, names=both)) == {"china-chips", "china-ai"}
    assert len(names_found(server, names={"region": ["china", "japan"]})) == 3


def test_the_outer_name_holds_all_within(server: SearchServer) -> None:
    assert len(names_found(server, names={"region": ["east asia"]})) == 3


def test_a_name_with_quotes_is_found(server: SearchServer) -> None:
    company = 'The "Best" \\ Company'

    assert names_found(server, names={"company": [company]}) == ["quoted"]
    assert quoted(company) == '"The \\"Best\\" \\\\ Company"'


@pytest.mark.parametrize("name", ["alchemy", "", '" OR language = "zh', "x" * 999])
def test_an_unknown_name_is_told_with_what_to_write(server: SearchServer, name: str) -> None:
    said = refusal(server, "topic", name)

    assert "no topic like " in said
    assert "write ai, semiconductors" in said
    assert len(said) < 500


def test_a_value_that_only_the_index_has_is_found_whole(server: SearchServer) -> None:
    assert names_found(server, names={"topic": ["rail"]}) == ["trains"]
    assert names_found(server, names={"topic": ["Rail > Trains"]}) == ["trains"]
    assert "no topic like 'Rail > Tra'" in refusal(server, "topic", "Rail > Tra")


@pytest.mark.parametrize("name", ["cafe zephyr", "Café Zephyr", "CAFE ZEPHYR"])
def test_a_company_of_no_list_is_found_in_the_index(server: SearchServer, name: str) -> None:
    assert names_found(server, names={"company": [name]}) == ["small"]


def test_a_company_beyond_the_values_that_a_facet_lists_is_found(server: SearchServer) -> None:
    assert names_found(server, names={"company": ["firm 699"]}) == ["crowd"]
    assert len(names_found(server, names={"company": ["Firm 5"]})) == 2


def test_a_company_nobody_has_named_yet_finds_nothing_and_says_so(server: SearchServer) -> None:
    names = Names(ask=asking(server, "news")).understood({"company": ["Quxolith"]})

    assert names["company"][0].said == "Quxolith as a name that no article has yet"
    assert run(server, "news", Query(names=names))["hits"] == []


def test_a_company_near_one_that_was_named_is_a_slip(server: SearchServer) -> None:
    assert "did you mean Café Zephyr?" in refusal(server, "company", "Cafe Zephir")


def test_a_source_is_found_by_id_and_name_and_by_what_the_index_has(server: SearchServer) -> None:
    assert (
        len(names_found(server, names={"source": ["example"]}, copies=True)) == len(DOCUMENTS) - 1
    )
    assert names_found(server, names={"source": ["other"]}, copies=True) == ["copy"]
    assert "did you mean heise-online?" in refusal(server, "source", "heise")


def test_a_source_that_has_brought_nothing_yet_finds_nothing(server: SearchServer) -> None:
    assert names_found(server, names={"source": ["heise-online"]}) == []
    assert set(names_found(server, names={"source": ["heise-online", "other"]})) == {"copy"}


def test_a_country_without_documents_finds_nothing(server: SearchServer) -> None:
    assert names_found(server, names={"region": ["Tuvalu"]}) == []


def test_a_stage_is_named_as_people_write_it(server: SearchServer) -> None:
    assert names_found(server, names={"stage": ["Series A"]}) == ["round"]


def test_a_name_written_wrong_is_told_with_those_near_it(server: SearchServer) -> None:
    assert "did you mean Semiconductors & chips?" in refusal(server, "topic", "semicondutors")


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
        "Europe > Austria": 1,
        "Europe > European Union": 1,
        "Europe > Ukraine": 1,
        "Europe > United Kingdom": 1,
        "Middle East > Israel": 1,
        "North America > United States": 1,
    }
    assert not run(server, "news", Query()).get("facetDistribution")


def test_found_words_are_marked(server: SearchServer) -> None:
    answer = run(server, "news", Query(words="rules"))

    assert answer["hits"][0]["_formatted"]["title"].endswith(f"{MARKS[0]}rules{MARKS[1]}")


def test_an_index_that_is_not_there_says_what_makes_it(server: SearchServer) -> None:
    with pytest.raises(SearchError, match="techwire crawl"):
        run(server, "nothing", Query())


def test_a_text_of_the_query_language_finds_what_it_asks_for(server: SearchServer) -> None:
    def texts(text: str, **more: Any) -> set[str]:
        wanted = understand(text, Names(sources=lambda: SOURCES), now=NOW).alternatives
        query = Query(alternatives=wanted, limit=100, **more)
        hits = run(server, "news", query)["hits"]
        return {hit["url"].rpartition("/")[2] for hit in hits}

    assert texts("chip topic:chips region:China") == {"china-chips"}
    assert texts("topic:chips -region:China") == {"japan-chips"}
    assert texts("export -chip") in ({"wire"}, {"copy"})
    assert texts("region:UK OR region:Ukraine") == {"uk", "ukraine"}
    assert texts('"chip export rules" OR Brussels OR region:Austria') == {
        *("china-chips", "eu", "austria")
    }
    assert len(texts("wire OR copy")) == 1
    assert texts("wire OR copy", copies=True) == {"wire", "copy"}
