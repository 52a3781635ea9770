"""Ways of polling compared in seconds: `simulated_day.py`'s world asked by the deciders alone.

Real: `crawler.state.intervals`. Left out: HTTP, feeds as bytes, the state on disk, other sources'
turns; `simulated_day.Day` has them, and its row shows what that changes.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.simulated_counts import Outcomes
from bench.simulated_web import DAY_S, START, TAIL_DAYS, WARM_UP_DAYS, Publisher
from crawler.state import intervals
from crawler.state.intervals import WEEK, Habit, Rules

ANSWER_S, HOST_DELAY_S, EXTRACT_S, OUTBOX_S, TASK_S = 0.4, 1.0, 0.2, 1.0, 0.5

Wait = Callable[..., timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of polling: how long it waits after an answer, by which rules."""

    rules: Rules = field(default_factory=Rules)
    wait: Wait = intervals.wait


def miniflux_wait(habit: Habit, rules: Rules, *, now: datetime, asked: timedelta) -> timedelta:
    """Miniflux's entry frequency: a week by the articles of a week."""
    articles = max(sum(habit.hours) * WEEK.total_seconds() / max(habit.observed_s, 3600.0), 0.01)
    own = min(max(WEEK / articles, rules.shortest), rules.longest)
    return min(max(own, asked), rules.longest)


def fixed_wait(habit: Habit, rules: Rules, *, now: datetime, asked: timedelta) -> timedelta:
    """The same for every listing, whatever it brings or asks."""
    return rules.shortest


QUARTER, SOON = timedelta(minutes=15), timedelta(minutes=0.9)
WAYS = {
    "every 15 min": Way(rules=Rules(shortest=QUARTER), wait=fixed_wait),
    "Miniflux's rule": Way(wait=miniflux_wait),
    "techwire": Way(),
    "techwire --busy 5": Way(rules=Rules(longest_busy=timedelta(minutes=5))),
    "techwire --busy 0.9 --shortest 0.9": Way(rules=Rules(longest_busy=SOON, shortest=SOON)),
}


def asked(world: Sequence[Publisher], way: Way, days: int) -> Outcomes:
    """A world's days, one source after the other."""
    out = Outcomes()
    for site in world:
        _ask(site, way, (WARM_UP_DAYS + days) * DAY_S, out)
    return out


def _ask(site: Publisher, way: Way, counted_until_s: float, out: Outcomes) -> None:
    at_s = answered_s = site.number % 60 + 0.0
    habit: Habit | None = None
    newest = told = failures = 0
    for name in ("robots.txt", "tdmrep.json"):
        out.requests[name] += 1  # once a day
    while at_s < counted_until_s + TAIL_DAYS * DAY_S:
        now = START + timedelta(seconds=at_s)
        counts = WARM_UP_DAYS * DAY_S <= at_s < counted_until_s
        if site.is_down(at_s):
            failures += 1
            out.requests["poll failed"] += counts
            span = intervals.wait_after_error(failures, for_good=False)
            at_s += intervals.spread(span, f"{site.number} {at_s}").total_seconds()
            continue
        failures, newest = 0, bisect_right(site.times, at_s)
        unchanged = habit is not None and newest == told
        shown = range(max(0, newest - site.window), newest)
        new = [n for n in shown if n >= told or habit is None]
        out.requests["poll 304" if unchanged else "poll 200"] += counts
        out.requests["page"] += counts * len(new)
        for place, n in enumerate(reversed(new)):  # newest first
            took_s = HOST_DELAY_S * (1 + place) + ANSWER_S + EXTRACT_S + OUTBOX_S / 2 + TASK_S
            out.searchable[site.number, n] = at_s + took_s
        if habit is None:
            habit = intervals.first_habit(_dates(site, shown), now=now)
        else:
            habit = intervals.learned(
                habit,
                _dates(site, new),
                entries=0 if unchanged else len(shown),
                elapsed=timedelta(seconds=at_s - answered_s),
                now=now,
            )
        told, answered_s = newest, at_s
        span = way.wait(habit, way.rules, now=now, asked=site.wishes)
        at_s += intervals.spread(span, f"{site.number} {at_s}").total_seconds() + len(new)


def _dates(site: Publisher, numbers: Sequence[int]) -> list[datetime]:
    return [START + timedelta(seconds=site.times[n]) for n in numbers]
