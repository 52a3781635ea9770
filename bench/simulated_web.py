"""Invented publishers for `simulated_day.py`: when they publish, and their feeds over loopback.

Rates and habits are made up after what real registries show: few wires, many small sites, nights,
bursts, short feeds, wishes for patience, outages. The same seed gives the same world.
"""

import multiprocessing
import random
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import inf
from multiprocessing.connection import Connection

START = datetime(2026, 11, 17, 0, 0, tzinfo=UTC)  # a Tuesday
HISTORY_DAYS = 7
WARM_UP_DAYS = 1
TAIL_DAYS = 0.5  # polled on, so that the counted day's late articles have their chance
DAY_S = 86_400.0
OFFICE_HOURS = [0.15] * 6 + [0.6, 1.2] + [2.0] * 10 + [1.2, 0.8, 0.6, 0.5, 0.3, 0.2]

# name, how many of 450, articles a day from .. to
CLASSES = (
    ("wire", 8, 100, 200),
    ("large", 40, 30, 80),
    ("middle", 120, 8, 25),
    ("small", 180, 1, 7),
    ("rare", 70, 0.05, 0.8),
    ("dead", 20, 0, 0),
    ("failing", 12, 5, 20),
)


@dataclass
class Publisher:
    """One invented source. times: publication of every article, seconds after START, rising."""

    number: int
    kind: str
    daily: float
    window: int
    headers: dict[str, str]
    ttl_min: int | None
    times: list[float]
    outages: list[tuple[float, float]]

    @property
    def hourly(self) -> bool:
        return self.daily >= 24 and self.kind != "failing"

    @property
    def wishes(self) -> timedelta:
        """The patience it asks for."""
        fresh = timedelta(minutes=5) if self.headers else timedelta(0)
        return max(fresh, timedelta(minutes=self.ttl_min or 0))

    def is_down(self, at_s: float) -> bool:
        return any(begin_s <= at_s < end_s for begin_s, end_s in self.outages)

    def is_gone(self) -> bool:
        return self.outages == [(0.0, inf)]


def invent(sources: int, days: int, chance: random.Random) -> list[Publisher]:
    """The world, the same for every way of polling."""
    world: list[Publisher] = []
    for kind, of_450, low, high in CLASSES:
        for _ in range(max(1, round(of_450 * sources / 450))):
            daily = chance.uniform(low, high)
            until = (WARM_UP_DAYS + days + TAIL_DAYS) * DAY_S
            times = list(_chances(daily, until, flat=kind == "wire", chance=chance))
            if kind == "dead":
                times = [-chance.uniform(60, 400) * DAY_S for _ in range(5)]
            if kind != "dead" and chance.random() < 0.1:  # a conference, an earnings day
                at = chance.uniform(0, until)
                times += [at + chance.uniform(0, 3600) for _ in range(chance.randint(12, 30))]
            outages = [(0.0, inf)] if kind == "failing" and chance.random() < 0.5 else []
            if kind == "failing" and not outages:
                at = chance.uniform(0, until)
                outages = [(at, at + chance.uniform(1, 8) * 3600)]
            wish = chance.random()
            world.append(
                Publisher(
                    number=len(world),
                    kind=kind,
                    daily=daily,
                    window=chance.choice((10, 20, 20, 30, 50)),
                    headers={"Cache-Control": "max-age=300"} if wish < 0.25 else {},
                    ttl_min=15 if 0.25 <= wish < 0.3 else 60 if 0.3 <= wish < 0.35 else None,
                    times=sorted(times),
                    outages=outages,
                )
            )
    return world


def _chances(daily: float, until: float, *, flat: bool, chance: random.Random) -> Iterator[float]:
    """A Poisson process by thinning, on the clock of a random time zone."""
    if not daily:
        return
    shift = chance.choice((-8, -5, 0, 1, 5, 8, 9))
    mean = sum(OFFICE_HOURS) / 24
    peak = 1.0 if flat else max(OFFICE_HOURS) / mean
    at = -HISTORY_DAYS * DAY_S
    while True:
        at += chance.expovariate(daily / DAY_S * peak)
        if at >= until:
            return
        local = int(at // 3600 + shift) % 24
        if flat or chance.random() < OFFICE_HOURS[local] / mean / peak:
            yield at


class Web:
    """All publishers on one loopback port; a request's `X-Now` says what time it is."""

    def __init__(self, world: list[Publisher]) -> None:
        self.world = world

    def answer(self, path: str, etag: str, now_s: float) -> tuple[int, dict[str, str], bytes]:
        name, _, rest = path.strip("/").partition("/")
        site = self.world[int(name)]
        if site.is_down(now_s):
            return 503, {}, b""
        if rest != "feed":
            return (404, {}, b"") if "." in rest else (200, {}, b"<html>a page</html>")
        newest = bisect_right(site.times, now_s)
        own = f'"{newest}"'
        if etag == own:
            return 304, site.headers, b""
        return 200, {**site.headers, "ETag": own}, _feed(site, newest)


def _feed(site: Publisher, newest: int) -> bytes:
    ttl = f"<ttl>{site.ttl_min}</ttl>" if site.ttl_min else ""
    items = "".join(
        f"<item><title>Article {n}</title><link>http://s{site.number}.example/a/{n}</link>"
        f"<pubDate>{format_datetime(START + timedelta(seconds=site.times[n]))}</pubDate>"
        f"<description>{'words ' * 40}</description></item>"
        for n in range(newest - 1, max(-1, newest - 1 - site.window), -1)
    )
    return f'<rss version="2.0"><channel><title>s</title>{ttl}{items}</channel></rss>'.encode()


@contextmanager
def serving(world: list[Publisher]) -> Iterator[int]:
    """Serve the world in a process of its own; yields the port."""
    spawning = multiprocessing.get_context("spawn")  # whatever this Python's own choice is
    here, there = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(world, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def _serve(world: list[Publisher], pipe: Connection) -> None:
    web = Web(world)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            asked = self.headers
            etag, now_s = asked.get("If-None-Match", ""), float(asked["X-Now"])
            status, headers, body = web.answer(self.path, etag, now_s)
            head = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}"]
            head += [f"{name}: {value}" for name, value in headers.items()]
            self.wfile.write("\r\n".join([*head, "", ""]).encode() + body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pipe.send(server.server_address[1])
    server.serve_forever()
