"""What the product relies on, asserted on the embedded engine and on a real Meilisearch alike."""

from collections.abc import Callable
from typing import Any

import meilisearch
import pytest
from meilisearch.errors import MeilisearchApiError

SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["title", "summary", "companies", "text", "authors"],
    "filterableAttributes": [
        {
            "attributePatterns": ["topics.*", "source", "language", "companies"],
            "features": {"facetSearch": True, "filter": {"equality": True, "comparison": False}},
        },
        {
            "attributePatterns": ["published_at", "funding_usd", "outlets"],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": True}},
        },
    ],
    "sortableAttributes": ["published_at"],
    "distinctAttribute": "story_id",
    "faceting": {"maxValuesPerFacet": 200, "sortFacetValuesBy": {"*": "count"}},
}
DOCUMENTS: list[dict[str, Any]] = [
    {
        "id": "a", "title": "Hangzhou startup raises funding", "text": "DeepSeek builds models",
        "topics": {"lvl0": ["AI & ML"], "lvl1": ["AI & ML > Models"]}, "companies": ["DeepSeek"],
        "source": "one", "language": "en", "published_at": 1_700_000_100, "story_id": "s1",
        "funding_usd": 5_000_000, "outlets": 3, "summary": None, "authors": [],
    },
    {
        "id": "b", "title": "Lagos fintech grows", "text": "A payments startup",
        "topics": {"lvl0": ["Fintech", "AI & ML"]}, "companies": [], "source": "two",
        "language": "en", "published_at": 1_700_000_200, "story_id": "s2", "funding_usd": None,
        "outlets": 1, "_geo": {"lat": 6.5, "lng": 3.4},
    },
    {
        "id": "c", "title": "Lagos fintech grows fast", "text": "Same story elsewhere",
        "topics": {"lvl0": ["Fintech"]}, "source": "one", "language": "en",
        "published_at": 1_600_000_000, "story_id": "s2", "outlets": 1,
    },
    {
        "id": "d", "title": "Berlin chip maker", "text": "Wafers", "topics": {"lvl0": ["Chips"]},
        "companies": ["Infineon"], "source": "two", "language": "de",
        "published_at": 1_650_000_000, "story_id": "s4", "outlets": 2,
    },
]  # fmt: skip


@pytest.fixture(scope="module")
def news(make_index: Callable[..., Any]) -> Any:
    return make_index(SETTINGS, DOCUMENTS)


@pytest.fixture(scope="module")
def copies(make_index: Callable[..., Any]) -> Any:
    """Without a distinct attribute, as the news index: its counts do not depend on the page."""
    settings = {name: value for name, value in SETTINGS.items() if name != "distinctAttribute"}
    return make_index(settings, DOCUMENTS)


def ids(answer: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


FILTERS = [
    ('"topics.lvl0" = "AI & ML"', ["a", "b"]),
    ("topics.lvl0 = 'ai & ml'", ["a", "b"]),
    ("topics.lvl0 != Chips", ["a", "b"]),
    ("published_at >= 1700000000", ["a", "b"]),
    ("published_at 1640000000 TO 1660000000", ["d"]),
    ("language IN [de, fr]", ["d"]),
    ("language NOT IN [de, fr]", ["a", "b"]),
    ("outlets IN [2, 3]", ["a", "d"]),
    (f"outlets IN [{', '.join(map(str, range(2, 60)))}]", ["a", "d"]),
    ("funding_usd EXISTS", ["a", "b"]),
    ("funding_usd IS NULL", ["b"]),
    ("funding_usd > 1000000", ["a"]),
    ("companies IS EMPTY", ["b"]),
    ("NOT language = en", ["d"]),
    ("language = de OR (source = two AND outlets = 1)", ["b", "d"]),
    (["language = en", ["source = one", "source = two"]], ["a", "b"]),
    ([["language = de", "companies = deepseek"]], ["a", "d"]),
]


@pytest.mark.parametrize(("wanted", "expected"), FILTERS, ids=[str(one) for one, _ in FILTERS])
def test_a_filter_means_the_same(news: Any, wanted: Any, expected: list[str]) -> None:
    assert sorted(ids(news.search("", {"filter": wanted}))) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("startup", ["a", "b"]), ("statrup", ["a", "b"]), ("hang", ["a"]),
        ('"fintech grows"', ["b"]),
        ("lagos -fast", ["b"]), ("berlin wafers", ["d"]), ("deepseek", ["a"]), ("nothing here", []),
    ],
)  # fmt: skip
def test_a_query_finds_the_same(news: Any, query: str, expected: list[str]) -> None:
    assert ids(news.search(query)) == expected


def test_a_sort_orders_the_same_and_stories_come_once(news: Any) -> None:
    assert ids(news.search("", {"sort": ["published_at:desc"]})) == ["b", "a", "d"]
    assert ids(news.search("", {"sort": ["published_at:asc"]})) == ["c", "d", "a"]


def test_facets_count_the_same(copies: Any) -> None:
    asked = {"facets": ["topics.lvl0", "language", "published_at"], "filter": "language = en"}
    answer = copies.search("", asked)

    assert answer["facetDistribution"]["language"] == {"en": 3}
    assert answer["facetDistribution"]["topics.lvl0"] == {"AI & ML": 2, "Fintech": 2}
    assert answer["facetStats"]["published_at"] == {"min": 1_600_000_000, "max": 1_700_000_200}


