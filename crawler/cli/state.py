"""The commands that care for what the crawler remembers: migrate, prune, remove."""

from pathlib import Path
from typing import Annotated

import typer

from indexer.foundation.addresses import Address
from indexer.foundation.config import database_address, load
from indexer.foundation.database import begin, state_database
from indexer.foundation.errors import ConfigError
from indexer.foundation.terminal import Terminal, print_json
from indexer.foundation.times import moment, now_utc
from indexer.search.search_server import forget_tasks, search_server

console = Terminal()
errors = Terminal(stderr=True)


def register(app: typer.Typer) -> None:
    """Add these commands to an application."""
    for command in (migrate, prune, remove):
        app.command()(command)


def migrate(
    source: Annotated[
        str | None, typer.Argument(help="sqlite:///FILE or postgresql://...; today's if none.")
    ] = None,
    target: Annotated[
        str | None, typer.Argument(help="The same; made if absent, and empty.")
    ] = None,
) -> None:
    """Move the state into another database, to or from PostgreSQL; the source stays as it is.

    What is not given comes from TECHWIRE_MIGRATE_FROM and TECHWIRE_MIGRATE_TO: a password on a
    command line can be read by every user of the machine.
    """
    from crawler.state.migration import move

    config = load()
    origin = database_address(source, "SOURCE") if source else config.migrate_from
    goal = database_address(target, "TARGET") if target else config.migrate_to
    if goal is None:
        raise ConfigError("no target is named: give it as TARGET or TECHWIRE_MIGRATE_TO, in .env")
    if any(Address(given or "").hides for given in (source, target)):
        errors.print(
            "the command line tells a password to every user of this machine (ps): better name "
            " the databases in TECHWIRE_MIGRATE_FROM and TECHWIRE_MIGRATE_TO, in .env",
            soft_wrap=True,
        )
    moved = move(
        origin or config.database_url,
        goal,
        on_progress=lambda words: errors.print(words, soft_wrap=True),
    )
    words = [
        f"{sum(moved.values()):,} rows of {len(moved)} tables moved; the source is as it was.",
        "Now name the target as TECHWIRE_DATABASE_URL in .env, on every machine.",
        *_archive_words(config.home / "pages"),
        "A search server that is new: `techwire index --rebuild` fills it.",
    ]
    console.print("\n".join(words), soft_wrap=True)


def prune(
    *,
    pages: Annotated[str, typer.Option(help="Oldest archived pages kept: 30d, or a date.")] = "30d",
    most_gb: Annotated[float, typer.Option(min=0, help="Most GB of archived pages.")] = 20.0,
    tasks: Annotated[str, typer.Option(help="Oldest finished tasks kept.")] = "7d",
    trails: Annotated[
        str | None,
        typer.Option(help="Oldest marks kept of URLs that gave no document; all if not given."),
    ] = None,
) -> None:
    """Drop what is old: archived pages, the search server's finished tasks, marks of dead URLs."""
    from crawler.state import archive, trail

    config, now = load(), now_utc()
    oldest_page = moment(pages, now=now, option="--pages") or now
    oldest_task = moment(tasks, now=now, option="--tasks") or now
    oldest_trail = moment(trails, now=now, option="--trails")
    config.make_home()
    with state_database(config.database_url) as engine, begin(engine) as connection:
        files = archive.expire(
            connection,
            config.home / "pages",
            now=now,
            keep=now - oldest_page,
            max_bytes=int(most_gb * 1e9),
            by_hand=True,
        )
        forgotten = trail.forget(connection, before=oldest_trail) if oldest_trail else 0
    console.print(f"{files} archive files and {forgotten} trails dropped")
    with search_server(config) as server:
        dropped = forget_tasks(server, before=oldest_task)
    console.print(f"{dropped} finished tasks of the search server dropped")


def remove(
    target: Annotated[str, typer.Argument(metavar="URL|DOCUMENT", help="An address, or an id.")],
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Let it be fetched again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What was done, as JSON.")] = False,
) -> None:
    """Take an article out of state, page archive and index for good; it is not fetched again."""
    from crawler.offline import removing

    config = load()
    config.make_home()
    with state_database(config.database_url) as engine:
        if undo:
            opened = removing.undo(engine, target)
            told = f"{opened} addresses open again: the next listing that shows one has it fetched"
            _say_removal(told if opened else f"{target} was not removed: nothing to undo")
            raise typer.Exit(0 if opened else 1)
        done = removing.remove(config, engine, target, now=now_utc(), on_progress=errors.print)
    if done is None:
        _say_removal(
            f"{target} is unknown here: give an address as `techwire why` knows it, or the id of a "
            "document"
        )
        raise typer.Exit(1)
    if as_json:
        print_json(done.as_json())
    else:
        _say_removal(done.words())
    raise typer.Exit(1 if done.waits else 0)


def _say_removal(words: str) -> None:
    console.print(words, soft_wrap=True)


def _archive_words(folder: Path) -> list[str]:
    files = list(folder.glob("*.warc.gz"))
    if not files:
        return []
    size = sum(file.stat().st_size for file in files) / 1e9
    return [
        f"Fetched pages are not in the database: {len(files)} files, {size:.1f} GB, in {folder}. "
        "On another machine, copy them into its data folder, or replays miss them:",
        f"  rsync -a {folder} MACHINE:DATA_FOLDER/",
    ]
