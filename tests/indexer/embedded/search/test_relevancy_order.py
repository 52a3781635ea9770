"""The rules that order what matched: proximity, attributes, sort, position, exactness, custom."""

from typing import Any, NamedTuple

import pytest

from tests.indexer.embedded.engines import Document, Shelf, texts


class Case(NamedTuple):
    """rule: what the documentation says."""

    rule: str
    documents: list[Document]
    query: str
    expected: list[Any]
    settings: dict[str, Any] | None = None
    asked: dict[str, Any] | None = None


def both(*pairs: tuple[str, str]) -> list[Document]:
    """Documents with a title and a text."""
    return [{"id": at, "title": one, "text": two} for at, (one, two) in enumerate(pairs, 1)]


def only(*rules: str) -> dict[str, Any]:
    return {"rankingRules": list(rules)}


RANKED = {"searchableAttributes": ["title", "text"]}
NUMBERS: list[Document] = [
    {"id": 1, "title": "deep", "year": 2020, "name": "b"},
    {"id": 2, "title": "deep", "year": 2026, "name": "a"},
    {"id": 3, "title": "deep"},
    {"id": 4, "title": "deep", "year": 2023, "name": "c"},
]
PROXIMITY = [
    Case("proximity: words side by side first", texts("deep x1 sea", "deep sea"), "deep sea ", [2,
         1]),
    Case("proximity: the closer the better",
         texts("deep x1 x2 sea", "deep x1 sea", "deep sea"), "deep sea ", [3, 2, 1]),
    Case("proximity: in order before the other way round", texts("sea deep", "deep sea"),
         "deep sea ", [2, 1]),
    Case("proximity: the other way round before far apart",
         texts("deep x1 x2 x3 x4 sea", "sea deep"), "deep sea ", [2, 1]),
    Case("proximity: the other way round counts as one word further apart",
         texts("sea x1 x2 deep", "deep x1 x2 sea", "sea x1 deep", "sea deep", "deep x1 sea"),
         "deep sea ", [4, 5, 2, 3, 1], only("words", "proximity")),
    Case("proximity: beyond two words between, distance does not count",
         texts("deep x1 x2 x3 x4 sea", "deep x1 x2 x3 sea", "sea x1 x2 deep"), "deep sea ",
         [1, 2, 3], only("words", "proximity")),
    Case("proximity: all pairs count", texts("deep blue x1 sea", "deep blue sea"),
         "deep blue sea ", [2, 1]),
    Case("proximity: words of one attribute are closer than of two",
         both(("deep", "sea"), ("x1", "deep sea")), "deep sea ", [2, 1],
         {**RANKED, **only("words", "proximity")}),
    Case("proximity: with the last word as a prefix", texts("deep x1 seas", "deep seas"),
         "deep sea", [2, 1]),
    Case("proximity: with a typo", texts("deep x1 x2 ocean", "deep ocean"), "deep ocaen ", [2, 1]),
    Case("proximity: before attributeRank", both(("deep x1 x2 x3 sea", ""), ("", "deep sea")),
         "deep sea ", [2, 1], RANKED),
    Case("proximity: after typo", texts("deep ocaen", "deep x1 x2 ocean"), "deep ocean ", [2, 1]),
    Case("proximity: by attribute, distance does not count",
         texts("deep x1 x2 x3 sea", "deep sea"), "deep sea ", [1, 2],
         {"proximityPrecision": "byAttribute", **only("words", "proximity")}),
    Case("proximity: by attribute, the same attribute is nearer",
         both(("deep", "sea"), ("deep sea", "x1")), "deep sea ", [2, 1],
         {"proximityPrecision": "byAttribute", **RANKED, **only("words", "proximity")}),
]  # fmt: skip
ATTRIBUTES = [
    Case("attributeRank: the earlier attribute first", both(("x1", "deep"), ("deep", "x1")),
         "deep ", [2, 1], RANKED),
    Case("attributeRank: by the order of the settings", both(("x1", "deep"), ("deep", "x1")),
         "deep ", [1, 2], {"searchableAttributes": ["text", "title"]}),
    Case("attributeRank: the best attribute counts", both(("x1", "deep"), ("deep", "deep")),
         "deep ", [2, 1], RANKED),
    Case("attributeRank: of all words", both(("deep", "sea"), ("deep sea", "x1")), "deep sea ",
         [2, 1], {**RANKED, **only("words", "attributeRank")}),
    Case("attributeRank: by the order of the documents' attributes when all are searched",
         both(("x1", "deep"), ("deep", "x1")), "deep ", [2, 1]),
    Case("attributeRank: an attribute that is not searchable finds nothing",
         both(("x1", "deep"), ("deep", "x1")), "deep ", [2], {"searchableAttributes": ["title"]}),
    Case("attribute: the older rule is attributeRank, then position",
         both(("x1", "deep"), ("x1 x2 deep", "x1"), ("deep", "x1")), "deep ", [3, 2, 1],
         {**RANKED, **only("words", "attribute")}),
    Case("attributesToSearchOn: others are not searched", both(("x1", "deep"), ("deep", "x1")),
         "deep ", [1], RANKED, {"attributesToSearchOn": ["text"]}),
    Case("searchable: nested attributes by their path",
         [{"id": 1, "a": {"b": "deep"}}, {"id": 2, "a": {"c": "deep"}}], "deep ", [1],
         {"searchableAttributes": ["a.b"]}),
    Case("searchable: an attribute holds those inside it",
         [{"id": 1, "a": {"b": "deep"}}, {"id": 2, "x": "deep"}], "deep ", [1],
         {"searchableAttributes": ["a"]}),
    Case("searchable: lists of texts", [{"id": 1, "a": ["deep", "sea"]}], "sea ", [1]),
    Case("searchable: lists of objects", [{"id": 1, "a": [{"b": "deep"}, {"b": "sea"}]}], "sea ",
         [1]),
    Case("searchable: numbers", [{"id": 1, "a": 4711}], "4711 ", [1]),
]  # fmt: skip
POSITIONS = [
    Case("wordPosition: earlier first", texts("x1 x2 x3 deep", "deep x1 x2 x3"), "deep ", [2, 1]),
    Case("wordPosition: later words belong later", texts("sea x1 deep", "x1 sea deep"),
         "deep ", [1, 2], only("words")),
    Case("wordPosition: the nearest of several counts", texts("x1 x2 deep deep", "deep x1 x2 deep"),
         "deep ", [2, 1], only("words", "wordPosition")),
    Case("wordPosition: after attributeRank", both(("x1 x2 deep", "x1"), ("x1", "deep")), "deep ",
         [1, 2], RANKED),
    Case("wordPosition: long words count as one", texts(f"{'x' * 90} {'y' * 90} deep",
         f"{'x' * 90} deep {'y' * 90}"), "deep ", [2, 1], only("words", "wordPosition")),
    Case("wordPosition: far behind all is alike", texts("x " * 300 + "deep", "x " * 400 + "deep"),
         "deep ", [1, 2], only("words", "wordPosition")),
]  # fmt: skip
EXACTNESS = [
    Case("exactness: an attribute that is the query first",
         texts("deep sea fish", "deep sea"), "deep sea ", [2, 1]),
    Case("exactness: then one that starts with the query",
         texts("the deep sea", "deep sea fish"), "deep sea ", [2, 1], only("words", "exactness")),
    Case("exactness: words as typed before their beginnings", texts("seas", "sea x1"), "sea",
         [2, 1], only("words", "exactness")),
    Case("exactness: words as typed before typos", texts("ocaen x1", "x1 ocean"), "ocean ",
         [2, 1], only("words", "exactness")),
    Case("exactness: words as typed before synonyms", texts("ocean x1", "x1 sea"), "sea ", [2, 1],
         {"synonyms": {"sea": ["ocean"]}, **only("words", "exactness")}),
    Case("exactness: more of them first", texts("deep oceans", "deep ocean"), "deep ocean", [2, 1],
         only("words", "exactness")),
    Case("exactness: before typo when the settings say so",
         texts("sea star", "x1 x2 sea"), "sea ", [1, 2], only("words", "exactness", "typo")),
]  # fmt: skip
SORTS = [
    Case("sort: ascending, documents without a value last", NUMBERS, "", [1, 4, 2, 3],
         {"sortableAttributes": ["year"]}, {"sort": ["year:asc"]}),
    Case("sort: descending, documents without a value last", NUMBERS, "", [2, 4, 1, 3],
         {"sortableAttributes": ["year"]}, {"sort": ["year:desc"]}),
    Case("sort: texts ascending", NUMBERS, "", [2, 1, 4, 3], {"sortableAttributes": ["name"]},
         {"sort": ["name:asc"]}),
    Case("sort: texts descending", NUMBERS, "", [4, 1, 2, 3], {"sortableAttributes": ["name"]},
         {"sort": ["name:desc"]}),
    Case("sort: texts regardless of case", [{"id": 1, "n": "b"}, {"id": 2, "n": "A"}], "", [2, 1],
         {"sortableAttributes": ["n"]}, {"sort": ["n:asc"]}),
    Case("sort: numbers before texts", [{"id": 1, "n": "b"}, {"id": 2, "n": 7}], "", [2, 1],
         {"sortableAttributes": ["n"]}, {"sort": ["n:asc"]}),
    Case("sort: by a second attribute in ties",
         [{"id": 1, "a": 1, "b": 1}, {"id": 2, "a": 1, "b": 2}, {"id": 3, "a": 0, "b": 0}], "",
         [3, 2, 1], {"sortableAttributes": ["a", "b"]}, {"sort": ["a:asc", "b:desc"]}),
    Case("sort: at its place among the rules, after words",
         [{"id": 1, "title": "deep", "y": 9}, {"id": 2, "title": "deep sea", "y": 1}], "deep sea",
         [2, 1], {"sortableAttributes": ["y"]}, {"sort": ["y:desc"]}),
    Case("sort: as the first rule above all",
         [{"id": 1, "title": "deep", "y": 9}, {"id": 2, "title": "deep sea", "y": 1}], "deep sea",
         [1, 2], {"sortableAttributes": ["y"], **only("sort", "words")}, {"sort": ["y:desc"]}),
    Case("sort: by a nested attribute", [{"id": 1, "a": {"y": 1}}, {"id": 2, "a": {"y": 2}}], "",
         [2, 1], {"sortableAttributes": ["a.y"]}, {"sort": ["a.y:desc"]}),
    Case("custom rule: descending", NUMBERS, "deep ", [2, 4, 1, 3], only("words", "year:desc")),
    Case("custom rule: ascending", NUMBERS, "deep ", [1, 4, 2, 3], only("words", "year:asc")),
    Case("custom rule: orders an empty query too", NUMBERS, "", [2, 4, 1, 3],
         only("words", "year:desc")),
    Case("custom rule: only in ties of the rules before it",
         [{"id": 1, "title": "deep", "y": 9}, {"id": 2, "title": "deep sea", "y": 1}], "deep sea",
         [2, 1], only("words", "y:desc")),
    Case("custom rule: before the rules after it",
         [{"id": 1, "title": "x1 x2 x3 deep", "y": 9}, {"id": 2, "title": "deep", "y": 1}], "deep ",
         [1, 2], only("words", "y:desc", "wordPosition")),
    Case("custom rule: two of them",
         [{"id": 1, "a": 1, "b": 1}, {"id": 2, "a": 1, "b": 2}, {"id": 3, "a": 2, "b": 0}], "",
         [3, 2, 1], only("words", "a:desc", "b:desc")),
    Case("custom rule: texts", NUMBERS, "deep ", [2, 1, 4, 3], only("words", "name:asc")),
    Case("no rule decides: order of arrival", texts("deep", "deep", "deep"), "deep ", [1, 2, 3]),
]  # fmt: skip
OTHERS = [
    Case("synonym: one way", texts("ocean", "sea"), "sea ", [2, 1],
         {"synonyms": {"sea": ["ocean"]}}),
    Case("synonym: not the other way", texts("ocean", "sea"), "ocean ", [1],
         {"synonyms": {"sea": ["ocean"]}}),
    Case("synonym: of several words", texts("san francisco", "sf"), "sf ", [2, 1],
         {"synonyms": {"sf": ["san francisco"]}}),
    Case("synonym: for several words", texts("artificial intelligence", "ai"),
         "artificial intelligence ", [1, 2], {"synonyms": {"artificial intelligence": ["ai"]}}),
    Case("synonym: its words stand side by side", texts("san jose francisco"), "sf ", [],
         {"synonyms": {"sf": ["san francisco"]}}),
    Case("synonym: case does not count", texts("ocean"), "SEA ", [1],
         {"synonyms": {"Sea": ["Ocean"]}}),
    Case("stop words: not looked for", texts("the sea", "the sky"), "the sea ", [1],
         {"stopWords": ["the"]}),
    Case("stop words: need not match", texts("sea", "sky"), "the sea ", [1],
         {"stopWords": ["the"]}),
    Case("stop words: the last word may be the beginning of one", texts("theatre"), "the", [1],
         {"stopWords": ["the"]}),
    Case("stop words: a query of them alone finds everything", texts("the sea", "sky"), "the ",
         [1, 2], {"stopWords": ["the"]}),
    Case("stop words: case does not count", texts("the sea", "sky"), "The sea ", [1],
         {"stopWords": ["the"]}),
    Case("distinct: one document for each value",
         [{"id": 1, "s": "a"}, {"id": 2, "s": "a"}, {"id": 3, "s": "b"}], "", [1, 3],
         {"distinctAttribute": "s"}),
    Case("distinct: the best of them stays",
         [{"id": 1, "t": "x1 deep", "s": 1}, {"id": 2, "t": "deep", "s": 1}], "deep ", [2],
         {"distinctAttribute": "s"}),
    Case("distinct: documents without a value all stay",
         [{"id": 1}, {"id": 2}, {"id": 3, "s": "b"}], "", [1, 2, 3], {"distinctAttribute": "s"}),
    Case("distinct: by the request, over the settings",
         [{"id": 1, "s": 1, "r": 1}, {"id": 2, "s": 2, "r": 1}], "", [1],
         {"distinctAttribute": "s", "filterableAttributes": ["r"]}, {"distinct": "r"}),
    Case("distinct: with a sort, the first in the sort",
         [{"id": 1, "s": 1, "y": 1}, {"id": 2, "s": 1, "y": 2}], "", [2],
         {"distinctAttribute": "s", "sortableAttributes": ["y"]}, {"sort": ["y:desc"]}),
]  # fmt: skip
CASES = [*PROXIMITY, *ATTRIBUTES, *POSITIONS, *EXACTNESS, *SORTS, *OTHERS]


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_matches_are_ordered_by_the_documented_rule(shelf: Shelf, case: Case) -> None:
    index = shelf.index(case.documents, case.settings)

    assert index.ids(case.query, **(case.asked or {})) == case.expected


