"""The words that speak for places check themselves: kinds, codes, doubles."""

from collections import Counter

from crawler.enrichment.gazetteer import PLACE_WORDS, WEIGHTS
from indexer.vocabulary.places import PLACE_NAMES, regions
from indexer.vocabulary.tables import listed, rows


def test_every_code_of_the_words_is_known() -> None:
    listed_codes = {code for row in rows(PLACE_WORDS) for code in row[2].split()}

    assert listed_codes <= set(regions())


def test_words_have_a_known_kind_and_stand_once_in_both_lists() -> None:
    seen: Counter[tuple[str, str, str, str]] = Counter()
    for kind, language, codes, _, words in (*rows(PLACE_NAMES), *rows(PLACE_WORDS)):
        assert kind in WEIGHTS
        assert words.strip()
        seen.update((kind, language, codes, word) for word in listed(words))

    assert [key for key, count in seen.items() if count > 1] == []


def test_the_words_say_that_they_are_our_own() -> None:
    assert "own compilation" in PLACE_WORDS.read_text(encoding="utf-8").splitlines()[0]
