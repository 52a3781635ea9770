"""Two texts are copies when enough of their runs are the same, spread over the shorter one."""

import pytest

from crawler.state.copies import RunHolder, blocks, is_copy, placed


def shared_of(own: list[int], other: list[int]) -> tuple[dict[int, int], dict[int, int], int]:
    """What `is_copy` is asked of two lists of runs."""
    runs, others = placed(own), placed(other)
    return {run: tenth for run, tenth in others.items() if run in runs}, runs, len(others)


def copied(own: list[int], other: list[int], *, same_source: bool = False) -> bool:
    return is_copy(*shared_of(own, other), same_source=same_source)


def test_runs_stand_in_tenths_of_their_text() -> None:
    assert placed([7, 8, 9, 10]) == {7: 0, 8: 2, 9: 5, 10: 7}
    assert set(placed(range(100)).values()) == set(range(10))
    assert placed([]) == {}


def test_a_text_is_a_copy_of_itself_and_not_of_another() -> None:
    text, another = list(range(100)), list(range(1_000, 1_100))

    assert copied(text, text)
    assert not copied(text, another)


@pytest.mark.parametrize(("common", "is_one"), [(20, True), (19, False)])
def test_a_fifth_of_the_shorter_ones_runs_makes_a_copy_of_two_publishers(
    common: int, is_one: bool
) -> None:
    short = list(range(100))
    step = 100 // common
    kept = set(short[::step][:common])
    long = [run if run in kept else run + 10_000 for run in short] + list(range(20_000, 20_300))

    assert copied(short, long) is is_one
    assert copied(long, short) is is_one


@pytest.mark.parametrize(("common", "is_one"), [(60, True), (59, False)])
def test_one_source_prints_a_story_twice_only_where_three_fifths_are_the_same(
    common: int, is_one: bool
) -> None:
    text = list(range(100))
    kept = set(sorted(text, key=lambda run: run % 10)[:common])
    another = [run if run in kept else run + 10_000 for run in text]

    assert copied(text, another, same_source=True) is is_one
    assert copied(text, another)


def test_four_runs_are_the_least_that_say_anything() -> None:
    assert copied([1, 2, 3, 4], [1, 2, 3, 4])
    assert not copied([1, 2, 3], [1, 2, 3])


def test_a_block_in_one_place_joins_nothing_however_long() -> None:
    text = list(range(100))
    with_block = list(range(40)) + list(range(500, 560))

    assert not copied(text, with_block)


@pytest.mark.parametrize(("tenths", "is_one"), [(5, True), (4, False)])
def test_what_is_common_stands_in_half_of_the_shorter_ones_tenths(
    tenths: int, is_one: bool
) -> None:
    short = list(range(100))
    kept = set(range(tenths * 10))
    long = [run if run in kept else run + 10_000 for run in short] + list(range(9_000, 9_100))

    assert copied(short, long) is is_one
    assert copied(long, short) is is_one


def test_the_spread_is_that_of_the_shorter_text() -> None:
    """A brief that stands in one paragraph of a long story is a copy of it."""
    brief = list(range(20))
    story = [*brief, *range(1_000, 1_400)]

    assert copied(brief, story)
    assert copied(story, brief)


def holder(number: int, *, story: str, source: str) -> RunHolder:
    return RunHolder(number=number, story_id=story, source_id=source)


@pytest.mark.parametrize(("stories", "is_block"), [(5, False), (6, True)])
def test_a_run_in_more_than_five_stories_is_a_block(stories: int, is_block: bool) -> None:
    places = {
        holder(number, story=f"story {number}", source=f"source {number}"): {7: 0}
        for number in range(stories)
    }

    assert blocks("mine", places) == ({7} if is_block else set())


@pytest.mark.parametrize(("stories", "is_block"), [(1, False), (2, True)])
def test_a_run_in_two_stories_of_the_source_itself_is_a_block(stories: int, is_block: bool) -> None:
    places = {
        holder(number, story=f"story {number}", source="mine"): {7: 0, 8 + number: 1}
        for number in range(stories)
    }

    assert blocks("mine", places) == ({7} if is_block else set())
    assert blocks("another", places) == set()


def test_many_copies_of_one_story_make_no_block() -> None:
    places = {
        holder(number, story="wire", source=f"source {number % 3}"): {7: 0} for number in range(40)
    }

    assert blocks("source 1", places) == set()
