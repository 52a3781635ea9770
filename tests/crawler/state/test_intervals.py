"""When to ask again: decided from habit, wishes and errors alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.state.intervals import (
    Habit,
    Rules,
    first_habit,
    learned,
    next_cron,
    spread,
    wait,
    wait_after_error,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RULES = Rules()
NOTHING = timedelta(0)


def hourly(hours: int, gap: timedelta = timedelta(hours=1)) -> list[datetime]:
    return [NOW - gap * n for n in range(1, hours + 1)]


def test_a_listing_with_an_article_in_two_hours_is_asked_about_every_hour() -> None:
    habit = first_habit(hourly(50, timedelta(hours=2)), now=NOW)

    assert (
        timedelta(minutes=55) < wait(habit, RULES, now=NOW, asked=NOTHING) < timedelta(minutes=75)
    )


def test_a_listing_with_an_article_an_hour_is_never_left_longer_than_busy_ones_are() -> None:
    habit = first_habit(hourly(100), now=NOW)

    assert wait(habit, RULES, now=NOW, asked=NOTHING) == RULES.longest_busy


def test_a_busy_newsroom_is_not_hurried_in_the_hours_it_sleeps() -> None:
    days = [NOW - timedelta(days=d) for d in range(1, 7)]
    at_noon = [
        day.replace(hour=hour, minute=m)
        for day in days
        for hour in range(8, 17)
        for m in (5, 25, 45)
    ]
    habit = first_habit(at_noon, now=NOW)

    assert wait(habit, RULES, now=NOW.replace(hour=2), asked=NOTHING) > 2 * RULES.longest_busy
    assert wait(habit, RULES, now=NOW, asked=NOTHING) <= RULES.longest_busy


def test_a_listing_whose_ten_entries_cover_one_hour_is_asked_every_few_minutes() -> None:
    habit = first_habit(hourly(10, timedelta(minutes=6)), now=NOW)

    assert wait(habit, RULES, now=NOW, asked=NOTHING) < timedelta(minutes=7)


def test_hours_nobody_watched_are_not_taken_for_quiet_ones() -> None:
    habit = first_habit(hourly(10, timedelta(minutes=6)), now=NOW)
    evening = NOW.replace(hour=20)

    assert wait(habit, RULES, now=evening, asked=NOTHING) < timedelta(minutes=7)


def test_a_dead_listing_is_asked_once_a_day() -> None:
    habit = first_habit([NOW - timedelta(days=400)], now=NOW)

    assert wait(habit, RULES, now=NOW, asked=NOTHING) == timedelta(days=1)


def test_a_listing_without_dates_is_asked_again_within_hours() -> None:
    assert wait(first_habit([], now=NOW), RULES, now=NOW, asked=NOTHING) < timedelta(hours=6)


def test_more_eagerness_means_shorter_waits() -> None:
    habit = first_habit(hourly(50, timedelta(hours=2)), now=NOW)

    calm, eager = (wait(habit, Rules(eagerness=e), now=NOW, asked=NOTHING) for e in (1.0, 4.0))

    assert calm == pytest.approx(4 * eager, rel=0.05)


def test_what_the_publisher_asks_goes_before_our_own_wish_but_not_over_a_day() -> None:
    habit = first_habit(hourly(100), now=NOW)

    assert wait(habit, RULES, now=NOW, asked=timedelta(hours=3)) == timedelta(hours=3)
    assert wait(habit, RULES, now=NOW, asked=timedelta(days=365)) == timedelta(days=1)


def test_a_newsroom_that_sleeps_is_asked_less_at_night_than_at_noon() -> None:
    days = [NOW - timedelta(days=d) for d in range(1, 7)]
    at_noon = [day.replace(hour=hour, minute=30) for day in days for hour in (10, 11, 12, 13, 14)]
    habit = first_habit(at_noon, now=NOW)

    noon = wait(habit, RULES, now=NOW, asked=NOTHING)
    night = wait(habit, RULES, now=NOW.replace(hour=0), asked=NOTHING)

    assert noon < timedelta(hours=1)
    assert night > 4 * noon


def test_a_listing_that_brings_nothing_is_asked_less_and_less() -> None:
    habit = first_habit(hourly(48), now=NOW)
    waits = []
    moment = NOW
    for _ in range(30):
        waits.append(wait(habit, RULES, now=moment, asked=NOTHING))
        moment += waits[-1]
        habit = learned(habit, [], entries=0, elapsed=waits[-1], now=moment)

    assert waits[-1] > 3 * waits[0]


def test_a_listing_where_most_was_new_is_asked_sooner() -> None:
    calm = first_habit(hourly(24, timedelta(hours=2)), now=NOW)
    later = NOW + timedelta(minutes=30)

    burst = learned(calm, [later] * 18, entries=20, elapsed=timedelta(minutes=30), now=later)

    before = wait(calm, RULES, now=later, asked=NOTHING)
    assert wait(burst, RULES, now=later, asked=NOTHING) < before / 2


def test_a_listing_that_wakes_up_is_asked_often_again_within_days() -> None:
    habit = first_habit([NOW - timedelta(days=90)], now=NOW)
    moment = NOW
    for _ in range(4):
        moment += timedelta(days=1)
        day = [moment - timedelta(hours=n) for n in range(24)]
        habit = learned(habit, day, entries=50, elapsed=timedelta(days=1), now=moment)

    assert wait(habit, RULES, now=moment, asked=NOTHING) < timedelta(hours=2)


def test_errors_wait_longer_each_time_and_refusals_longest() -> None:
    passing = [wait_after_error(n, for_good=False) for n in (1, 2, 3, 50)]
    refused = [wait_after_error(n, for_good=True) for n in (1, 2, 3, 50)]

    assert passing == [timedelta(minutes=m) for m in (5, 10, 20, 360)]
    assert refused == [timedelta(hours=h) for h in (1, 2, 4, 24)]


def test_many_listings_with_one_wait_come_due_at_different_times() -> None:
    waits = {spread(timedelta(hours=1), f"https://{n}.example/feed") for n in range(100)}

    assert len(waits) > 90
    assert all(timedelta(hours=1) <= span <= timedelta(minutes=66) for span in waits)


def test_cron_times_are_on_the_source_s_own_clock() -> None:
    due = next_cron("30 6 * * *", "Asia/Tokyo", now=NOW)

    assert due == datetime(2026, 11, 23, 21, 30, tzinfo=UTC)


@given(
    st.lists(st.integers(-20_000, 6_000).map(lambda day: NOW + timedelta(days=day, hours=day))),
    st.integers(0, 60_000),
    st.timedeltas(timedelta(days=-9), timedelta(days=9000)),
)
def test_whatever_a_listing_claims_the_wait_stays_in_its_bounds(
    dates: list[datetime], entries: int, elapsed: timedelta
) -> None:
    habit = learned(first_habit(dates, now=NOW), dates, entries=entries, elapsed=elapsed, now=NOW)
    habit = Habit.from_json(habit.as_json())

    assert RULES.shortest <= wait(habit, RULES, now=NOW, asked=NOTHING) <= RULES.longest
