"""Invented publishers for `fleet.py`: many hosts on loopback that note every request they get.

A source has a feed of articles at its host; some hosts carry two sources, and some articles lead
on to a wire's host that many sources share. Hosts ask for patience in robots.txt or by Retry-After.
"""

import asyncio
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import pairwise
from multiprocessing.connection import Connection

HOLD_S = 2  # what the first wire asks for, once
ANSWER_S = 0.02  # how long an answer takes, so that two at once can be seen
SHARED_EVERY = 4  # every fourth host carries two sources
WIRE_EVERY = 8  # every eighth article stands at a wire
CRAWL_DELAY_EVERY = 5  # every fifth host asks for a Crawl-delay twice the source's own


@dataclass(frozen=True, slots=True)
class World:
    """What there is. delay_s: between two requests to a host, as its sources' registry says."""

    sources: int
    articles: int
    delay_s: float
    wires: int = 3
    began: float = field(default_factory=time.time)

    def host_of(self, source: int) -> str:
        """The loopback address of a source; now and then its left neighbour's."""
        own = source - 1 if source % SHARED_EVERY == 1 else source
        return f"127.1.{own // 250}.{own % 250 + 1}"

    def wire(self, number: int) -> str:
        """The loopback address of a wire."""
        return f"127.2.0.{number % self.wires + 1}"

    def hosts(self) -> list[str]:
        """Every address that answers."""
        own = {self.host_of(source) for source in range(self.sources)}
        return sorted(own | {self.wire(number) for number in range(self.wires)})

    def limit_s(self, host: str) -> float:
        """Seconds that must lie between two requests to a host."""
        return self.crawl_delay_s(host) or self.delay_s

    def crawl_delay_s(self, host: str) -> float:
        """What its robots.txt asks for, or 0."""
        return 2 * self.delay_s if int(host.rpartition(".")[2]) % CRAWL_DELAY_EVERY == 0 else 0.0

    def urls(self, source: int, port: int) -> list[str]:
        """The addresses of a source's articles, in the end."""
        own = self.host_of(source)
        return [
            f"http://{own if n % WIRE_EVERY else self.wire(n + source)}:{port}/a/{source}/{n}"
            for n in range(self.articles)
        ]

    def registry(self, port: int) -> str:
        """The sources as TOML."""
        return "\n".join(
            f'[[source]]\nid = "s{n}"\nname = "S{n}"\nlanguage = "en"\ndelay_s = {self.delay_s}\n'
            f'homepage = "http://{self.host_of(n)}:{port}/"\n'
            f'feeds = ["http://{self.host_of(n)}:{port}/feed/{n}"]\n'
            for n in range(self.sources)
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as its host saw it. Seconds on the monotonic clock."""

    host: str
    path: str
    began_s: float
    ended_s: float


class Web:
    """Answers for all hosts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[Asked] = []
        self.port = 0
        self.complained = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                began_s = time.monotonic()
                path = head.split(b" ", 2)[1].decode()
                await asyncio.sleep(ANSWER_S)
                status, kind, body, more = self.answer(host, path)
                self.asked.append(Asked(host, path, began_s, time.monotonic()))
                writer.write(
                    f"HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\n{more}"
                    f"Content-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass  # a crawler that was killed
        finally:
            writer.close()

    def answer(self, host: str, path: str) -> tuple[int, str, bytes, str]:
        world = self.world
        if path.startswith("/.well-known/") and host == world.wire(0) and not self.complained:
            self.complained = True
            return 503, "text/plain", b"", f"Retry-After: {HOLD_S}\r\n"
        if path == "/robots.txt" and world.crawl_delay_s(host):
            text = f"User-agent: *\nCrawl-delay: {world.crawl_delay_s(host)}\n"
            return 200, "text/plain", text.encode(), ""
        if path.startswith("/feed/"):
            return 200, "application/rss+xml", self.feed(int(path.rpartition("/")[2])), ""
        if not path.startswith("/a/"):
            return 404, "text/plain", b"", ""
        source, number = map(int, path.split("/")[2:])
        home = world.urls(source, self.port)[number]
        if host not in home:
            return 302, "text/plain", b"", f"Location: {home}\r\n"
        return 200, "text/html; charset=utf-8", page(path, world.began), ""

    def feed(self, source: int) -> bytes:
        items = "".join(
            f"<item><title>Plant {n} of line {source} opens</title>"
            f"<link>http://{self.world.host_of(source)}:{self.port}/a/{source}/{n}</link>"
            f"<pubDate>{formatdate(self.world.began - 60 * n)}</pubDate></item>"
            for n in range(self.world.articles)
        )
        return f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>".encode()


def page(path: str, began: float) -> bytes:
    """An article that is like no other."""
    _, _, source, number = path.split("/")
    name = f"Orb{source}sil{number}"
    published = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began - 60 * int(number)))
    text = "".join(
        f"<p>Chipmaker {name} said that hall {source}{number}{n} of its plant will make memory "
        f"chips for AI servers number {int(source) * 7919 + int(number) * 104729 + n}, with "
        f"semiconductor tools from supplier {name}{n} and a budget of ${n + 3}00 million.</p>"
        for n in range(6)
    )
    return (
        f"<html lang='en'><head><title>{name} opens plant {number}</title>"
        f"<meta property='article:published_time' content='{published}'>"
        f"</head><body><article><h1>{name} opens plant {number}</h1>{text}</article></body></html>"
    ).encode()