def test_pages_of_a_long_tie_neither_overlap_nor_miss_a_document(shelf: Shelf) -> None:
    index = shelf.index(
        [{"id": at, "title": "deep", "day": at % 3} for at in range(300)],
        {"rankingRules": ["words", "day:desc"]},
    )

    pages = [index.ids("deep", offset=at, limit=20) for at in range(0, 300, 20)]

    found = [one for page in pages for one in page]
    assert sorted(found) == list(range(300))
    assert [one % 3 for one in found] == sorted((at % 3 for at in range(300)), reverse=True)


def test_the_newest_of_very_many_ties_come_first(shelf: Shelf) -> None:
    index = shelf.index(
        [{"id": at, "title": "deep sea", "day": (at * 7919) % 6_000} for at in range(6_000)],
        {"rankingRules": ["words", "typo", "day:desc"]},
    )

    days = [hit["day"] for hit in index.search("deep sea ", limit=10)["hits"]]

    assert days == list(range(5_999, 5_989, -1))


@pytest.mark.parametrize("distinct", [None, "s"])
def test_what_stays_below_a_threshold_is_neither_counted_nor_shown(
    shelf: Shelf, distinct: str | None
) -> None:
    documents = [
        {"id": at, "title": "deep sea" if at % 3 == 0 else "deep", "kind": f"k{at % 3}", "s": at}
        for at in range(90)
    ]
    index = shelf.index(documents, {"filterableAttributes": ["kind", "s"]})
    asked = {"rankingScoreThreshold": 0.6, "facets": ["kind"], "distinct": distinct}

    found = index.search("deep sea ", hitsPerPage=20, page=2, showRankingScore=True, **asked)
    none = index.search("deep sea ", **{**asked, "rankingScoreThreshold": 1.0, "filter": "s = 1"})

    assert [hit["id"] for hit in found["hits"]] == list(range(60, 90, 3))
    assert all(hit["_rankingScore"] >= 0.6 for hit in found["hits"])
    assert (found["totalHits"], found["totalPages"]) == (30, 2)
    assert found["facetDistribution"] == {"kind": {"k0": 30}}
    assert (none["hits"], none["estimatedTotalHits"]) == ([], 0)


def test_the_details_of_a_score_count_words_and_typos(shelf: Shelf) -> None:
    index = shelf.index(texts("phine charger", "phone"))

    one, other = (
        hit["_rankingScoreDetails"]
        for hit in index.search("phone charger ", showRankingScoreDetails=True)["hits"]
    )

    assert one["words"] == {"order": 0, "matchingWords": 2, "maxMatchingWords": 2, "score": 1.0}
    assert (one["typo"]["typoCount"], one["typo"]["maxTypoCount"]) == (1, 2)
    assert (other["words"]["score"], other["typo"]["typoCount"]) == (0.5, 0)
