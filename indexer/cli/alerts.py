"""The commands that bring news to people: alerts, digest."""

import secrets
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from indexer.alerts import webhook
from indexer.alerts.alert import Alert, read_alert
from indexer.alerts.alerts_file import FILE_NAME, read_file
from indexer.alerts.digest import digest_of, write_digest
from indexer.alerts.feed_file import feed_path
from indexer.alerts.matching import matches
from indexer.alerts.running import RoundReport, all_alerts, follow_alerts, run_alerts
from indexer.alerts.silence import unknown_sources, watched_sources
from indexer.alerts.store import AlertStatus, AlertStore
from indexer.cli.names import errors, names_known, say_meanings, say_notes
from indexer.cli.options import FacetOptions, folded
from indexer.delivery.following import until_stopped
from indexer.foundation.clock import database_now
from indexer.foundation.config import Config, load
from indexer.foundation.database import reading, state_database
from indexer.foundation.errors import (
    AmbiguousName,
    ConfigError,
    DeliveryError,
    SearchError,
    UnknownName,
)
from indexer.foundation.rights import as_asked
from indexer.foundation.terminal import Terminal, print_json
from indexer.foundation.times import moment, now_utc
from indexer.search.language import Kind
from indexer.search.query import Meanings, Names
from indexer.search.search_server import search_server
from indexer.search.understanding import Understood, understand

console = Terminal()
alerts_app = typer.Typer(
    no_args_is_help=True, help="News that comes to you: by feed, webhook or mail."
)


def register(app: typer.Typer) -> None:
    """Add these commands to an application."""
    app.add_typer(alerts_app, name="alerts")
    app.command()(digest)


@dataclass(frozen=True, kw_only=True)
class AlertOptions(FacetOptions):
    """What to watch for, beside words, and whom to tell."""

    silent: Annotated[
        list[str] | None, typer.Option(help="Instead of a search: source ids to watch, or all.")
    ] = None
    feed: Annotated[bool, typer.Option("--feed", help="Tell it by an RSS file.")] = False
    webhook: Annotated[str | None, typer.Option(help="URL to send signed JSON to.")] = None
    email: Annotated[str | None, typer.Option(help="Address to mail to.")] = None
    digest: Annotated[
        str | None, typer.Option("--digest", help="Gather stories: hourly or daily.")
    ] = None


@alerts_app.command()
@folded
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Small letters, digits, - and _.")],
    words: Annotated[
        str, typer.Argument(help="What to look for; all words must be found. As in `search -h`.")
    ] = "",
    *,
    asked: AlertOptions,
) -> None:
    """Add an alert: each new story that the search finds is told once.

    An option given twice means either; different options must all hold. Names are whole names.
    """
    secret = secrets.token_urlsafe(32) if asked.webhook else None
    options = {"words": words, **asdict(asked), "secret": secret}
    alert = read_alert(name, options)
    config = load()
    config.make_home()
    if name in read_file(config.home):
        raise ConfigError(f"there is an alert {name} in {config.home / FILE_NAME}: choose another")
    unsure = _looked_up(alert, config)
    with state_database(config.database_url) as engine:
        alert, names, text = _understood(context, config, engine, alert)
        say_meanings({**names, "words": text.meanings})
        say_notes([note for note in text.notes if note.kind is not Kind.ESTIMATE])
        with reading(engine) as connection:
            now = database_now(connection)
        AlertStore(engine).add(alert, now=now)
    _say(f"alert {name}: {alert.summary()}")
    for line in (*_told_of(alert, names, text, config), *unsure):
        _say(line)


@alerts_app.command("list")
def list_all(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The alerts as JSON.")] = False,
) -> None:
    """List the alerts and what each has told, never their secrets; exit 1 where some cannot run."""
    config = load()
    config.make_home()
    with state_database(config.database_url) as engine:
        store = AlertStore(engine)
        found, faults = all_alerts(config, store)
        alerts = [(alert, store.standing(alert.name)) for alert in found]
    if as_json:
        print_json([_shown(alert) | asdict(standing) for alert, standing in alerts])
    else:
        _list(alerts)
    for fault in faults:
        errors.print(fault, soft_wrap=True)
    if faults:
        raise typer.Exit(1)


def _list(alerts: Sequence[tuple[Alert, AlertStatus]]) -> None:
    if not alerts:
        _say("no alerts yet: `techwire alerts add --help` tells how to make one")
    for alert, standing in alerts:
        facts = [f"{standing.told} told"]
        if standing.waiting:
            facts.append(f"{standing.waiting} messages waiting")
        if standing.lost:
            facts.append(f"{standing.lost} messages given up")
        if standing.error:
            facts.append(standing.error)
        way = " ".join(part for part in (alert.way, str(alert.target), alert.digest) if part)
        _say(f"{alert.name}: {alert.summary()}; {way}; {', '.join(facts)}")


@alerts_app.command()
def remove(name: str) -> None:
    """Remove an alert with all it remembers."""
    config = load()
    config.make_home()
    if name in read_file(config.home):
        raise ConfigError(f"alert {name} is in {config.home / FILE_NAME}: remove it there")
    with state_database(config.database_url) as engine:
        if not AlertStore(engine).remove(name):
            raise ConfigError(f"there is no alert {name!r}: `techwire alerts list` names them")
    feed_path(config, name).unlink(missing_ok=True)
    _say(f"alert {name} is gone")


