"""What `simulated_day.py` counts of one way of polling, and its row of the table."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.simulated_web import DAY_S, WARM_UP_DAYS, Publisher

HEADS = (
    "way", "requests/article", "revisits", "polls with news", "without (304)", "failed", "found",
    "hourly+ p50", "p95", "p95 without wishes", "all p50", "p95",
)  # fmt: skip


@dataclass
class Outcomes:
    """What one way of polling did in the counted days.

    requests: by what they were for. searchable: (publisher, article) → seconds after START.
    """

    requests: Counter[str] = field(default_factory=Counter)
    searchable: dict[tuple[int, int], float] = field(default_factory=dict)


def row(world: Sequence[Publisher], out: Outcomes, days: int) -> list[str]:
    """The counted days' articles: requests each, how many were found, how late."""
    first_s, last_s = WARM_UP_DAYS * DAY_S, (WARM_UP_DAYS + days) * DAY_S
    published = 0
    every: list[float] = []
    hourly: list[float] = []
    unasked: list[float] = []
    for site in world:
        if site.is_gone():
            continue  # never to be had
        for n in range(bisect_left(site.times, first_s), bisect_left(site.times, last_s)):
            published += 1
            at_s = out.searchable.get((site.number, n))
            if at_s is None:
                continue
            late_s = at_s - site.times[n]
            every.append(late_s)
            if site.hourly:
                hourly.append(late_s)
                unasked += [] if site.wishes else [late_s]
    kinds = ("poll 200", "poll 304", "poll failed")
    return [
        f"{(sum(out.requests.values()) - out.requests['revisit']) / len(every):.2f}",
        f"{out.requests['revisit'] / len(every):.2f}",
        *(f"{out.requests[kind] / len(every):.2f}" for kind in kinds),
        f"{len(every) / published:.1%}",
        _span(median(hourly)),
        _p95(hourly),
        _p95(unasked),
        _span(median(every)),
        _p95(every),
    ]


def _p95(spans_s: Sequence[float]) -> str:
    return _span(quantiles(spans_s, n=20)[-1]) if len(spans_s) > 1 else "-"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"
