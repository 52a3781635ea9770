"""Tells how a crawl goes: a live line on a terminal, structured lines elsewhere."""

import contextlib
import time
from collections.abc import Iterator

import structlog

from crawler.runs.numbers import Numbers
from crawler.runs.repeating import repeating
from indexer.foundation.terminal import Terminal

LIVE_EVERY_S = 0.5
LOG_EVERY_S = 10.0


@contextlib.contextmanager
def telling(
    numbers: Numbers, console: Terminal | None, *, every_s: float = LOG_EVERY_S
) -> Iterator[None]:
    """Tell the numbers while the block runs; nothing without a console."""
    if console is None:
        yield
        return
    began_s = time.monotonic()
    if console.is_terminal:
        with console.status("starting") as status:

            def tell_live() -> None:
                status.update(live_line(numbers, time.monotonic() - began_s))

            with repeating("progress", tell_live, every_s=LIVE_EVERY_S):
                yield
        return

    def tell_line() -> None:
        fields = as_fields(numbers, time.monotonic() - began_s)
        structlog.get_logger("techwire").info("progress", **fields)

    with repeating("progress", tell_line, every_s=every_s):
        yield


def live_line(numbers: Numbers, seconds: float) -> str:
    """The numbers for a person, in one line."""
    tally, standing = numbers.tally(), numbers.standing()
    lag = "" if standing.lag_p50_s is None else f", lag {standing.lag_p50_s:.0f} s"
    return (
        f"{tally['listings']} listings ({standing.held} sources now, {standing.due} due), "
        f"{tally['found']} new, {tally['fetched']} fetched ({_rate(numbers, seconds):.1f}/s), "
        f"{tally['stored']} stored, {tally['dropped']} dropped, {tally['failed']} failed, "
        f"{standing.pages} to fetch, {standing.waiting} to index{lag}"
    )


def as_fields(numbers: Numbers, seconds: float) -> dict[str, object]:
    """The numbers for a machine."""
    tally, standing = numbers.tally(), numbers.standing()
    names = ("listings", "unchanged", "found", "fetched", "stored", "dropped", "failed")
    return {
        **{name: tally[name] for name in names},
        "listings_failed": tally["listings failed"],
        "sources_due": standing.due,
        "sources_held": standing.held,
        "to_fetch": standing.pages,
        "to_index": standing.waiting,
        "pages_per_s": round(_rate(numbers, seconds), 2),
        "lag_p50_s": standing.lag_p50_s,
        "lag_p95_s": standing.lag_p95_s,
    }


def _rate(numbers: Numbers, seconds: float) -> float:
    return numbers.tally()["fetched"] / max(seconds, 1.0)