@alerts_app.command("run")
def run_all(
    context: typer.Context,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until stopped.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Look for what is new and tell it: once, as from cron, or until stopped."""
    config = load()
    config.make_home()
    sources = names_known(context, config).sources
    with state_database(config.database_url) as engine:
        if follow:
            said: set[str] = set()

            def on_progress(done: RoundReport) -> None:
                _print_news(done, said)

            follow_alerts(config, engine, until_stopped(), on_progress=on_progress, sources=sources)
            return
        done = run_alerts(config, engine, sources=sources)
    if as_json:
        print_json(asdict(done))
    else:
        _say(_round_words(done))
        for line in (*done.notes, *done.errors):
            _say(line)
    if done.errors:
        raise typer.Exit(1)


def digest(
    *,
    since: Annotated[str, typer.Option(help="A span (1d, 12h) or a date.")] = "1d",
    out: Annotated[Path | None, typer.Option(help="Folder; `digests` in the data folder.")] = None,
) -> None:
    """Write what a day brought as a readable page and as Markdown."""
    config = load()
    now = now_utc()
    begins = moment(since, now=now, option="--since") or now - timedelta(days=1)
    with search_server(config) as server:
        made = digest_of(server, config.meili_index, since=begins, until=now)
    with as_asked() if out else nullcontext():
        written = write_digest(made, out or config.make_home() / "digests")
    for path in written:
        _say(str(path))


def _understood(
    context: typer.Context, config: Config, engine: Engine, alert: Alert
) -> tuple[Alert, Meanings, Understood]:
    """The alert with the ids of the sources it watches, what its names and its words mean.

    The index is asked only for names that the vocabulary does not know.
    Raises: UnknownName, SearchError.
    """
    known = names_known(context, config)
    watched, faults = watched_sources(engine, alert.silent, known.sources)
    if faults:
        raise UnknownName(faults[0])
    alert = replace(alert, silent=tuple(watched))
    try:
        return alert, *_meant(alert, known)
    except AmbiguousName:
        raise
    except UnknownName:
        with search_server(config) as server:
            return alert, *_meant(alert, names_known(context, config, server))


def _meant(alert: Alert, known: Names) -> tuple[Meanings, Understood]:
    """Raises: UnknownName where a name of the options or of the words is called nothing."""
    names = known.understood(alert.names)
    text = understand(alert.words, known, now=now_utc())
    for fault in text.faults:
        refused = AmbiguousName if fault.kind is Kind.AMBIGUOUS else UnknownName
        raise refused(fault.said.replace("was left out: ", ""))
    return names, text


def _looked_up(alert: Alert, config: Config) -> list[str]:
    """What to say of a webhook's host. Raises: ConfigError when it may not be asked."""
    if alert.way != "webhook":
        return []
    try:
        said = webhook.look_up(alert.target, allow=config.allow_hosts)
    except DeliveryError as error:
        raise ConfigError(f"alert {alert.name}: {error}") from error
    return [said] if said else []


def _told_of(alert: Alert, names: Meanings, text: Understood, config: Config) -> list[str]:
    """What the person who adds an alert should know of it."""
    lines = []
    if alert.way == "feed":
        lines.append(f"feed: {feed_path(config, alert.name)}")
    if alert.way == "webhook":
        lines.append(f"secret: {alert.secret}")
    if alert.way == "email" and config.smtp_url is None:
        lines.append("no mail goes out yet: set TECHWIRE_SMTP_URL, in .env")
    if alert.silent:
        with state_database(config.database_url) as engine:
            unknown = unknown_sources(engine, alert.silent)
        lines += [f"no article of {source} yet: is that its id?" for source in unknown]
    else:
        lines.append(_tried(names, text, config))
    return lines


def _tried(names: Meanings, text: Understood, config: Config) -> str:
    """How much the search would have found, or why nobody can tell."""
    now = now_utc()
    try:
        with search_server(config) as server:
            since = now - timedelta(days=1)
            index = config.meili_index
            wanted = text.alternatives
            stories = matches(server, index, names, wanted=wanted, since=since, now=now)
            found = sum(1 for _ in stories)
    except SearchError as error:
        return f"it could not be tried: {error}"
    return f"it finds {found} stories of the last day; from now on it tells new ones"


def _shown(alert: Alert) -> dict[str, Any]:
    options = alert.options()
    options.pop("secret", None)
    return {"name": alert.name, **options, alert.way: str(alert.target) or True}


def _round_words(done: RoundReport) -> str:
    return f"{done.found} new stories, {done.sent} messages sent"


def _print_news(done: RoundReport, said: set[str]) -> None:
    """A round among many: what it did, and what it complains of unless the last one did too."""
    if done.found or done.sent:
        _say(_round_words(done))
    lines = dict.fromkeys((*done.notes, *done.errors))
    for line in lines:
        if line not in said:
            _say(line)
    said.clear()
    said.update(lines)


def _say(line: str) -> None:
    console.print(line, soft_wrap=True)
