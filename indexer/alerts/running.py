"""A run of the alerts: look for what is new, write it down, hand over what is due.

Usable from cron or followed; several at once share the work, a message belongs to one of them.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import Engine

from indexer.alerts import mail, webhook
from indexer.alerts.alert import Alert
from indexer.alerts.alerts_file import FILE_NAME, read_file
from indexer.alerts.feed_file import write_feed
from indexer.alerts.matching import LOOK_BACK, matches
from indexer.alerts.silence import (
    LOOK_EVERY,
    newest_crawl,
    silences,
    story_about,
    unknown_sources,
    watched_sources,
)
from indexer.alerts.store import AlertStore, Message
from indexer.foundation.clock import Clock, SharedClock
from indexer.foundation.config import Config
from indexer.foundation.database import reading
from indexer.foundation.errors import (
    ConfigError,
    DeliveryError,
    IndexerError,
    SearchError,
    UnknownName,
)
from indexer.foundation.times import now_utc
from indexer.search.query import Names, asking
from indexer.search.search_server import SearchServer, search_server
from indexer.search.understanding import understand
from indexer.vocabulary.sources import Registry, no_sources

PAUSE_S = 30.0
MOST_MESSAGES = 100  # an alert and round, so that a slow receiver holds up the others for a while


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """What one round did. found: stories new to an alert. sent: messages handed over.

    errors: what could not be done now and is tried again. notes: what to look at.
    """

    found: int = 0
    sent: int = 0
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def all_alerts(config: Config, store: AlertStore) -> tuple[list[Alert], list[str]]:
    """The alerts of the database and of alerts.toml, and why others of the file cannot run.

    One of the file that is named like one of the database cannot.
    """
    kept = store.alerts()
    try:
        written = read_file(config.home)
    except ConfigError as error:
        return kept, [str(error)]
    taken = {alert.name for alert in kept}
    doubles = [
        f"alert {alert.name} is in {config.home / FILE_NAME} and was added too: "
        f"`techwire alerts remove {alert.name}`, or rename it in the file"
        for alert in written.alerts
        if alert.name in taken
    ]
    found = [*kept, *(alert for alert in written.alerts if alert.name not in taken)]
    return found, [*written.faults.values(), *doubles, *_closed(found, config.allow_hosts)]


def _closed(alerts: Sequence[Alert], allow: Sequence[str]) -> Iterator[str]:
    """Those whose webhook may not be asked."""
    for alert in alerts:
        if alert.way == "webhook":
            try:
                webhook.check_target(alert.target, allow=allow)
            except DeliveryError as error:
                yield f"alert {alert.name}: {error}"


def run_alerts(
    config: Config, engine: Engine, *, sources: Registry = no_sources, now: Clock = now_utc
) -> RoundReport:
    """One round. sources: tells the registry."""
    stop = threading.Event()
    stop.set()
    rounds: list[RoundReport] = []
    follow_alerts(config, engine, stop, on_progress=rounds.append, sources=sources, now=now)
    return rounds[0]


def follow_alerts(
    config: Config,
    engine: Engine,
    stop: threading.Event,
    *,
    on_progress: Callable[[RoundReport], object],
    sources: Registry = no_sources,
    now: Clock = now_utc,
) -> None:
    """Rounds until `stop` is set, one at least; the search server is kept meanwhile."""
    clock = SharedClock(now)
    with ExitStack() as stack:
        server: SearchServer | None = None
        while True:
            runner = _Round(config, engine, sources, clock)
            try:
                with reading(engine) as connection:
                    clock.measure(connection)
                alerts, faults = all_alerts(config, runner.store)
                runner.errors += faults
                if server is None and any(not alert.silent for alert in alerts):
                    server = runner.try_to(lambda: stack.enter_context(search_server(config)))
                runner.look(alerts, server)
                runner.tell(alerts)
            except IndexerError as error:
                if stop.is_set():
                    raise
                runner.errors.append(str(error))  # a locked database, a half-written file
            if runner.server_failed:
                stack.close()
                server = None
            on_progress(runner.result())
            if stop.wait(PAUSE_S):
                return


class _Round:
    """One round under way."""

    def __init__(self, config: Config, engine: Engine, sources: Registry, now: Clock) -> None:
        self.store = AlertStore(engine)
        self.errors: list[str] = []
        self.server_failed = False
        self._config = config
        self._engine = engine
        self._sources = sources
        self._now = now
        self._notes: list[str] = []
        self._found = self._sent = 0

    def result(self) -> RoundReport:
        return RoundReport(
            found=self._found,
            sent=self._sent,
            errors=tuple(dict.fromkeys(self.errors)),
            notes=tuple(self._notes),
        )

    def try_to(self, start: Callable[[], SearchServer]) -> SearchServer | None:
        """A search server, or none with its reason noted: messages can go out without."""
        try:
            return start()
        except SearchError as error:
            self.errors.append(str(error))
            return None

    def look(self, alerts: Sequence[Alert], server: SearchServer | None) -> None:
        """Find and write down what each alert has not told yet."""
        self.store.forget_old(now=self._now())
        for alert in alerts:
            try:
                if alert.silent:
                    self._look_for_silence(alert)
                elif server is not None and not self.server_failed:
                    self._search(server, alert)
            except (UnknownName, ConfigError) as error:  # ConfigError: the registry cannot be read
                self.errors.append(f"alert {alert.name} does not run: {error}")
            except SearchError as error:
                self.errors.append(str(error))
                self.server_failed = True
            self.store.bundle(alert, now=self._now())

    def _search(self, server: SearchServer, alert: Alert) -> None:
        now = self._now()
        index = self._config.meili_index
        # a name is understood anew each time: what is called so may be indexed by now
        understanding = Names(sources=self._sources, ask=asking(server, index))
        names = understanding.understood(alert.names, patient=True)
        text = understand(alert.words, understanding, now=now, patient=True)
        for fault in text.faults:
            self.errors.append(f"alert {alert.name} does not run: {fault.said}")
        if text.faults:
            return
        unheard = [
            one for several in (*names.values(), text.meanings) for one in several if not one.heard
        ]
        self._notes += [f"alert {alert.name}: no article names {one.typed} yet" for one in unheard]
        state = self.store.state(alert.name, now=now)
        since = max(state.since, state.matched_at - LOOK_BACK)
        found = list(matches(server, index, names, wanted=text.alternatives, since=since, now=now))
        self._found += self.store.keep(alert.name, found, now=now)

    def _look_for_silence(self, alert: Alert) -> None:
        now = self._now()
        watched, faults = watched_sources(self._engine, alert.silent, self._sources)
        self.errors += [f"alert {alert.name}: {fault}" for fault in faults]
        state = self.store.state(alert.name, now=now)
        if state.since < state.matched_at > now - LOOK_EVERY:
            return
        newest = newest_crawl(self._engine)
        stories = [
            story_about(silence, now=now, newest=newest)
            for silence in silences(self._engine, watched, now=now)
        ]
        unknown = unknown_sources(self._engine, watched)
        self._notes += [f"alert {alert.name}: no article of {source} yet" for source in unknown]
        self._found += self.store.keep(alert.name, stories, now=now)

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Hand over what is due; an alert's first failure ends its turn."""
        for alert in alerts:
            for _ in range(MOST_MESSAGES):
                message = self.store.claim(alert.name, now=self._now())
                if message is None or not self._hand_over(alert, message):
                    break

    def _hand_over(self, alert: Alert, message: Message) -> bool:
        now = self._now()
        try:
            if alert.way == "webhook":
                webhook.post(alert, message, now=now, allow=self._config.allow_hosts)
            elif alert.way == "email":
                mail.send(alert, message, self._config)
            else:
                write_feed(alert.name, self.store, self._config)
        except DeliveryError as error:
            self.store.failed(message, str(error), now=now)
            self.errors.append(f"alert {alert.name}: {error}")
            return False
        self.store.sent(message, now=self._now())
        self._sent += 1
        return True
