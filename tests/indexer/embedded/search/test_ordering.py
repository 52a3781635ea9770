"""The order of many ties: a page shows what the whole list has there, however it is found."""

import random
from typing import Any

import pytest

from tests.indexer.embedded.engines import Index, Shelf

RULES = ["sort", "words", "typo", "proximity", "attributeRank", "day:desc", "wordPosition",
         "exactness", "at:desc"]  # fmt: skip
COUNT = 4_500


@pytest.fixture(scope="module")
def crowd(shelf: Shelf) -> Index:
    """Thousands of documents that differ little: most have the same words and few days."""
    pick = random.Random(5)
    documents: list[dict[str, Any]] = []
    for number in range(COUNT):
        crowded = pick.random() < 0.5
        day = 7 if crowded else pick.randrange(300)
        documents.append(
            {
                "id": number,
                "title": pick.choice(["chip plant", "chip maker opens plant", "a plant for chips"]),
                "text": pick.choice(["the plant makes chips", "nothing of note", "chip plants"]),
                "day": None if pick.random() < 0.05 else day,
                "at": day * 86_400 + pick.randrange(86_400),
                "place": None if pick.random() < 0.1 else pick.choice("abcdefgh") * 3,
                "rare": f"word{pick.randrange(60)}",
            }
        )
    settings = {
        "searchableAttributes": ["title", "text", "rare"],
        "rankingRules": RULES,
        "sortableAttributes": ["place", "at", "day"],
        "filterableAttributes": ["day", "place"],
        "pagination": {"maxTotalHits": COUNT},
    }
    return shelf.index(documents, settings)


QUESTIONS: list[dict[str, Any]] = [
    {"q": ""},
    {"q": "chip"},
    {"q": "ch"},
    {"q": "chip plant"},
    {"q": "plant word7"},
    {"q": '"chip plant"'},
    {"q": "chip", "sort": ["place:asc"]},
    {"q": "plant chip", "sort": ["place:desc", "day:asc"]},
    {"q": "chip", "filter": "day >= 250"},
    {"q": "chip", "filter": "day = 7"},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_a_page_shows_what_the_whole_list_has_there(crowd: Index, question: dict[str, Any]) -> None:
    whole = crowd.ids(**question, limit=COUNT)

    assert len(set(whole)) == len(whole)
    assert crowd.search(**question)["estimatedTotalHits"] == len(whole)
    for offset, limit in ((0, 20), (20, 20), (400, 3), (3_300, 10)):
        page = crowd.ids(**question, offset=offset, limit=limit)
        assert page == whole[offset : offset + limit]
