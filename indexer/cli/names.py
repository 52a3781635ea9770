"""What the commands share: the crawler's part, how names are understood, the line that says it."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer

from indexer.delivery.outbox import CrawlMemory
from indexer.foundation.config import Config
from indexer.foundation.terminal import Terminal
from indexer.search.language import Note
from indexer.search.query import Meanings, Names, asking
from indexer.search.search_server import SearchServer
from indexer.vocabulary.sources import KnownSource

errors = Terminal(stderr=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """What the indexer's commands are told by the crawler, which they do not import.

    registry: the sources of a deployment. memory: opens what the crawl remembers.
    """

    registry: Callable[[Config], Sequence[KnownSource]]
    memory: Callable[[], CrawlMemory]


def hand_in(app: typer.Typer, crawl: Crawl) -> None:
    """Give an application's commands what the crawler tells."""
    app.info.context_settings = {**(app.info.context_settings or {}), "obj": crawl}


def crawl_of(context: typer.Context) -> Crawl:
    crawl: Crawl = context.obj
    return crawl


def names_known(
    context: typer.Context, config: Config, server: SearchServer | None = None
) -> Names:
    """What understands names for a command; with a server it asks the index too."""
    registry = crawl_of(context).registry
    return Names(
        sources=functools.cache(lambda: registry(config)),
        ask=asking(server, config.meili_index) if server else None,
    )


def say_meanings(meanings: Meanings) -> None:
    """One line to stderr of what was understood, where names do not say it themselves."""
    said = [one.said for several in meanings.values() for one in several if one.said]
    if said:
        errors.print(f"understood {'; '.join(said)}", soft_wrap=True)


def say_notes(notes: Sequence[Note]) -> None:
    """One line to stderr of each thing in a text that was ignored or not understood."""
    for note in notes:
        errors.print(f"note: {note.said}", soft_wrap=True)
