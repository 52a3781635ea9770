"""Copies of one story find each other: edited, cut, re-headlined, in any order, over restarts."""

import itertools
import random
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, func, select

from crawler.enrichment.shingles import shingles
from crawler.state import stories
from crawler.state.copies import MANY_STORIES
from crawler.state.stories import MEMBERS, Story, StoryMember
from indexer.foundation.database import begin, connect


def prose(seed: int, words: int) -> list[str]:
    """Words that no other seed has in this order."""
    vocabulary = [f"{a}{b}{c}" for a in "bdfgklm" for b in "aeiou" for c in "nrst"]
    return random.Random(seed).choices(vocabulary, k=words)


WIRE = prose(1, 300)
EDITED = [word if n % 25 else "edited" for n, word in enumerate(WIRE)]
CUT = WIRE[:120]
REHEADLINED = [*prose(2, 12), *WIRE, *prose(3, 30)]
OTHER = prose(4, 300)
NEWSLETTER = prose(5, 60)


def a_member(
    name: str, *, source: str | None = None, at: int | None = 100, **more: object
) -> StoryMember:
    values = {"country": "GB", "crawled_at": 1_000, "words": 300, "teaser": False, **more}
    return StoryMember(
        document_id=name,
        source_id=source or name,
        published_at=at,
        **values,  # type: ignore[arg-type]
    )


def join(database: Engine, name: str, words: Sequence[str], **more: object) -> Story:
    with begin(database) as connection:
        runs = shingles(" ".join(words), "en")
        story, _ = stories.join(connection, a_member(name, **more), runs)  # type: ignore[arg-type]
        return story


def stories_of(database: Engine) -> set[frozenset[str]]:
    """The members of every story."""
    found: dict[str, set[str]] = {}
    with begin(database) as connection:
        for row in connection.execute(select(MEMBERS.c.document_id, MEMBERS.c.story_id)):
            found.setdefault(row.story_id, set()).add(row.document_id)
    return {frozenset(members) for members in found.values()}


COPIES = {"wire": WIRE, "edited": EDITED, "cut": CUT, "reheadlined": REHEADLINED}


@pytest.mark.parametrize("order", list(itertools.permutations(COPIES))[::8], ids="-".join)
def test_copies_become_one_story_in_any_order_of_arrival(
    database: Engine, order: tuple[str, ...]
) -> None:
    join(database, "other", OTHER)
    for name in order:
        last = join(database, name, COPIES[name])

    assert set(last.members) == set(COPIES)
    assert last.outlets == 4
    assert stories_of(database) == {frozenset(COPIES), frozenset(["other"])}


def test_copies_find_each_other_after_a_restart(database_url: str) -> None:
    for name, words in COPIES.items():
        engine = connect(database_url)
        last = join(engine, name, words)
        engine.dispose()

    assert set(last.members) == set(COPIES)


def test_a_newsletter_block_in_many_stories_joins_none_of_them(database: Engine) -> None:
    for number in range(2 * MANY_STORIES):
        own = prose(100 + number, 500)
        assert len(join(database, f"story-{number}", [*own, *NEWSLETTER]).members) == 1

    short = join(database, "short", [*prose(99, 60), *NEWSLETTER])
    assert short.members == ("short",)


def test_a_run_in_many_copies_of_one_story_counts_fully(database: Engine) -> None:
    for number in range(3 * MANY_STORIES):
        story = join(database, f"copy-{number}", WIRE)

    assert story.outlets == 3 * MANY_STORIES
    assert len(stories_of(database)) == 1


def test_a_bridge_makes_two_stories_one(database: Engine) -> None:
    first, second = join(database, "first", WIRE[:150]), join(database, "second", WIRE[150:])
    assert first.id != second.id

    bridge = join(database, "bridge", WIRE)

    assert set(bridge.members) == {"first", "second", "bridge"}
    assert stories_of(database) == {frozenset(bridge.members)}


def test_a_text_too_short_to_compare_stays_alone(database: Engine) -> None:
    join(database, "one", WIRE[:8])

    assert join(database, "two", WIRE[:8]).members == ("two",)
    assert join(database, "empty", []).members == ("empty",)


def test_the_whole_text_leads_before_a_teaser_and_then_the_first_published(
    database: Engine,
) -> None:
    join(database, "teaser", WIRE, at=1, teaser=True)
    join(database, "late", WIRE, at=300)
    story = join(database, "early", WIRE, at=200)

    assert story.lead == "early"
    assert (story.first_source, story.first_at) == ("teaser", 1)


def test_an_undated_copy_is_never_the_first(database: Engine) -> None:
    join(database, "undated", WIRE, at=None)
    story = join(database, "dated", WIRE, at=500)

    assert (story.lead, story.first_source, story.first_at) == ("dated", "dated", 500)


def test_outlets_count_sources_not_copies(database: Engine) -> None:
    join(database, "one", WIRE, source="paper", country="US")
    join(database, "two", WIRE, source="paper", country="US")
    story = join(database, "three", WIRE, source="other", country=None)

    assert story.outlets == 2
    assert story.countries == ("US",)
    assert len(story.members) == 3


def test_joining_again_changes_nothing(database: Engine) -> None:
    join(database, "one", WIRE)
    first = join(database, "two", EDITED)

    assert join(database, "two", EDITED) == first
    with begin(database) as connection:
        assert connection.scalar(select(func.count()).select_from(MEMBERS)) == 2


def test_a_document_with_a_new_text_leaves_its_story(database: Engine) -> None:
    join(database, "one", WIRE)
    join(database, "two", EDITED)

    alone = join(database, "one", OTHER)

    assert alone.members == ("one",)
    assert stories_of(database) == {frozenset(["one"]), frozenset(["two"])}


def test_a_founder_that_leaves_twice_does_not_fall_into_a_strangers_story(
    database: Engine,
) -> None:
    join(database, "founder", WIRE)
    join(database, "stays", EDITED)
    join(database, "founder", OTHER)
    join(database, "joined-later", OTHER)

    alone = join(database, "founder", prose(6, 300))

    assert alone.members == ("founder",)
    assert len(stories_of(database)) == 3


def test_very_many_runs_are_looked_up(database: Engine) -> None:
    long = prose(7, 6_000)
    join(database, "one", long)

    assert join(database, "two", long).outlets == 2
