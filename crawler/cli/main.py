"""`techwire`: the crawler's commands, with the indexer's mounted beside them.

Exit codes: 0 done; 1 not everything could be done (documents wait for the index, nothing could be
extracted); 2 wrong input or setting; 3 a crawl ended and some sources failed; 130 interrupted.
"""

import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from crawler.cli import archive as commands_archive
from crawler.cli import companies as commands_companies
from crawler.cli import sources as commands_sources
from crawler.cli import state as commands_state
from crawler.cli import watch as commands_watch
from crawler.errors import CrawlerError, SourceError
from crawler.offline.keeping import Keeping
from crawler.runs import logs
from indexer.cli import main as indexer_cli
from indexer.cli.names import Crawl
from indexer.cli.options import folded
from indexer.delivery.outbox import CrawlMemory
from indexer.foundation.config import Config, load
from indexer.foundation.errors import ConfigError, IndexerError, SearchError
from indexer.foundation.outbound import program_version
from indexer.foundation.rights import keep_private
from indexer.foundation.terminal import Terminal, print_json, say, set_up_output
from indexer.foundation.times import moment, now_utc
from indexer.vocabulary import own
from indexer.vocabulary.checking import checked_file
from indexer.vocabulary.sources import KnownSource

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Terminal()
errors = Terminal(stderr=True)


def tell_version(asked: bool) -> None:
    if asked:
        console.print(f"techwire {program_version()}")
        raise typer.Exit


@app.callback()
def techwire(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=tell_version, is_eager=True, help="Its number.")
    ] = False,
) -> None:
    """Crawl the world's tech news and search it by topic, region and date."""


@dataclass(frozen=True, kw_only=True)
class CrawlOptions:
    """What to crawl, what to keep of it, and what is told of it."""

    since: Annotated[
        str | None, typer.Option(help="Only articles newer than a span (2d, 36h) or a date.")
    ] = None
    until: Annotated[str | None, typer.Option(help="Only articles older than that.")] = None
    limit: Annotated[int | None, typer.Option(min=1, help="Most new pages a source.")] = None
    sources_file: Annotated[
        Path | None, typer.Option("--sources", help="Your own sources (TOML); crawls those.")
    ] = None
    tag: Annotated[str | None, typer.Option(help="Those of a kind, such as chips or research.")] = (
        None
    )
    all_topics: Annotated[
        bool, typer.Option("--all-topics", help="Keep stories off the tech topics too.")
    ] = False
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Fetch what is listed again, seen before or not.")
    ] = False
    archive: Annotated[
        Path | None, typer.Option(help="Instead: pages of a WARC file, a saved page or a folder.")
    ] = None
    index: Annotated[bool, typer.Option(help="Send new documents to the index too.")] = True
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False


@app.command()
@folded
def crawl(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Ids; all crawled ones if none."),
    ] = None,
    *,
    asked: CrawlOptions,
) -> None:
    """Ask the sources what is new, fetch it, extract it, store it, index it: one pass."""
    now = now_utc()
    since = moment(asked.since, now=now, option="--since")
    until = moment(asked.until, now=now, option="--until")
    if asked.archive is not None:
        code = commands_archive.ingest_archive(
            asked.archive,
            Keeping(since=since, until=until, all_topics=asked.all_topics),
            sources_file=asked.sources_file,
            index=asked.index,
            as_json=asked.as_json,
        )
        raise typer.Exit(code)
    from crawler.runs import crawling
    from crawler.runs.contact import ask_for_contact
    from crawler.runs.failures import failures_told
    from crawler.sources.registry import asked_sources
    from crawler.spiders.plan import Plan

    config = load()
    with failures_told(config, "crawl") as tell_failure:
        plan = Plan(
            sources=asked_sources(
                sources or (),
                sources_file=asked.sources_file,
                home=config.home,
                tag=asked.tag,
                tell=errors.print,
            ),
            since=since,
            until=until,
            limit=asked.limit,
            all_topics=asked.all_topics,
            refresh=asked.refresh,
        )
        ask_for_contact(config)
        done = crawling.crawl(config, plan, index=asked.index, console=errors)
        if asked.as_json:
            print_json(done.as_json())
        else:
            crawling.print_crawl(console, done)
        if done.failure is not None:
            tell_failure(done.failure, done.exit_code)
            say(f"the crawl failed: {done.failure}")
    raise typer.Exit(done.exit_code)


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the summary.")] = False,
    host: Annotated[str, typer.Option(help="Address of the search page.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Its port; 0 takes a free one.")] = 8710,
) -> None:
    """Crawl a small web of news sites that comes with techwire, index it, serve the page."""
    from crawler.demo.command import run_demo

    raise typer.Exit(run_demo(load(), console, errors, once=once, host=host, port=port))


