"""How the commands of the registry speak on a terminal."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from crawler.sources.source import Source
from crawler.state.rights import Said
from crawler.visits.checking import Check
from crawler.visits.healing import Healing
from crawler.visits.source_discovery import Discovery
from indexer.foundation.marks import MARKS
from indexer.foundation.terminal import Terminal, telling
from indexer.search.printing import span


def print_list(console: Terminal, sources: Sequence[Source]) -> None:
    """One line a source."""
    table = _table("id", "name", "country", "language", "listings", "tags", "off because")
    for one in sources:
        counts = ((one.feeds, "feed"), (one.sitemaps, "map"), (one.sections, "section"))
        listings = [f"{len(urls)} {word}{'s' * (len(urls) > 1)}" for urls, word in counts if urls]
        table.add_row(
            one.id,
            one.name,
            one.country,
            one.language,
            ", ".join(listings),
            ", ".join(one.tags),
            one.reason or "",
        )
    console.print(table)
    console.print(f"{len(sources)} sources")


def print_findings(console: Terminal, found: Discovery) -> None:
    """What was tried and what of it works, the chosen ones marked."""
    table = _table("", "kind", "address", "articles", "newest", "problem")
    for one in found.findings:
        table.add_row(
            "*" if one.chosen else "",
            one.kind,
            one.url,
            str(one.entries or ""),
            f"{one.newest:%Y-%m-%d %H:%M}" if one.newest else "",
            one.problem or "",
        )
    console.print(table)
    if found.entry is None:
        console.print(f"{found.homepage} announces its articles nowhere we looked")


def print_checks(console: Terminal, checks: Sequence[Check], *, now: datetime) -> None:
    """One line a source, then the problems in full."""
    table = _table("source", "state", "articles", "newest", "sample", "seconds")
    for one in checks:
        sample = f"{one.characters} characters: {one.title}" if one.sample else ""
        table.add_row(
            one.source_id,
            "problem" if one.problems else "ok",
            str(sum(listing.entries for listing in one.listings)),
            span((now - one.newest).total_seconds()) if one.newest else "undated",
            sample[:60],
            f"{one.seconds:.1f}",
        )
    console.print(table)
    for one in checks:
        for problem in one.problems:
            words = f"problem: {one.source_id}: {problem}"
            console.print(words, soft_wrap=True)
    for one in checks:
        if one.left_out:
            console.print(f"left out: {one.source_id}: {one.left_out}", soft_wrap=True)
    failed = sum(bool(one.problems) for one in checks)
    console.print(f"{len(checks)} sources checked: {len(checks) - failed} ok, {failed} not")


def print_healings(console: Terminal, healings: Sequence[Healing]) -> None:
    """One line a source that was looked for anew."""
    for one in healings:
        word = "healed" if one.override else "not healed"
        console.print(f"{word}: {one.source_id}: {one.words}", soft_wrap=True)


def print_rights(
    console: Terminal, found: Sequence[Said], refused: Collection[str], *, asked: int
) -> None:
    """One line a source and mark, then what is obeyed."""
    table = _table("source", "says", "pages", "where, the last time")
    for one in found:
        table.add_row(one.source_id, one.mark, str(one.pages), one.words)
    if found:
        console.print(table)
    silent = asked - len({one.source_id for one in found})
    console.print(f"{silent} of {asked} sources have said nothing of it where we crawled")
    marks = ", ".join(mark for mark in MARKS if mark in refused) or "none"
    console.print(f"kept out of the index: {marks} (TECHWIRE_RIGHTS_REFUSE)", soft_wrap=True)


@contextmanager
def counting(console: Terminal, total: int, doing: str) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal that takes the ids of sources that are done; nothing elsewhere."""
    if not console.is_terminal:
        yield lambda source_id: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(doing, total=total)
        yield lambda source_id: progress.update(task, advance=1, description=f"{doing} {source_id}")


@contextmanager
def asking(console: Terminal) -> Iterator[Callable[[str], None]]:
    """The address being asked, on a terminal; nothing elsewhere."""
    if not console.is_terminal:
        yield lambda address: None
        return
    with console.status("looking") as status:
        yield lambda address: status.update(Text(telling(f"asking {address}")))


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
