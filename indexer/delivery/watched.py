"""Empties the outbox until stopped, with `/healthz` and `/metrics` telling how that goes."""

from collections.abc import Callable, Iterator
from threading import Event

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from indexer.delivery.following import follow_outbox, until_stopped
from indexer.delivery.outbox import Outbox, OutboxRow, standing
from indexer.delivery.pusher import PushReport
from indexer.foundation.config import Config
from indexer.foundation.database import reading
from indexer.foundation.probes import Pulse, probe_server
from indexer.search.task_queue import WatchedQueue, present_queue

SCRAPE_S = 2.0  # for the search server's answer to a scrape
STUCK_AFTER_S = 900.0  # a batch may wait for its task 300 s, and be halved


class WatchedOutbox(Outbox):
    """An outbox that shows by its pulse, at every batch, that somebody still empties it."""

    def __init__(self, outbox: Outbox, pulse: Pulse) -> None:
        super().__init__(outbox.engine)
        self.pulse = pulse

    def waiting(self, *, limit: int, max_bytes: int) -> list[OutboxRow]:
        self.pulse.beat()
        return super().waiting(limit=limit, max_bytes=max_bytes)


class WatchedStop(Event):
    """The event `stop`, which shows by its pulse, at every round, that somebody still asks it.

    Rounds without a batch are life too: the search server is away, or another process sends.
    """

    def __init__(self, stop: Event, pulse: Pulse) -> None:
        super().__init__()
        self.stop = stop
        self.pulse = pulse

    def is_set(self) -> bool:
        self.pulse.beat()
        return self.stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        return self.stop.wait(timeout)


class IndexCollector:
    """Reads the outbox and the search server's tasks at each scrape; counts what was sent here."""

    def __init__(self, outbox: Outbox, queue: WatchedQueue) -> None:
        self.outbox = outbox
        self.queue = queue
        self.sent = {"indexed": 0, "updated": 0, "refused": 0}

    def add(self, report: PushReport) -> None:
        self.sent["indexed"] += report.done
        self.sent["updated"] += report.updated
        self.sent["refused"] += report.refused

    def collect(self) -> Iterator[Metric]:
        for name, number in self.sent.items():
            yield CounterMetricFamily(f"techwire_{name}", f"Documents {name}.", number)
        with reading(self.outbox.engine) as connection:
            box = standing(connection)
        for name, words, number in (
            ("waiting", "Documents waiting for the index.", box.waiting),
            ("quarantined", "Documents the index refuses.", box.quarantined),
        ):
            yield GaugeMetricFamily(f"techwire_outbox_{name}", words, number)
        yield from queue_metrics(self.queue)


def queue_metrics(queue: WatchedQueue) -> Iterator[Metric]:
    """The search server's tasks; nothing where it does not answer."""
    known = queue.look(SCRAPE_S)
    if known is None or known.error is not None:
        return
    for name, words, number in (
        ("waiting", "Tasks that have not ended.", known.waiting),
        ("oldest_seconds", "Age of the oldest of them.", known.oldest_s or 0),
        ("stalled", "1 while they do not move.", known.stalled is not None),
    ):
        yield GaugeMetricFamily(f"techwire_search_tasks_{name}", words, number)


def follow_watched(
    config: Config,
    outbox: Outbox,
    *,
    metrics: str | None,
    on_progress: Callable[[PushReport], None],
) -> PushReport:
    """`follow_outbox` until Ctrl-C or SIGTERM. metrics: "HOST:PORT" of the probes, or None."""
    stop = until_stopped()
    pulse = Pulse(most_s=STUCK_AFTER_S)
    queue = WatchedQueue(lambda: present_queue(config))
    collector = IndexCollector(outbox, queue)

    def heard(report: PushReport) -> None:
        collector.add(report)
        on_progress(report)

    with probe_server(
        metrics, collector, pulse.trouble, search=queue.trouble, names=config.serve_hosts
    ):
        return follow_outbox(
            config, WatchedOutbox(outbox, pulse), WatchedStop(stop, pulse), on_progress=heard
        )