@contextmanager
def serving(world: World) -> Iterator["Served"]:
    """Serve the world in a process of its own."""
    spawning = multiprocessing.get_context("spawn")  # nothing of this process's threads and signals
    here, there = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(world, there), daemon=True)
    process.start()
    try:
        yield Served(here.recv(), here)
    finally:
        process.kill()
        process.join()


@dataclass(slots=True)
class Served:
    """A world that answers on a port."""

    port: int
    pipe: Connection

    def asked(self) -> list[Asked]:
        """Every request so far, in order of arrival."""
        self.pipe.send("asked")
        found: list[Asked] = self.pipe.recv()
        return sorted(found, key=lambda one: one.began_s)


def _serve(world: World, pipe: Connection) -> None:
    asyncio.run(_serve_all(Web(world), pipe))


async def _serve_all(web: Web, pipe: Connection) -> None:
    hosts = web.world.hosts()
    first = await asyncio.start_server(web.serve, hosts[0], 0)
    web.port = first.sockets[0].getsockname()[1]
    for host in hosts[1:]:
        await asyncio.start_server(web.serve, host, web.port)
    pipe.send(web.port)
    while True:
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        pipe.send(list(web.asked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How all crawlers together treated the hosts, as these saw it.

    together: requests that came while another was being answered by the same host. too_many:
    hosts that got more than their limit allows in the time they were asked. shortest: the least
    share of its limit that lay between two requests to a host. early: requests within a host's
    Retry-After. twice: articles asked again. same_url_together: articles asked by two at once.
    """

    requests: int
    together: int
    too_many: int
    shortest: float
    early: int
    twice: int
    same_url_together: int


def manners_of(world: World, asked: Sequence[Asked]) -> Manners:
    """Judge the requests. A host's first two go before its robots.txt is known to all."""
    by_host: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_host[one.host].append(one)
    together = too_many = 0
    shortest = float("inf")
    for host, some in by_host.items():
        limit_s = world.limit_s(host)
        together += sum(b.began_s < a.ended_s for a, b in pairwise(some))
        for a, b in pairwise(some[1:]):
            shortest = min(shortest, (b.began_s - a.began_s) / limit_s)
        span_s = some[-1].began_s - some[0].began_s
        too_many += len(some) > span_s / limit_s + 2
    pages = [one for one in asked if one.path.startswith("/a/")]
    by_page: dict[str, list[Asked]] = defaultdict(list)
    for one in pages:
        by_page[f"{one.host}{one.path}"].append(one)
    return Manners(
        requests=len(asked),
        together=together,
        too_many=too_many,
        shortest=shortest,
        early=_early(world, by_host[world.wire(0)]),
        twice=sum(len(some) - 1 for some in by_page.values()),
        same_url_together=sum(
            b.began_s < a.ended_s for some in by_page.values() for a, b in pairwise(some)
        ),
    )


def _early(world: World, some: Sequence[Asked]) -> int:
    """Requests to the wire that complained, sooner than it asked for."""
    complaint = next((one for one in some if one.path.startswith("/.well-known/")), None)
    if complaint is None:
        return 0
    free_s = complaint.ended_s + HOLD_S - 0.1  # it was heard a little later than sent
    return sum(complaint.ended_s < one.began_s < free_s for one in some)
