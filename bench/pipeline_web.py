"""Saved real pages as many hosts behind one proxy, a process of its own for `pipeline.py`.

    python bench/pipeline_web.py ROUNDS [--prepare]

Each round serves every saved page under addresses of its own. In rounds after the first a made-up
word after every few words keeps texts from being copies of each other, which would make one story
of all rounds. Prints its address; `/progress` tells how many pages went out, since when.
"""

import asyncio
import gzip
import json
import re
import sys
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.newsroom.saved_pages import SAVED_PAGES, read_truth  # noqa: E402

HOSTS = 40
_TEXT = re.compile(r">([^<>{}]{60,})<")  # what stands between tags and is no script
_FEW_WORDS = re.compile(r"((?:\S{1,60}+\s++){4}|[\u3040-\u9fff]{9})")


class Web:
    """What is served: page ids in order, spread over the hosts, once a round."""

    def __init__(self, rounds: int, *, prepare: bool) -> None:
        self.rounds = rounds
        self.ids = sorted(page["id"] for page in read_truth())
        self.sent = 0
        self.first_s = 0.0
        self.by_host: dict[str, list[str]] = defaultdict(list)
        for number, page_id in enumerate(self.ids):
            self.by_host[f"site{number % HOSTS:02}.example"].append(page_id)
        self.ready = (
            {(n, i): packed(n, i) for n in range(rounds) for i in self.ids} if prepare else {}
        )

    def answer(self, host: str, path: str) -> tuple[int, str, bytes, bool]:
        """Status, content type, body, and whether that is gzip."""
        found = re.fullmatch(r"/r(\d+)/([\w-]+)\.html", path)
        if found:
            key = (int(found[1]), found[2])
            body = self.ready.get(key) or packed(*key)
            self.sent += 1
            self.first_s = self.first_s or time.time()
            return 200, "text/html; charset=utf-8", body, True
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nAllow: /\n", False
        if path == "/feed.xml":
            return 200, "application/rss+xml", self._feed(host), False
        if path == "/progress":
            told = {"sent": self.sent, "first_s": self.first_s, "cpu_s": time.process_time()}
            return 200, "application/json", json.dumps(told).encode(), False
        return 404, "text/plain", b"", False

    def _feed(self, host: str) -> bytes:
        links = "".join(
            f"<item><link>http://{host}/r{n}/{page_id}.html</link></item>"
            for n in range(self.rounds)
            for page_id in self.by_host[host]
        )
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>'
            f"{links}</channel></rss>"
        ).encode()


def packed(number: int, page_id: str) -> bytes:
    """A saved page as round `number` sends it, in gzip."""
    body = (SAVED_PAGES / "pages" / f"{page_id}.html.gz").read_bytes()
    return body if number == 0 else gzip.compress(salted(gzip.decompress(body), number), 6)


def plain(number: int, page_id: str) -> bytes:
    """The same, inflated."""
    return gzip.decompress(packed(number, page_id))


def salted(body: bytes, number: int) -> bytes:
    """The page with a round's own word among its words."""
    word = "".join(chr(97 + int(digit)) for digit in str(number))
    text = body.decode("utf-8", "surrogateescape")
    mixed = _TEXT.sub(lambda run: ">" + _FEW_WORDS.sub(rf"\1 {word} ", run[1]) + "<", text)
    return mixed.encode("utf-8", "surrogateescape")


class Connection(asyncio.Protocol):
    """One keep-alive HTTP/1.1 connection; requests have no body."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            parts = urlsplit(head.split(b" ", 2)[1].decode("latin-1"))
            status, kind, body, zipped = self.web.answer(parts.netloc, parts.path)
            encoding = "Content-Encoding: gzip\r\n" if zipped else ""
            self.transport.write(
                f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\n{encoding}"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )


async def serve(web: Web) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(web), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Web(int(sys.argv[1]), prepare="--prepare" in sys.argv)))
