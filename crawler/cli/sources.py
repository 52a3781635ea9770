"""The registry's commands: list, discover, add, import, export, check. `cli.main` mounts them.

What they do with the web stands in `source_discovery` and `checking`.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from crawler.errors import SourceError
from crawler.net.politeness import DEFAULT_DELAY_S
from indexer.foundation.config import Config, load
from indexer.foundation.guard import AddressGuard
from indexer.foundation.rights import as_asked
from indexer.foundation.terminal import Terminal, print_json, write_out
from indexer.foundation.times import now_utc

if TYPE_CHECKING:  # they take a moment to load, and `crawler.cli.main` imports this module
    from crawler.sources.registry import Registry
    from crawler.sources.source import Source
    from crawler.sources.writing import Override
    from crawler.visits.source_discovery import Discovery

console = Terminal()
errors = Terminal(stderr=True)

sources_app = typer.Typer(
    no_args_is_help=True, help="The registry: list, find, add, exchange and check sources."
)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE]...", help="Ids; all crawled ones if none."),
]
SourcesFile = Annotated[
    Path | None, typer.Option("--sources", help="Your own sources (TOML); takes those.")
]
Pause = Annotated[
    float, typer.Option("--pause", min=0, help="Seconds between two requests to the site.")
]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
To = Annotated[
    Path | None, typer.Option("--to", help="File to add to; else sources.toml in TECHWIRE_HOME.")
]


def register(app: typer.Typer) -> None:
    """Add `techwire sources` to an application."""
    app.add_typer(sources_app, name="sources")


@sources_app.command("list")
def list_sources(
    *,
    region: Annotated[str | None, typer.Option(help='Such as "East Asia" or UK.')] = None,
    language: Annotated[str | None, typer.Option(help="Such as pt, pt-BR or German.")] = None,
    focus: Annotated[str | None, typer.Option(help="Such as ai or startups.")] = None,
    tag: Annotated[str | None, typer.Option(help="Such as chips, research or vendor-blog.")] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Those that wait for a check.")
    ] = False,
    disabled: Annotated[bool, typer.Option("--disabled", help="Those switched off.")] = False,
    as_json: Json = False,
) -> None:
    """List the sources that are crawled, ours and yours."""
    from crawler.cli.sources_reports import print_list
    from crawler.sources.choosing import chosen
    from crawler.sources.registry import waiting_words

    known = _registry(load()).all()
    asked = chosen(known, region=region, language=language, focus=focus, tag=tag)
    if unverified or disabled:
        shown = [
            one for one in asked if (unverified and one.waits) or (disabled and not one.enabled)
        ]
    else:
        shown = [one for one in asked if one.crawled]
    if as_json:
        print_json([source.as_json() for source in shown])
    else:
        print_list(console, shown)
        waiting = sum(one.waits for one in asked)
        if waiting and not unverified:
            console.print(waiting_words(waiting))


@sources_app.command()
def discover(
    url: Annotated[str, typer.Argument(help="A site's front page, or its feed.")],
    *,
    pause_s: Pause = DEFAULT_DELAY_S,
    as_json: Json = False,
) -> None:
    """Find and try a site's feeds, news sitemaps and sections; print a ready entry."""
    from crawler.cli.sources_reports import print_findings

    found = _discovered(load(), url, pause_s)
    if as_json:
        print_json(found.as_json())
    else:
        print_findings(errors, found)
        write_out(found.entry or "")
    raise typer.Exit(0 if found.entry else 1)


