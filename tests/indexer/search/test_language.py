"""The query language: how texts are read, and what they ask the server for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.search.language import Kind, read
from indexer.search.query import Names
from indexer.search.understanding import MOST_ALTERNATIVES, Understood, understand
from indexer.vocabulary.sources import KnownSource
from tests.factories import NOW

NAMES = Names(sources=lambda: (KnownSource("heise-online", "heise online"),))
AI = 'topics.lvl0 = "Artificial intelligence"'
UK = 'regions.lvl1 = "Europe > United Kingdom"'
FRANCE = 'regions.lvl1 = "Europe > France"'
NOT_UK = 'regions.lvl1 != "Europe > United Kingdom"'
NOT_AI = 'topics.lvl0 != "Artificial intelligence"'
SEED = 'funding_stage = "seed"'
GERMAN = 'language = "de"'
HEISE = 'source = "heise-online"'
OPENAI = 'companies = "OpenAI"'
NEW_YEAR = "published_at < 1767225600"


def understood(text: str) -> Understood:
    return understand(text, NAMES, now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "chips",
            "chip export rules",
            "C:",
            "C: drive",
            "re:Invent",
            "10:30",
            "a:b",
            ":",
        ),
        *("https://example.com/a?b=c", "http://x", "topic://x", "3:2", "::", "-", ":"),
        *(
            "--flag",
            "e-mail",
            "wi-fi",
            "state-of-the-art",
            "中国 芯片",
            "ذكاء",
            "C++",
            ".NET",
            "AT&T",
        ),
        *(
            '"export rules"',
            '"a" "b"',
            "chips -nvidia",
            'chips -"export rules"',
            '-"a b"',
            "-chips",
        ),
        *(
            "or",
            "a or b",
            "ORACLE",
            "OR",
            "OR chips",
            "chips OR",
            "(chips)",
            "topic:",
            "x topic: ai",
        ),
        *('"topic:ai"', '"a OR b"', '"no end', "author:bob", "sourc:heise", "Title: subtitle", "'"),
    ],
)
def test_words_are_asked_as_they_stand(text: str) -> None:
    (only,) = understood(text).alternatives
    assert (only.words, only.conditions) == (text, ())


@pytest.mark.parametrize(
    ("text", "words", "conditions"),
    [
        ("topic:ai", "", [[AI]]),
        ("Topic:AI", "", [[AI]]),
        ('topic:"artificial intelligence"', "", [[AI]]),
        ("chips topic:ai", "chips", [[AI]]),
        ("topic:ai chips", "chips", [[AI]]),
        ("a topic:ai b", "a b", [[AI]]),
        ('"a b" topic:ai -c', '"a b" -c', [[AI]]),
        ("-topic:ai", "", [NOT_AI]),
        ('-topic:"AI"', "", [NOT_AI]),
        ("region:UK", "", [[UK]]),
        ("country:UK", "", [[UK]]),
        ("city:London", "", [['regions.lvl2 = "Europe > United Kingdom > London"']]),
        ("region:UK region:France", "", [[UK, FRANCE]]),
        ("region:UK OR region:France", "", [[UK, FRANCE]]),
        ("region:UK OR topic:ai", "", [[UK, AI]]),
        ("region:UK topic:ai", "", [[UK], [AI]]),
        ("region:UK -topic:ai", "", [[UK], NOT_AI]),
        ("-region:UK OR topic:ai", "", [[NOT_UK, AI]]),
        ("stage:seed", "", [[SEED]]),
        ("lang:german", "", [[GERMAN]]),
        ("language:de", "", [[GERMAN]]),
        ("source:heise-online", "", [[HEISE]]),
        ('source:"heise online"', "", [[HEISE]]),
        ("company:OpenAI", "", [[OPENAI]]),
        ("before:2026-01-01", "", [[NEW_YEAR]]),
        ("-before:2026-01-01", "", ["published_at >= 1767225600"]),
        ("topic:ai C:", "C:", [[AI]]),
        ("topic:ai 10:30 https://x.y/z", "10:30 https://x.y/z", [[AI]]),
        ("topic:ai 中国", "中国", [[AI]]),
    ],
)
def test_fields_become_filters(text: str, words: str, conditions: list[str | list[str]]) -> None:
    found = understood(text)
    (only,) = found.alternatives
    assert (only.words, list(only.conditions)) == (words, conditions)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a OR b", ["a", "b"]),
        ("a OR b c", ["a c", "b c"]),
        ("c a OR b", ["c a", "c b"]),
        ("a OR b OR c", ["a", "b", "c"]),
        ('a OR "b c"', ["a", '"b c"']),
        ("a OR b c OR d", ["a c", "a d", "b c", "b d"]),
        ("a OR b -c", ["a -c", "b -c"]),
        ("(a OR b) c", ["a c", "b c"]),
        ("a OR b OR", ["a", "b"]),
    ],
)
def test_or_makes_alternatives_of_words(text: str, words: list[str]) -> None:
    assert [one.words for one in understood(text).alternatives] == words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("region:Ukrane", Kind.UNKNOWN),
        ("region:Birmingham", Kind.AMBIGUOUS),
        ("since:soon", Kind.TIME),
        ("topic: ai", Kind.EMPTY),
        ("chips OR", Kind.LONE_OR),
        ('"open', Kind.OPEN_QUOTE),
        ("(a OR b)", Kind.BRACKETS),
        ("word " * 100, Kind.CUT),
        ("a b c d e f g h i j k", Kind.MANY_WORDS),
        ("a OR b", Kind.ESTIMATE),
        (" ".join(f"{n}a OR {n}b" for n in range(9)), Kind.CUT),
    ],
)
def test_what_is_not_taken_as_it_stands_is_told(text: str, kind: Kind) -> None:
    assert kind in [note.kind for note in understood(text).notes]


def test_an_unknown_name_is_told_with_what_is_near() -> None:
    (fault,) = understood("chips region:Ukrane").faults
    assert fault.near == ("Europe > Ukraine",)
    assert fault.said.startswith("region:Ukrane was left out: no region like 'Ukrane'")


def test_a_chip_gives_its_term_up() -> None:
    found = understood('chips topic:ai region:UK OR region:France -"x y"')
    assert [chip.without for chip in found.chips] == [
        'chips region:UK OR region:France -"x y"',
        'chips topic:ai region:France -"x y"',
        'chips topic:ai region:UK -"x y"',
        "chips topic:ai region:UK OR region:France",
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                ["topic:ai", "OR", '"', "-", "(", ":", "region:", "since:7d", "before:"]
            ),
        ),
        max_size=90,
    ).map(" ".join)
)
def test_any_text_is_understood(text: str) -> None:
    found = understood(text)
    assert 1 <= len(found.alternatives) <= MOST_ALTERNATIVES
    if read(text).plain:
        assert found.alternatives[0].words == text[:300]
