"""`/metrics` for Prometheus: the numbers of `crawler.runs.numbers`, on a port of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from crawler.runs.numbers import Numbers
from crawler.state.health import State
from indexer.errors import ConfigError

_COUNTERS = {
    "listings": "Listings asked.",
    "unchanged": "Listings that answered 304.",
    "listings failed": "Listings that failed.",
    "found": "New or changed articles found in listings.",
    "fetched": "Pages fetched.",
    "stored": "Documents stored.",
}


class Collector:
    """Reads the numbers at each scrape."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers

    def collect(self) -> Iterator[Metric]:
        tally = self.numbers.tally()
        for name, words in _COUNTERS.items():
            yield CounterMetricFamily(f"techwire_{name.replace(' ', '_')}", words, tally[name])
        for name in ("dropped", "failed"):
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
        for state in State:
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


@contextmanager
def metrics_server(numbers: Numbers, address: str | None) -> Iterator[str | None]:
    """Serve `/metrics` on "HOST:PORT" while the block runs; None serves nothing.

    Yields: its URL. Raises: ConfigError when the address is wrong or taken.
    """
    if address is None:
        yield None
        return
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise ConfigError(f"--metrics is {address!r}: write HOST:PORT, or off")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector(numbers))
    ProcessCollector(registry=registry)
    host = host.strip("[]") or "127.0.0.1"
    try:
        server, thread = start_http_server(int(port), host, registry)
    except OSError as error:
        raise ConfigError(
            f"cannot serve metrics on {address} ({error.strerror}): "
            "choose another with --metrics HOST:PORT, or --metrics off"
        ) from error
    try:
        yield f"http://{host}:{server.server_address[1]}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=2)
