"""Answers on a terminal: readable, and nothing of a stranger's page speaks to the terminal."""

import io
from datetime import timedelta
from typing import Any

import pytest

from indexer.foundation.terminal import Terminal
from indexer.search.printing import ago, highlighted, print_answer, span
from indexer.search.query import MARKS
from tests.factories import NOW, PUBLISHED, a_document

BEGIN, END = MARKS


def printed(answer: dict[str, Any], *, terminal: bool = False) -> str:
    out = io.StringIO()
    console = Terminal(file=out, width=200, force_terminal=terminal)
    print_answer(console, answer, now=NOW)
    return out.getvalue()


def a_hit(**changes: Any) -> dict[str, Any]:
    return a_document("one", **changes).as_record()


def test_a_hit_shows_title_source_date_places_and_address() -> None:
    hit = a_hit(
        outlets=3,
        topics={"lvl0": ["Chips"], "lvl1": ["Chips > Memory"]},
        regions={"lvl0": ["Asia"], "lvl1": ["Asia > China"], "lvl2": ["Asia > China > Hangzhou"]},
    )

    lines = printed({"hits": [hit], "estimatedTotalHits": 41, "processingTimeMs": 3}).splitlines()

    assert lines[0] == " 1. Title of one"
    for part in ("Example News", "1 d ago", "Chips > Memory", "Hangzhou", "in 3 outlets"):
        assert part in lines[1]
    assert lines[2:] == ["    Text of one.", "    https://news.example/one", "41 found, 3 ms"]


def test_no_hits_are_said() -> None:
    assert printed({"hits": [], "estimatedTotalHits": 0}) == "0 found, 0 ms\n"


def test_facets_show_the_largest_first_and_how_many_more() -> None:
    counts = {f"topic {n}": n for n in range(1, 11)}

    out = printed({"hits": [], "facetDistribution": {"topics.lvl0": counts, "language": {}}})

    assert "topics.lvl0: topic 10 10 · topic 9 9 · " in out
    assert out.rstrip().endswith("· and 2 more")
    assert "language" not in out


def test_found_words_stand_out_on_a_terminal_and_marks_never_show() -> None:
    formatted = {**a_hit(), "title": f"One {BEGIN}chip{END} more", "text": f"cut {BEGIN}off"}
    answer = {"hits": [{**a_hit(), "_formatted": formatted}]}

    assert "One chip more" in printed(answer)
    assert "\x1b[" in printed(answer, terminal=True)
    assert not set(MARKS) & set(printed(answer))


@pytest.mark.parametrize("field", ["title", "text", "source_name", "url"])
def test_a_page_cannot_speak_to_the_terminal(field: str) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\x9b31m[bold]news[/bold]\r\x08"

    out = printed({"hits": [a_hit(**{field: hostile})]})

    assert not [c for c in out if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert "[bold]news[/bold]" in out, "its markup is text"


def test_another_publisher_that_a_page_names_stands_beside_its_source() -> None:
    named = a_hit(source_name="Harbour Daily", publisher="Kelp Wire")

    assert "Harbour Daily (Kelp Wire) ·" in printed({"hits": [named]})
    assert "Harbour Daily ·" in printed({"hits": [{**named, "publisher": None}]})


def test_highlighting_keeps_every_word() -> None:
    text = f"a {BEGIN}b{END} c {BEGIN}d{END}"

    assert highlighted(text).plain == "a b c d"
    assert len(highlighted(text).spans) == 2


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "soon"),
        (30, "just now"),
        (90, "1 min ago"),
        (7_300, "2 h ago"),
        (172_800, "2 d ago"),
        (100 * 86_400, "3 months ago"),
        (1_119 * 86_400, "3 years ago"),
    ],
)
def test_a_span_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_a_date_shows_how_long_ago_it_was() -> None:
    assert ago(None, NOW) == "undated"
    assert ago(int(PUBLISHED.timestamp()), PUBLISHED + timedelta(hours=2)).endswith("(2 h ago)")
