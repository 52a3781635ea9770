"""When a listing is worth asking again. Pure deciders: no SQL, no clock, no randomness.

A listing is asked when the share of an article expected since the last time is worth a request.
What to expect is learned from the dates it shows and from what was new in it, by the hour of the
day, and forgotten with a week's half-life. The publisher's own wishes come first; errors wait
longer each time.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

WEEK = timedelta(days=7)
HOUR_S = 3600.0
_DAY_S = 86_400.0
# a listing nobody knows yet: half an article in an hour
_PRIOR_ARTICLES = 0.5
_PRIOR_S = 3_600.0
_HOUR_PRIOR = 0.5  # articles an hour of the day gets on credit, so that no hour is ever dead
_BUSY_A_DAY = 22.0  # about hourly, with room for a day that was a little thinner
_QUIET_AN_HOUR = 0.5
_MOSTLY = 2 / 3
_LARGEST_STRETCH = 2.0
_SMALLEST_STRETCH = 0.25
_SUSPICIOUS_SILENCE = 4.0  # articles expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How eagerly listings are asked.

    eagerness: polls a listing gets for each article it announces, by expectation.
    shortest, longest: bounds of every wait. longest_busy: of a listing that brings an article an
    hour or more, but in its quiet hours: its readers want them soon, whatever a poll brings.
    """

    eagerness: float = 1.8
    shortest: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(days=1)
    longest_busy: timedelta = timedelta(minutes=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How often a listing announces something.

    hours: articles by UTC hour of the day, older ones counting less. observed_s: the span they
    were seen in, older parts counting less. stretch: 0.25..2, shorter waits in a burst, longer
    ones while nothing comes.
    """

    hours: tuple[float, ...] = (0.0,) * 24
    observed_s: float = 0.0
    stretch: float = 1.0

    def weekly(self) -> float:
        """Articles a week."""
        articles = sum(self.hours) + _PRIOR_ARTICLES
        return articles * WEEK.total_seconds() / (self.observed_s + _PRIOR_S)

    def as_json(self) -> str:
        return json.dumps([[round(h, 3) for h in self.hours], self.observed_s, self.stretch])

    @classmethod
    def from_json(cls, text: str) -> "Habit":
        hours, observed_s, stretch = json.loads(text)
        return cls(hours=tuple(hours), observed_s=observed_s, stretch=stretch)


def first_habit(dates: Iterable[datetime], *, now: datetime) -> Habit:
    """What a listing's first answer tells: the dates of its last week's entries.

    A full listing that covers an hour speaks for that hour only.
    """
    past = [date for date in dates if date <= now]
    if not past:
        return Habit()
    span = min(max(now - min(past), timedelta(hours=1)), WEEK)
    recent = [date for date in past if now - WEEK < date]
    return Habit(hours=_added((0.0,) * 24, recent), observed_s=span.total_seconds())


def learned(
    habit: Habit, new: Iterable[datetime], *, entries: int, elapsed: timedelta, now: datetime
) -> Habit:
    """The habit after one more answer.

    new: when each entry not seen before was published (`now` where unknown). entries: in the
    whole listing, 0 for "not modified". elapsed: since its last answer; nobody watched for longer
    than a week, whatever the clock says.
    """
    came = [date if now - WEEK < date <= now else now for date in new]
    elapsed_s = min(max(0.0, elapsed.total_seconds()), WEEK.total_seconds())
    kept = math.exp2(-elapsed_s / WEEK.total_seconds())
    return Habit(
        hours=_added(tuple(h * kept for h in habit.hours), came),
        observed_s=habit.observed_s * kept + elapsed_s,
        stretch=_stretch(habit.stretch, len(came), entries),
    )


def wait(habit: Habit, rules: Rules, *, now: datetime, asked: timedelta) -> timedelta:
    """How long to leave a listing alone that just answered.

    asked: the longest the publisher wants (TTL, max-age, Expires).
    """
    profile = _profile(habit)
    longest = rules.longest
    a_day = habit.weekly() / 7
    if a_day >= _BUSY_A_DAY and a_day / 24 * profile[now.hour] >= _QUIET_AN_HOUR:
        longest = min(longest, rules.longest_busy)
    own = min(max(_worth_asking(habit, profile, rules, now=now), rules.shortest), longest)
    return min(max(own, asked), max(rules.longest, rules.shortest))


def wait_while_pushed(habit: Habit, rules: Rules, *, now: datetime) -> timedelta:
    """How long a hub may be silent until its listing is asked all the same.

    Four articles expected and none told: by chance alone in 2 of 100 such silences.
    """
    silence = _expecting(_SUSPICIOUS_SILENCE, habit, _profile(habit), rules, now=now)
    return min(silence, rules.longest / 2)


def _worth_asking(
    habit: Habit, profile: Sequence[float], rules: Rules, *, now: datetime
) -> timedelta:
    """How long until enough is expected for a request."""
    return _expecting(habit.stretch / rules.eagerness, habit, profile, rules, now=now)


def _expecting(
    wanted: float, habit: Habit, profile: Sequence[float], rules: Rules, *, now: datetime
) -> timedelta:
    """How long until so many articles are expected, the longest wait at most."""
    a_second = habit.weekly() / WEEK.total_seconds()
    seconds, limit_s = 0.0, rules.longest.total_seconds()
    hour = now.hour
    left_s = HOUR_S - (now.minute * 60 + now.second)  # of the present hour
    while seconds < limit_s:
        rate = a_second * profile[hour]
        if rate * left_s >= wanted:
            seconds += wanted / rate
            break
        wanted -= rate * left_s
        seconds += left_s
        hour, left_s = (hour + 1) % 24, HOUR_S
    return timedelta(seconds=seconds)


def wait_after_error(failures: int, *, for_good: bool) -> timedelta:
    """How long to leave a listing alone that failed `failures` >= 1 times in a row.

    for_good: it was refused or is gone, so that asking soon helps nobody.
    """
    doubled = 1 << min(failures - 1, 12)
    if for_good:
        return min(timedelta(hours=1) * doubled, timedelta(days=1))
    return min(timedelta(minutes=5) * doubled, timedelta(hours=6))


def spread(span: timedelta, key: str, *, share: float = 0.1) -> timedelta:
    """The span, longer by up to `share` of it: the same for the same key, even over many keys."""
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=4).digest()
    return span * (1 + share * int.from_bytes(digest, "big") / 2**32)


def next_cron(schedule: str, timezone: str | None, *, now: datetime) -> datetime:
    """The next time of five cron fields after `now`, on the clock of `timezone` (UTC if None)."""
    local = now.astimezone(ZoneInfo(timezone or "UTC"))
    return next(CronSim(schedule, local)).astimezone(now.tzinfo)


def _added(hours: tuple[float, ...], dates: Iterable[datetime]) -> tuple[float, ...]:
    counts = list(hours)
    for date in dates:
        counts[date.hour] += 1
    return tuple(counts)


def _profile(habit: Habit) -> list[float]:
    """How busy each hour of the day is, 1.0 on average, smoothed over neighbouring hours.

    Flat while less than a day was seen, trusted after four: else hours nobody watched look dead.
    """
    hours = habit.hours
    trust = min(max((habit.observed_s - _DAY_S) / (3 * _DAY_S), 0.0), 1.0)
    smooth = [
        (hours[h - 1] + 2 * hours[h] + hours[(h + 1) % 24]) / 4 + _HOUR_PRIOR for h in range(24)
    ]
    mean = sum(smooth) / 24
    return [1.0 + trust * (value / mean - 1.0) for value in smooth]


def _stretch(before: float, new: int, entries: int) -> float:
    if new == 0:
        return min(before * 1.1, _LARGEST_STRETCH)
    if new > _MOSTLY * entries:  # most of it scrolled past: come sooner, or articles are missed
        return max(min(before, 1.0) / 2, _SMALLEST_STRETCH)
    return (before + 1.0) / 2
