"""Sites on loopback that send any bytes at all, whatever HTTP's rules; each has its port."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.newsroom import hostile_bodies as bodies

HTML = "text/html; charset=utf-8"
RSS = "application/rss+xml"
XML = "application/xml"
JSON = "application/json"
TEXT = "text/plain"

# what goes over the wire: a whole answer, or one that comes piece by piece
Wire = bytes | AsyncIterator[bytes]
Answers = Mapping[str, Callable[[str], Wire]]  # path -> what a site with this address sends


def reply(body: bytes | str = b"", status: int = 200, kind: str = HTML, **headers: str) -> bytes:
    """An answer as HTTP wants it. headers: with "_" for "-"."""
    raw = body.encode() if isinstance(body, str) else body
    named = {"content-type": kind, "content-length": str(len(raw)), "connection": "close"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + raw


def rss(*links: str, more: str = "") -> bytes:
    """A feed of these links. more: further items, as they are."""
    items = "".join(
        f"<item><title>Item {n}</title><link>{link}</link></item>" for n, link in enumerate(links)
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}{more}</channel></rss>".encode()


def honest_page(base: str) -> bytes:
    """The page that a site's neighbours and its own faults must not keep from being stored."""
    return reply(bodies.long_article(f"A chip plant opens at {base.rpartition(':')[2]}"))


USUAL: Answers = {
    "/robots.txt": lambda base: reply(status=404),
    "/.well-known/tdmrep.json": lambda base: reply(status=404),
    "/feed": lambda base: reply(rss(f"{base}/hostile", f"{base}/honest"), kind=RSS),
    "/honest": honest_page,
}


@dataclass
class Served:
    """A site that runs. url: without a closing slash. asked: paths with their queries."""

    url: str
    asked: list[str] = field(default_factory=list)


class Web:
    """Serves sites in a thread of its own; use `serving`."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []

    def add(self, answers: Answers, host: str = "127.0.0.1", port: int = 0) -> Served:
        """Open a site. answers: besides or instead of the usual ones; "*" answers the rest."""
        opened = asyncio.run_coroutine_threadsafe(
            self._open({**USUAL, **answers}, host, port), self.loop
        )
        return opened.result(10)

    async def _open(self, answers: Answers, host: str, port: int) -> Served:
        site = Served("")

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(
                OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
            ):
                head = await reader.readuntil(b"\r\n\r\n")
                target = head.split(b" ", 2)[1].decode("latin-1")
                site.asked.append(target)
                path = target.partition("?")[0]
                answer = answers.get(path) or answers.get("*") or (lambda _: reply(status=404))
                wire = answer(site.url)
                if isinstance(wire, bytes):
                    writer.write(wire)
                    await writer.drain()
                else:
                    async for piece in wire:
                        writer.write(piece)
                        await writer.drain()
            writer.close()

        server = await asyncio.start_server(talk, host, port, backlog=128)
        self._servers.append(server)
        port = server.sockets[0].getsockname()[1]
        site.url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        return site

    async def shut(self) -> None:
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@contextlib.contextmanager
def serving() -> Iterator[Web]:
    """A web without sites yet, until the block ends."""
    web = Web()
    thread = threading.Thread(target=web.loop.run_forever, daemon=True, name="web")
    thread.start()
    try:
        yield web
    finally:
        asyncio.run_coroutine_threadsafe(web.shut(), web.loop).result(10)
        web.loop.call_soon_threadsafe(web.loop.stop)
        thread.join()
        web.loop.close()