def test_facet_values_are_searched_the_same(copies: Any) -> None:
    answer = copies.facet_search("topics.lvl0", "fin")

    assert [(hit["value"], hit["count"]) for hit in answer["facetHits"]] == [("Fintech", 2)]


def test_pages_are_counted_the_same(news: Any) -> None:
    answer = news.search("", {"page": 2, "hitsPerPage": 2})

    assert (answer["totalHits"], answer["totalPages"], len(answer["hits"])) == (3, 2, 1)


def test_stories_asked_for_by_a_search_alone_are_counted_the_same(
    make_index: Callable[..., Any],
) -> None:
    copies = [{"id": number, "story_id": f"s{number % 20}"} for number in range(60)]
    index = make_index({"filterableAttributes": ["story_id"]}, copies)

    answer = index.search("", {"distinct": "story_id", "page": 1, "hitsPerPage": 2})

    assert (len(answer["hits"]), answer["totalHits"], answer["totalPages"]) == (2, 20, 10)


def test_matches_are_highlighted_and_cropped_the_same(news: Any) -> None:
    asked = {
        "attributesToHighlight": ["title"],
        "attributesToCrop": ["title:1"],
        "highlightPreTag": "__ais-highlight__",
        "highlightPostTag": "__/ais-highlight__",
    }
    hit = news.search("raises", asked)["hits"][0]

    assert "__ais-highlight__raises__/ais-highlight__" in hit["_formatted"]["title"]
    assert hit["_formatted"]["title"].count("…") == 2
    assert hit["_formatted"]["published_at"] == "1700000100"


def test_a_threshold_reaches_totals_and_facets_the_same(copies: Any) -> None:
    asked = {"rankingScoreThreshold": 0.7, "facets": ["source"], "page": 1, "hitsPerPage": 5}
    answer = copies.search("lagos fintech fast ", asked)

    assert (ids(answer), answer["totalHits"]) == (["c"], 1)
    assert answer["facetDistribution"]["source"] == {"one": 1}


SPELT = [
    ("wifi", "Wi-Fi"), ("Wi-Fi", "wifi"), ("gpt5", "GPT-5"), ("openai", "Open AI"),
    ("open ai", "OpenAI"), ("für", "fu\u0308r"), ("升级", "系统升級"), ("ilk", "İlk"),
    ("ايران", "إيران"), ("ذكاء", "الذكاء"), ("strasse", "Straße"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "written"), SPELT)
def test_a_word_is_found_the_same_however_it_is_written(
    make_index: Callable[..., Any], typed: str, written: str
) -> None:
    index = make_index({}, [{"id": 1, "title": f"one {written} two"}, {"id": 2, "title": "other"}])

    assert ids(index.search(typed)) == [1]


def test_a_phrase_does_not_cross_a_full_stop_on_either(make_index: Callable[..., Any]) -> None:
    index = make_index({}, [{"id": 1, "title": "Deep. Sea"}, {"id": 2, "title": "Deep sea"}])

    assert ids(index.search('"deep sea"')) == [2]


def test_several_searches_in_one_request_answer_in_order(
    client: meilisearch.Client, news: Any
) -> None:
    queries = [{"indexUid": news.uid, "q": "lagos"}, {"indexUid": news.uid, "q": "berlin"}]
    answer = client.multi_search(queries)

    assert [ids(one) for one in answer["results"]] == [["b"], ["d"]]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"filter": "title = x"}, "invalid_search_filter"),
        ({"filter": "language = "}, "invalid_search_filter"),
        ({"filter": "language > 5"}, "invalid_search_filter"),
        ({"sort": ["title:asc"]}, "invalid_search_sort"),
        ({"sort": ["published_at"]}, "invalid_search_sort"),
        ({"facets": ["title"]}, "invalid_search_facets"),
        ({"limit": -1}, "invalid_search_limit"),
        ({"matchingStrategy": "some"}, "invalid_search_matching_strategy"),
        ({"nonsense": 1}, "bad_request"),
    ],
)
def test_a_wrong_search_is_refused_with_the_same_code(
    news: Any, asked: dict[str, Any], code: str
) -> None:
    with pytest.raises(MeilisearchApiError) as refused:
        news.search("", asked)

    assert refused.value.code == code


def test_a_swap_exchanges_documents_at_once(
    client: meilisearch.Client, make_index: Callable[..., Any]
) -> None:
    old, new = make_index({}, [{"id": 1}]), make_index({}, [{"id": 2}])

    task = client.swap_indexes([{"indexes": [old.uid, new.uid]}])
    assert client.wait_for_task(task.task_uid).status == "succeeded"

    assert (ids(old.search("")), ids(new.search(""))) == ([2], [1])


def test_a_wrong_document_fails_its_task_with_the_same_code(make_index: Callable[..., Any]) -> None:
    index = make_index({}, [{"id": 1}])

    task = index.wait_for_task(index.add_documents([{"id": "not an id"}]).task_uid)

    assert task.status == "failed"
    assert task.error["code"] == "invalid_document_id"