@sources_app.command()
def add(
    url: Annotated[str | None, typer.Argument(help="A site to discover.")] = None,
    *,
    toml: Annotated[Path | None, typer.Option(help="Or a file of entries to take in.")] = None,
    pause_s: Pause = DEFAULT_DELAY_S,
    to: To = None,
) -> None:
    """Add a source to your own file: a site, discovered now, or entries you wrote."""
    from crawler.sources.additions import filled, not_known, same_homepage, source_of_entry
    from crawler.sources.registry import load_sources

    config = load()
    registry = _registry(config, to)
    if toml is not None:
        _add(config, load_sources(toml, bundled=False).all(), to)
        return
    if url is None:
        raise typer.BadParameter("give a URL, or --toml FILE")
    found = _discovered(config, url, pause_s)
    if found.entry is None:
        raise SourceError(f"{found.homepage} announces its articles nowhere we looked: nothing new")
    source = source_of_entry(found.entry)
    known = same_homepage(source, registry)
    if known is not None and known.unverified:
        _refuse_private(config, [source])
        _write_overrides(config, [filled(known, source)], to)
        console.print(f"{known.id} was known from lists and is crawled from now on")
        return
    new = not_known([source], registry)
    if known is not None or not new:
        raise SourceError(
            f"{found.homepage} is in the registry already"
            + (f" as {known.id}: override its fields under that id" if known else "")
        )
    _add(config, new, to)


@sources_app.command("import")
def import_opml(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers write it.")],
    *,
    to: To = None,
) -> None:
    """Add the feeds of an OPML file that are not known yet to your own file."""
    from crawler.sources.additions import not_known, vouched_for
    from crawler.sources.opml import read_opml

    config = load()
    try:
        listed, left_out = read_opml(file.read_bytes())
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror or error}") from error
    for line in left_out:
        errors.print(f"left out: {line}", soft_wrap=True)
    registry = _registry(config, to)
    new, vouched = not_known(listed, registry), vouched_for(listed, registry)
    console.print(f"{len(listed)} sources listed, {len(listed) - len(new)} known already")
    _add(config, new, to)
    _write_overrides(config, vouched, to)
    for one in vouched:
        console.print(f"{one.source_id} was known from lists and is crawled from now on")


@sources_app.command("export")
def export_opml(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.opml]", help="Where to; stdout if none.")
    ] = None,
) -> None:
    """Write the feeds of all sources that are crawled as OPML, for a feed reader."""
    from crawler.sources.opml import write_opml

    crawled = _registry(load()).crawled()
    content = write_opml(crawled)
    if file is None:
        write_out(content.decode("utf-8"))
        return
    try:
        with as_asked():
            file.write_bytes(content)
    except OSError as error:
        raise SourceError(f"{file} cannot be written: {error.strerror or error}") from error
    console.print(f"{len(crawled)} sources written to {file}", soft_wrap=True)


