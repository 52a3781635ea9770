"""A newsroom's desk for tests of alerts: a search engine, a state database, a clock to set."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from indexer.alerts.alert import Alert, read_alert
from indexer.alerts.running import RoundReport, run_alerts
from indexer.alerts.store import AlertStore
from indexer.delivery.following import push_once
from indexer.delivery.outbox import Outbox, put
from indexer.document import Document
from indexer.foundation.config import Config
from indexer.foundation.database import begin
from indexer.vocabulary.sources import KnownSource
from tests.factories import NOW, a_document

SECRET = "a-secret-of-some-length"


@dataclass
class Desk:
    """One deployment. now: what its clock shows. sources: its registry."""

    config: Config
    engine: Engine
    now: datetime = NOW
    documents: dict[str, Document] = field(default_factory=dict)
    sources: tuple[KnownSource, ...] = (KnownSource("daily", "The Daily"),)

    @property
    def store(self) -> AlertStore:
        return AlertStore(self.engine)

    def publish(self, *names: str, **changes: object) -> None:
        """Documents that are published, crawled and indexed now, unless the test says otherwise."""
        stamp = int(self.now.timestamp())
        with begin(self.engine) as connection:
            for name in names:
                times = {"published_at": stamp - 60, "crawled_at": stamp}
                document = a_document(name, **{**times, **changes})
                self.documents[name] = document
                put(connection, document, now=self.now)
        report = push_once(self.config, Outbox(self.engine))
        assert report.error is None

    def add(self, name: str = "mine", **options: object) -> Alert:
        """An alert on "chips", told by a file unless the test says otherwise."""
        ways = {"feed", "webhook", "email"} & options.keys()
        searches = {} if "silent" in options else {"words": "chips"}
        written = {**searches, "secret": SECRET, **({} if ways else {"feed": True}), **options}
        alert = read_alert(name, {key: value for key, value in written.items() if value})
        self.store.add(alert, now=self.now)
        return alert

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def run(self) -> RoundReport:
        return run_alerts(
            self.config, self.engine, sources=lambda: self.sources, now=lambda: self.now
        )