@app.command()
def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8710,
) -> None:
    """Serve the search page until Ctrl-C."""
    from crawler.runs import supervising
    from crawler.sources.registry import sources_at
    from indexer.web.serving import PagePlace

    config = load()
    checked_file()
    sources = sources_at(config.home).all()
    place = PagePlace(host=host, port=port)
    raise typer.Exit(supervising.up(config, sources, (), console, place))


@app.command()
def extract(
    target: Annotated[
        str | None, typer.Argument(metavar="URL|FILE", help="One page to look at.")
    ] = None,
    *,
    jsonl: Annotated[
        tuple[Path, Path] | None, typer.Option(metavar="IN OUT", help="Many pages, in bulk.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="The address FILE was saved from.")] = None,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Look at URL whatever robots.txt says.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The document as JSON.")] = False,
) -> None:
    """Show what would be indexed of a page, and where each value came from."""
    from crawler.cli import reports
    from crawler.offline import bulk
    from crawler.sources.registry import sources_at
    from crawler.sources.source import unverified_sites
    from crawler.visits.extract_page import extract_page

    config = load()
    if jsonl is not None:
        work = partial(bulk.extract_line, home=config.home)
        raise typer.Exit(bulk.run_bulk(*jsonl, work, config.workers, errors))
    if target is None:
        raise typer.BadParameter("give a URL or a FILE, or --jsonl IN OUT")
    look = extract_page(
        target,
        config=config,
        url=url,
        obey_robots=not ignore_robots,
        unverified=unverified_sites(sources_at(config.home).all()),
    )
    if as_json:
        print_json(look.as_json(), content=True)
    else:
        reports.print_page(console, look)


@app.command()
def enrich(
    *,
    jsonl: Annotated[
        tuple[Path, Path],
        typer.Option(metavar="IN OUT", help='Lines {"id", "url"?, "title", "text"}.'),
    ],
) -> None:
    """Give articles their language, topics, regions, companies and funding, in bulk."""
    from crawler.offline import bulk

    raise typer.Exit(bulk.run_bulk(*jsonl, bulk.enrich_line, load().workers, errors))


def known_sources(config: Config) -> tuple[KnownSource, ...]:
    """The registry of a deployment, for names of sources. Raises: ConfigError."""
    from crawler.sources.registry import sources_at

    try:
        return sources_at(config.home).known()
    except SourceError as error:
        raise ConfigError(str(error)) from error


def crawl_memory() -> CrawlMemory:
    """What the crawl remembers of removed documents."""
    from crawler.state import removed

    return removed


commands_watch.register(app)
commands_archive.register(app)
commands_sources.register(app)
commands_state.register(app)
commands_companies.register(app)
indexer_cli.register(app, Crawl(registry=known_sources, memory=crawl_memory))


def main() -> None:
    """The program: our errors become one line on stderr and an exit code."""
    set_up_output()
    keep_private()
    logs.set_up_logs(errors)
    try:
        _use_own_words()
        app()
    except SearchError as error:
        _end(error, 1)
    except (CrawlerError, IndexerError) as error:
        _end(error, 2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        if error.filename is None:
            raise
        words = f"{error.filename} cannot be used ({error.strerror})"
        _end(f"{words}: put its rights or its disk right, or name another", 2)


def _use_own_words() -> None:
    """Know where the user's own vocabulary stands; it is read when first needed."""
    with suppress(ConfigError):  # the command itself says it
        own.use(load().home / own.USER_FILE)


def _end(error: Exception | str, code: int) -> NoReturn:
    say(str(error))
    sys.exit(code)
