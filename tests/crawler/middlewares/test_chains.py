"""Pages that come by a detour, in halves or in drips: a crawl of one site that has all of these."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler.state.seen import SEEN
from indexer.delivery import ledger
from indexer.foundation.database import begin, connect
from tests.crawler.middlewares.test_middlewares import CRAWL_S, feed

PAGE_S = 1.5
NAMES = ("cookie", "refresh", "twice", "reload", "half", "never-whole")
DRIPS = ("drip-1", "drip-2", "drip-3", "drip-4", "drip-5")


def page(path: str) -> bytes:
    text = "".join(
        f"<p>Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI "
        "servers, with semiconductor tools from two suppliers and a budget of $900 million.</p>"
        for n in range(6)
    )
    head = f"<html><head><title>Orbisil opens {path}</title></head>"
    return f"{head}<body><article><h1>Orbisil opens {path}</h1>{text}</article></body>".encode()


@dataclass
class RawSite:
    """A server that says what HTTP servers should not. asked: (path, cookie) in order."""

    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def paths(self, name: str) -> list[str]:
        return [path for path, _ in self.asked if path.startswith(f"/{name}")]

    def answer(self, peer: socket.socket) -> None:
        with suppress(OSError), peer:
            head = peer.recv(65_536).decode("latin-1")
            path = head.split(" ")[1]
            lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            self.asked.append((path, lines.get("Cookie", "")))
            self.send(peer, path, lines.get("Cookie", ""))

    def send(self, peer: socket.socket, path: str, cookie: str) -> None:
        name = path.strip("/")
        if path == "/feed":
            listed = feed([f"{self.url}/{name}" for name in (*NAMES, *DRIPS)])
            _say(peer, "200 OK", listed.body, "Content-Type: application/rss+xml")
        elif name == "cookie" and cookie != "seen=1":
            _say(peer, "302 Found", b"", "Location: /cookie", "Set-Cookie: seen=1; Path=/")
        elif name in ("refresh", "twice", "twice-2"):
            further = {"refresh": "/refreshed", "twice": "/twice-2", "twice-2": "/twice-3"}[name]
            _say(peer, "200 OK", _leading_to(further))
        elif name == "reload":
            body = page(path).replace(b"<head>", b'<head><meta http-equiv=refresh content="2">')
            _say(peer, "200 OK", body)
        elif name == "never-whole" or (name == "half" and len(self.paths("half")) == 1):
            body = page(path)
            _say(peer, "200 OK", body[: len(body) // 3 * 2], length=len(body))
        elif name.startswith("drip"):
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
            while not self.stopped.wait(0.1):
                peer.sendall(b" ")
        elif name in (*NAMES, "refreshed", "twice-3"):
            _say(peer, "200 OK", page(path))
        else:
            _say(peer, "404 Not Found", b"")


def _leading_to(path: str) -> bytes:
    return f'<html><head><meta http-equiv="refresh" content="0; url={path}"></head></html>'.encode()


def _say(
    peer: socket.socket, status: str, body: bytes, *headers: str, length: int | None = None
) -> None:
    is_told = any("Content-Type" in header for header in headers)
    kind = () if is_told else ("Content-Type: text/html",)
    size = len(body) if length is None else length
    head = [f"HTTP/1.1 {status}", *headers, *kind, f"Content-Length: {size}", "Connection: close"]
    peer.sendall("\r\n".join((*head, "", "")).encode() + body)


@contextmanager
def raw_serving() -> Iterator[RawSite]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        site = RawSite(f"http://127.0.0.1:{server.getsockname()[1]}")

        def accept() -> None:
            with suppress(OSError):
                while True:
                    peer, _ = server.accept()
                    threading.Thread(target=site.answer, args=(peer,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield site
        site.stopped.set()


@dataclass
class Crawled:
    """A crawl that ended. rows: path -> its seen mark. texts: path -> its document's text."""

    site: RawSite
    report: dict[str, Any]
    rows: dict[str, Any]
    texts: dict[str, str]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home: Path = tmp_path_factory.mktemp("chains")
    with raw_serving() as site:
        source = {"id": "raw", "name": "Raw", "homepage": site.url, "feeds": [f"{site.url}/feed"]}
        order = {
            "home": str(home),
            "allow_hosts": ["127.0.0.1"],
            "sources": [{**source, "delay_s": 0.0}],
            "page_s": PAGE_S,
        }
        ended = subprocess.run(
            [sys.executable, "-m", "tests.crawler.one_crawl"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=CRAWL_S,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        engine = connect(f"sqlite:///{home / 'techwire.db'}")
        with begin(engine) as connection:
            rows = {row.url.removeprefix(site.url): row for row in connection.execute(select(SEEN))}
            texts = {
                record["url"].removeprefix(site.url): record["text"]
                for record in ledger.records(connection)
            }
        engine.dispose()
        yield Crawled(site, json.loads(ended.stdout), rows, texts)


def test_a_cookie_set_by_a_redirect_is_sent_along_in_its_chain_and_nowhere_else(
    crawled: Crawled,
) -> None:
    sent = [(path, cookie) for path, cookie in crawled.site.asked if path == "/cookie" or cookie]

    assert sent == [("/cookie", ""), ("/cookie", "seen=1")]
    assert "/cookie" in crawled.texts


def test_a_meta_refresh_is_followed_once_and_a_page_that_loads_itself_anew_is_read(
    crawled: Crawled,
) -> None:
    assert "/refreshed" in crawled.texts
    assert crawled.rows["/refresh"].outcome == "stored"
    assert crawled.site.paths("twice") == ["/twice", "/twice-2"]
    assert crawled.rows["/twice"].outcome != "stored"
    assert crawled.site.paths("reload") == ["/reload"]
    assert "/reload" in crawled.texts


def test_half_a_body_is_tried_again_once_before_it_is_kept(crawled: Crawled) -> None:
    assert crawled.site.paths("half") == ["/half", "/half"]
    assert crawled.site.paths("never-whole") == ["/never-whole", "/never-whole"]
    assert "plant 5 will" in crawled.texts["/half"]
    assert "plant 1 will" in crawled.texts["/never-whole"]
    assert "plant 5 will" not in crawled.texts["/never-whole"]


def test_pages_that_drip_are_left_after_one_try_each_and_then_their_host_is(
    crawled: Crawled,
) -> None:
    assert crawled.site.paths("drip") == ["/drip-1", "/drip-2", "/drip-3"]  # the third was queued
    assert crawled.report["failed"] == {"slow": 3, "held": 2}
    row = crawled.rows["/drip-1"]
    assert (row.outcome, row.reason) == ("failed", f"slow: no whole answer in {PAGE_S:g} s")
    assert crawled.rows["/drip-4"].outcome == "found"
