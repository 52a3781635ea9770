"""`techwire status`: which sources are silent, failing or blocked, and what waits for the index."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from rich.table import Table
from sqlalchemy import Engine

from crawler.sources.registry import waiting_words
from crawler.sources.source import Source
from crawler.state import baselines, schedule, seen, subscriptions
from crawler.state.baselines import Flag
from crawler.state.health import Health, SourceState, health
from crawler.state.subscriptions import Subscription
from indexer.delivery.outbox import Outbox, standing
from indexer.foundation.database import reading
from indexer.foundation.terminal import Terminal
from indexer.foundation.times import length
from indexer.search.task_queue import TaskQueue

SHOWN_LEFT_OUT = 50  # lines
DOUBTFUL = 0.75  # of texts scored lower on the saved pages, two of five are clearly wrong
_WORST_FIRST = (
    SourceState.BLOCKED,
    SourceState.FAILING,
    SourceState.SILENT,
    SourceState.NEW,
    SourceState.OK,
    SourceState.UNVERIFIED,
    SourceState.DISABLED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxState:
    """What waits for the index. oldest_s: age of the oldest waiting row. error: its last words."""

    waiting: int
    quarantined: int
    oldest_s: int | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole deployment. due, held: sources. pages: outcome -> entries.

    qualities: source -> mean quality of its texts, 0..1, where any was read lately.
    flags: sources whose pages suddenly yield something else. tasks: the search server's, or None
    where it does not run. pushed: listings whose hub tells of what is new, or was asked to.
    """

    sources: Sequence[Health]
    due: int
    held: int
    pages: dict[str, int]
    outbox: OutboxState
    flags: Sequence[Flag] = ()
    qualities: Mapping[str, float] = field(default_factory=dict)
    tasks: TaskQueue | None = None
    pushed: Sequence[Subscription] = ()
    counts: Counter[SourceState] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """The status as a JSON object."""
        return {
            "counts": {str(state): self.counts[state] for state in _WORST_FIRST},
            "due": self.due,
            "held": self.held,
            "pages": self.pages,
            "outbox": asdict(self.outbox),
            "tasks": None if self.tasks is None else self.tasks.as_json(),
            "pushed": [
                {
                    "source": one.source_id,
                    "listing": one.url,
                    "hub": one.hub,
                    "since": one.since.isoformat() if one.since else None,
                    "pings": one.pings,
                    "error": one.error,
                }
                for one in self.pushed
            ],
            "flags": [asdict(flag) for flag in self.flags],
            "sources": [
                _as_json(one) | {"quality": self.qualities.get(one.source.id)}
                for one in self.sources
            ],
        }


def read_status(
    engine: Engine,
    sources: Sequence[Source],
    *,
    now: datetime,
    tasks: TaskQueue | None = None,
) -> Status:
    """Look at everything once. tasks: what the search server was found to be at."""
    ids = [source.id for source in sources if source.crawled]
    with reading(engine) as connection:
        found = health(connection, sources, now=now)
        due, held = schedule.counts(connection, ids, now=now)
        pages = seen.outcome_counts(connection)
        flagged = baselines.flags(connection, now=now)
        qualities = baselines.qualities(connection, now=now)
        box = standing(connection)
        pushed = subscriptions.all_of(connection, set(ids))
    return Status(
        sources=found,
        due=due,
        held=held,
        pages=pages,
        outbox=OutboxState(
            waiting=box.waiting,
            quarantined=box.quarantined,
            oldest_s=None
            if box.oldest_at is None
            else max(0, int(now.timestamp()) - box.oldest_at),
            error=Outbox(engine).last_error(),
        ),
        flags=flagged,
        qualities=qualities,
        tasks=tasks,
        pushed=pushed,
        counts=Counter(one.state for one in found),
    )


def print_status(console: Terminal, status: Status, *, now: datetime) -> None:
    """Counts, then every source that needs a look, worst first."""
    parts = [f"{status.counts[s]} {s}" for s in _WORST_FIRST[::-1] if status.counts[s]]
    console.print(f"{len(status.sources)} sources: {', '.join(parts)}", soft_wrap=True)
    if waiting := status.counts[SourceState.UNVERIFIED]:
        console.print(waiting_words(waiting), soft_wrap=True)
    console.print(f"{status.due} due now, {status.held} being asked")
    pages = ", ".join(f"{number} {outcome}" for outcome, number in status.pages.items())
    console.print(f"entries: {pages or 'none yet'}", soft_wrap=True)
    box = status.outbox
    line = f"outbox: {box.waiting} waiting"
    if box.oldest_s is not None:
        line += f" (oldest {length(box.oldest_s)})"
    line += f", {box.quarantined} in quarantine" + (
        f"; last error: {box.error}" if box.error else ""
    )
    console.print(line, soft_wrap=True)
    if status.tasks is not None:
        line = f"search server: {status.tasks.words()}"
        console.print(line, soft_wrap=True)
    for pushed in status.pushed[:SHOWN_LEFT_OUT]:
        line = f"hub: {pushed.source_id}: {pushed.url} {pushed.words(now)}"
        console.print(line, soft_wrap=True)
    if len(status.pushed) > SHOWN_LEFT_OUT:
        more = len(status.pushed) - SHOWN_LEFT_OUT
        console.print(f"and {more} more listings with a hub: --json names all")
    for flag in status.flags:
        line = f"extraction of {flag.source_id} changed: {flag.words()}"
        console.print(line, soft_wrap=True)
        console.print(f"  before: {flag.sample_before}", soft_wrap=True)
        console.print(f"  now: {flag.sample_now}", soft_wrap=True)
    leaving = [one for one in status.sources if one.left_out and one.source.enabled]
    for one in leaving[:SHOWN_LEFT_OUT]:
        console.print(f"left out: {one.source.id}: {one.left_out}", soft_wrap=True)
    if len(leaving) > SHOWN_LEFT_OUT:
        more = len(leaving) - SHOWN_LEFT_OUT
        console.print(f"and {more} more sources with something left out: --json names all")
    known = {one.source.id for one in status.sources}
    for source_id, quality in sorted(status.qualities.items(), key=lambda item: item[1]):
        if source_id in known and quality < DOUBTFUL:
            line = f"texts of {source_id} are doubtful: quality {quality:.2f} on average"
            console.print(line, soft_wrap=True)
    worrying = [s for s in status.sources if s.state in _WORST_FIRST[:3]]
    if not worrying:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("source", "state", "since", "why"):
        table.add_column(heading, overflow="fold")
    for one in sorted(worrying, key=lambda one: _WORST_FIRST.index(one.state)):
        since = length((now - one.since).total_seconds()) if one.since else ""
        table.add_row(one.source.id, str(one.state), since, one.words)
    console.print(table)


def _as_json(one: Health) -> dict[str, Any]:
    times = ("since", "last_seen", "due_at")
    moments = {name: getattr(one, name) for name in times}
    return {
        "id": one.source.id,
        "state": str(one.state),
        "why": one.words,
        **{name: when.isoformat() if when else None for name, when in moments.items()},
        "lag_s": one.lag_s,
        "held": one.held,
        "left_out": one.left_out,
    }
