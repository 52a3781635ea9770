"""A watch's numbers (`crawler.runs.numbers`), and the search server's, in Prometheus' form."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from crawler.runs.numbers import Numbers
from crawler.state.health import SourceState
from indexer.delivery.watched import queue_metrics
from indexer.search.task_queue import WatchedQueue

_COUNTERS = {
    "listings": "Listings asked.",
    "unchanged": "Listings that answered 304.",
    "listings failed": "Listings that failed.",
    "found": "New or changed articles found in listings.",
    "fetched": "Pages fetched.",
    "stored": "Documents stored.",
    "loop held": "Times that something held the event loop for over a second.",
}


class CrawlCollector:
    """Reads the numbers at each scrape."""

    def __init__(self, numbers: Numbers, queue: WatchedQueue) -> None:
        self.numbers = numbers
        self.queue = queue

    def collect(self) -> Iterator[Metric]:
        tally = self.numbers.tally()
        for name, words in _COUNTERS.items():
            yield CounterMetricFamily(f"techwire_{name.replace(' ', '_')}", words, tally[name])
        for name in ("dropped", "failed", "late"):
            family = CounterMetricFamily(
                f"techwire_pages_{name}", f"Pages {name}.", labels=["reason"]
            )
            for reason, number in tally.by_reason(name).items():
                family.add_metric([reason], number)
            yield family
        standing = self.numbers.standing()
        for name, words, number in (
            ("sources_due", "Sources due and not being asked.", standing.due),
            ("sources_held", "Sources being asked by some watcher.", standing.held),
            ("pages_waiting", "Articles found and not fetched yet.", standing.pages),
            ("outbox_waiting", "Documents waiting for the index.", standing.waiting),
            ("outbox_quarantined", "Documents the index refuses.", standing.quarantined),
        ):
            yield GaugeMetricFamily(f"techwire_{name}", words, number)
        states = GaugeMetricFamily("techwire_sources", "Sources by state.", labels=["state"])
        for state in SourceState:
            states.add_metric([str(state)], standing.states[state])
        yield states
        lag = GaugeMetricFamily(
            "techwire_lag_seconds",
            "Median from publication to searchable, of the last day.",
            labels=["source"],
        )
        for source, seconds in standing.lags.items():
            lag.add_metric([source], seconds)
        yield lag
        every = GaugeMetricFamily(
            "techwire_lag_quantile_seconds",
            "From publication to searchable over all articles of the last day.",
            labels=["quantile"],
        )
        for quantile, worst_s in (("0.5", standing.lag_p50_s), ("0.95", standing.lag_p95_s)):
            if worst_s is not None:
                every.add_metric([quantile], worst_s)
        yield every
        yield from queue_metrics(self.queue)
