"""What the commands that take names share: how they are understood, and the line that says it."""

import functools
from collections.abc import Callable, Sequence

import typer
from rich.console import Console

from indexer.foundation.config import Config
from indexer.search.printing import plain
from indexer.search.query import Meanings, Names, asking
from indexer.search.search_server import SearchServer
from indexer.vocabulary.sources import KnownSource

RegistryOf = Callable[[Config], Sequence[KnownSource]]
errors = Console(stderr=True, highlight=False)


def hand_in(app: typer.Typer, registry: RegistryOf) -> None:
    """Give an application's commands the registry, which others keep."""
    app.info.context_settings = {**(app.info.context_settings or {}), "obj": registry}


def names_known(
    context: typer.Context, config: Config, server: SearchServer | None = None
) -> Names:
    """What understands names for a command; with a server it asks the index too."""
    registry: RegistryOf = context.obj
    return Names(
        sources=functools.cache(lambda: registry(config)),
        ask=asking(server, config.meili_index) if server else None,
    )


def say_meanings(meanings: Meanings) -> None:
    """One line to stderr of what was understood, where names do not say it themselves."""
    said = [one.said for several in meanings.values() for one in several if one.said]
    if said:
        errors.print(plain(f"understood {'; '.join(said)}"), soft_wrap=True, markup=False)
