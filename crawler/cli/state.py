"""Commands that care for what the crawler remembers: migrate, backup, restore, prune, remove."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TaskID

from indexer.delivery.following import refill
from indexer.delivery.outbox import Outbox
from indexer.delivery.pusher import push_words
from indexer.foundation.addresses import Address
from indexer.foundation.config import database_address, load
from indexer.foundation.database import begin, state_database
from indexer.foundation.errors import BackupError, ConfigError
from indexer.foundation.terminal import Terminal, print_json
from indexer.foundation.times import moment, now_utc
from indexer.search.search_server import forget_tasks, search_server

console = Terminal()
errors = Terminal(stderr=True)


def register(app: typer.Typer) -> None:
    """Add these commands to an application."""
    for command in (migrate, backup, restore, prune, remove):
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


def backup(
    file: Annotated[Path, typer.Argument(help="What to write; one that is there is replaced.")],
) -> None:
    """Write everything but secrets of settings into one file, while all of it runs.

    State, archived pages, alerts, sources, settings; not the index, which is filled anew from the
    state. Of a PostgreSQL the state is read in one snapshot; for a large one pg_dump is better.
    """
    from crawler.state.migration import move
    from indexer.delivery.backup import back_up, sqlite_file, sqlite_snapshot

    config = load()
    config.make_home()
    with counted(errors) as on_progress, state_database(config.database_url) as engine:

        def snapshot(path: Path) -> None:
            if sqlite_file(config.database_url) is not None:
                sqlite_snapshot(engine, path, on_progress=on_progress)
            else:
                move(config.database_url, Address(f"sqlite:///{path}"))

        done = back_up(config, file, snapshot, now=now_utc(), on_progress=on_progress)
    console.print(
        f"{done.documents} documents and {done.files} files in {file}, {done.size / 1e6:.1f} MB; "
        "it holds the secrets of alerts, so keep it as safe as the data folder",
        soft_wrap=True,
    )
    if sqlite_file(config.database_url) is None:
        console.print(
            "PostgreSQL's own pg_dump saves a large database faster, and goes on from there",
            soft_wrap=True,
        )


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `techwire backup` wrote.")],
) -> None:
    """Make an empty data folder what it was when a backup was made, and fill the index from it."""
    from crawler.state.migration import move
    from indexer.delivery import backup as backups

    config = load()
    own = backups.sqlite_file(config.database_url)

    def place(path: Path) -> None:
        if own is None:
            move(Address(f"sqlite:///{path}"), config.database_url)
        elif own.exists():
            raise BackupError(f"there is a database {own}: point TECHWIRE_DATABASE_URL at another")
        else:
            shutil.move(path, own)

    with counted(errors) as on_progress:
        done = backups.restore(config, file, place, on_progress=on_progress)
    console.print(
        f"{done.documents} documents and {done.files} files of {done.made_at:%Y-%m-%d %H:%M} UTC "
        f"are in {config.home}",
        soft_wrap=True,
    )
    here = config.told()
    for name, value in done.settings.items():
        if here.get(name) != value:
            console.print(f"set then and not here, for .env: {name}={value}", soft_wrap=True)
    if config.meili_url is not None:
        console.print("a search server that is new: `techwire index --rebuild` fills it")
        return
    with state_database(config.database_url) as engine:
        report = refill(config, Outbox(engine), errors.print)
    console.print(push_words(report), soft_wrap=True)
    console.print("keys and tokens for searching were the old engine's: `techwire keys` makes new")


@contextmanager
def counted(console: Terminal) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal for something counted in bytes; nothing elsewhere."""
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        bars: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what)
            progress.update(bars[what], completed=done, total=total)

        yield tell


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
