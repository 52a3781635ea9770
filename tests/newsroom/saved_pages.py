"""Saved real pages as the web they came from: an HTTP proxy on loopback that answers by host.

Every host gets a feed, a sitemap and an open robots.txt; pages answer under the addresses they
were saved from. The crawl keeps its real URLs, since it asks through the proxy.
"""

import gzip
import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

SAVED_PAGES = Path(__file__).resolve().parents[3] / "shared" / "data" / "pages-dev"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedWeb:
    """proxy: its address. truth: one object a page. sources_toml: a registry of its hosts."""

    proxy: str
    truth: list[dict[str, Any]]
    sources_toml: str


def read_truth(folder: Path = SAVED_PAGES) -> list[dict[str, Any]]:
    """What is true of each page, one object a page."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


@contextmanager
def saved_web(folder: Path = SAVED_PAGES) -> Iterator[SavedWeb]:
    """Serve every saved page while the block runs."""
    truth = read_truth(folder)
    pages = {_key(page["url"]): folder / "pages" / f"{page['id']}.html.gz" for page in truth}
    by_host: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for page in truth:
        by_host[urlsplit(page["url"]).netloc].append(page)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/robots.txt":
                self._answer(200, "text/plain", b"User-agent: *\nAllow: /\n")
            elif _key(self.path) in pages:
                body = pages[_key(self.path)].read_bytes()
                self._answer(200, "text/html; charset=utf-8", body, gzipped=True)
            elif parts.path == "/techwire-feed.xml":
                self._answer(200, "application/rss+xml", _feed(by_host[parts.netloc]))
            elif parts.path == "/techwire-sitemap.xml":
                self._answer(200, "application/xml", _sitemap(by_host[parts.netloc]))
            else:
                self._answer(404, "text/plain", b"")

        def _answer(self, status: int, kind: str, body: bytes, *, gzipped: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if gzipped:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield SavedWeb(
            proxy=f"http://127.0.0.1:{server.server_address[1]}",
            truth=truth,
            sources_toml="\n".join(_source(host) for host in sorted(by_host)),
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def unpacked(folder: Path, page: dict[str, Any]) -> bytes:
    """One page's bytes."""
    return gzip.decompress((folder / "pages" / f"{page['id']}.html.gz").read_bytes())


def asked_url(url: str) -> str:
    """The address a page is listed under: plain http, as the proxy has nobody's certificate."""
    return "http://" + url.partition("://")[2]


def _key(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)  # servers take an address quoted or not
    return (parts.netloc, unquote(parts.path) or "/", unquote(parts.query))


def _source(host: str) -> str:
    own_id = host.replace(".", "-").replace(":", "-").replace("_", "-").lower()
    return (
        f'[[source]]\nid = "{own_id}"\nname = "{host}"\nhomepage = "http://{host}/"\n'
        f'feeds = ["http://{host}/techwire-feed.xml"]\n'
        f'sitemaps = ["http://{host}/techwire-sitemap.xml"]\ndelay_s = 0\n'
    )


def _feed(pages: list[dict[str, Any]]) -> bytes:
    items = "".join(f"<item><link>{escape(asked_url(page['url']))}</link></item>" for page in pages)
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Saved</title>'
        f"{items}</channel></rss>"
    ).encode()


def _sitemap(pages: list[dict[str, Any]]) -> bytes:
    urls = "".join(f"<url><loc>{escape(asked_url(page['url']))}</loc></url>" for page in pages)
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{urls}</urlset>"
    ).encode()