@sources_app.command()
def check(
    sources: Names = None,
    *,
    sources_file: SourcesFile = None,
    tag: Annotated[str | None, typer.Option(help="Those of a kind, such as chips.")] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Those that wait for it.")
    ] = False,
    heal: Annotated[
        bool, typer.Option("--heal", help="Look for better listings of those that need them.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask sources: do they answer, parse, have news, give an article? Exit 1 if one does not.

    Unverified ones that pass are crawled from then on; your own file says so, and what was healed.
    """
    from crawler.cli.sources_reports import counting, print_checks, print_healings
    from crawler.sources.registry import asked_sources
    from crawler.visits.checking import Check, check_sources, passes
    from crawler.visits.healing import heal_sources

    config, now = load(), now_utc()
    asked = asked_sources(
        sources or (),
        sources_file=sources_file,
        home=config.home,
        tag=tag,
        which=lambda source: source.waits if unverified else source.crawled,
        tell=errors.print,
    )
    done: list[Check] = []
    try:
        with counting(errors, len(asked), "checking") as on_progress:

            def note(one: Check) -> None:
                done.append(one)
                on_progress(one.source_id)

            checks = check_sources(asked, config, on_progress=note)
    finally:  # a check of hundreds that is stopped keeps what it has found
        passed = passes(asked, done, now=now)
        _write_overrides(config, passed, sources_file)
    healings = []
    if heal:
        with counting(errors, sum(bool(one.problems) for one in checks), "healing") as on_progress:
            healings = heal_sources(asked, checks, config, on_progress=on_progress)
    healed = [one.override for one in healings if one.override]
    _write_overrides(config, healed, sources_file)
    failed = sum(bool(one.problems) for one in checks) - len(healed)
    if as_json:
        report = {
            "checked": len(checks),
            "failed": failed,
            "verified": [one.source_id for one in passed],
            "healed": {one.source_id: one.words for one in healings if one.override},
            "not_healed": {one.source_id: one.words for one in healings if not one.override},
            "sources": [one.as_json(now=now) for one in checks],
        }
        print_json(report)
    else:
        print_checks(console, checks, now=now)
        if passed:
            console.print(f"{len(passed)} unverified passed and are crawled from now on")
        print_healings(console, healings)
    raise typer.Exit(1 if failed else 0)


@sources_app.command()
def rights(
    sources: Names = None, *, sources_file: SourcesFile = None, as_json: Json = False
) -> None:
    """List what sources say of the use of their pages, as far as they were crawled."""
    from dataclasses import asdict

    from crawler.cli.sources_reports import print_rights
    from crawler.sources.registry import asked_sources
    from crawler.state.rights import said
    from indexer.foundation.database import reading, state_database

    config = load()
    asked = asked_sources(
        sources or (),
        sources_file=sources_file,
        home=config.home,
        which=lambda source: True,
        tell=errors.print,
    )
    with state_database(config.database_url) as engine, reading(engine) as connection:
        found = said(connection, [source.id for source in asked])
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        print_rights(console, found, config.rights_refuse, asked=len(asked))


def _registry(config: Config, *others: Path | None) -> "Registry":
    from crawler.sources.registry import sources_at

    return sources_at(config.home, *(path for path in others if path and path.exists()))


def _add(config: Config, sources: "Sequence[Source]", to: Path | None) -> None:
    from crawler.sources.registry import USER_FILE
    from crawler.sources.writing import add_sources

    _refuse_private(config, sources)
    path = to or config.make_home() / USER_FILE
    if sources:
        add_sources(path, sources)
    for source in sources:
        console.print(f"added {source.id} to {path}", soft_wrap=True)


def _write_overrides(
    config: Config, overrides: "Sequence[Override]", sources_file: Path | None
) -> None:
    """Write each where its source is known from: the file given by hand, or the user's own."""
    from crawler.sources.registry import USER_FILE, ids_in
    from crawler.sources.writing import override_sources

    given = ids_in(sources_file) if sources_file else frozenset[str]()
    written: dict[Path, list[Override]] = {}
    for override in overrides:
        own = sources_file if sources_file and override.source_id in given else None
        written.setdefault(own or config.make_home() / USER_FILE, []).append(override)
    for path, some in written.items():
        override_sources(path, some)


def _refuse_private(config: Config, sources: "Sequence[Source]") -> None:
    """Raises: SourceError for a listing that no crawl could ask."""
    guard = AddressGuard(config.allow_hosts)
    for source in sources:
        for url in (*source.feeds, *source.sitemaps, *source.sections):
            host = urlsplit(url).hostname or ""
            if not guard.permits_host(host):
                raise SourceError(
                    f"source {source.id}: {host} is a private address: list it in "
                    "TECHWIRE_ALLOW_HOSTS to open it"
                )


def _discovered(config: Config, url: str, pause_s: float) -> "Discovery":
    from crawler.cli.sources_reports import asking
    from crawler.net.visiting import Visitor
    from crawler.visits.source_discovery import discover as discover_sources

    async def look() -> "Discovery":
        async with Visitor(config, pause_s=pause_s) as visitor:
            return await discover_sources(url, visitor, now=now_utc(), on_progress=on_progress)

    with asking(errors) as on_progress:
        return asyncio.run(look())
