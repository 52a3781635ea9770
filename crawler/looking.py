"""`techwire extract`: one page, from an address or a file, as the index would see it."""

import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from crawler.article import Article, Facets, Page
from crawler.bulk import article_fields, facet_fields, read_page
from crawler.errors import CrawlerError
from crawler.guard import AddressGuard
from crawler.settings import MAX_BODY_BYTES, user_agent
from crawler.urls import join
from crawler.workers import Workers, harvest
from indexer.config import Config

MAX_REDIRECTS = 6
TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A page's article and facets, side by side."""

    article: Article
    facets: Facets

    def as_json(self) -> dict[str, Any]:
        """The values and their evidence as a JSON object."""
        return {**article_fields(self.article), **facet_fields(self.facets, self.article)}


def look_at(target: str, *, config: Config, url: str | None = None) -> Look:
    """Extract and enrich one page, in a worker that can be killed.

    target: an http(s) address or a file. url: the address a file was saved from.
    Raises: ExtractionError with its reason, or CrawlerError when the page cannot be had.
    """
    page = _fetch(target, config) if "://" in target else _from_file(Path(target), url)
    workers = Workers(1)
    try:
        for _, result in workers.ordered(harvest, [page]):
            if isinstance(result, Exception):
                raise result
            return Look(article=result[0][0], facets=result[0][1])
    finally:
        workers.close()
    raise CrawlerError(f"{target} gave nothing")


def _from_file(path: Path, url: str | None) -> Page:
    body, encoding = read_page(path)
    address = url or path.resolve().as_uri()
    return Page(url=address, body=body, encoding=encoding, fetched_at=datetime.now(UTC))


def _fetch(url: str, config: Config) -> Page:
    guard = AddressGuard(config.allow_hosts)
    headers = {"User-Agent": user_agent(config), "Accept": "text/html,application/xhtml+xml"}
    try:
        with httpx.Client(headers=headers, timeout=TIMEOUT_S) as client:
            for _ in range(MAX_REDIRECTS):
                _check(url, guard)
                with client.stream("GET", url) as answer:
                    if answer.has_redirect_location:
                        url = join(url, answer.headers["Location"])
                        continue
                    if answer.status_code != 200:
                        raise CrawlerError(f"{url} answered {answer.status_code}")
                    return Page(
                        url=url,
                        body=_bounded(answer, url),
                        encoding=answer.charset_encoding,
                        fetched_at=datetime.now(UTC),
                    )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CrawlerError(f"{url} cannot be fetched: {error}") from error
    raise CrawlerError(f"{url}: more than {MAX_REDIRECTS} redirects")


def _check(url: str, guard: AddressGuard) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise CrawlerError(f"{url} is no address: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise CrawlerError(f"{url}: write an http:// or https:// address, or a file")
    if not guard.permits_host(host):
        raise CrawlerError(
            f"{host} is a private address: list it in TECHWIRE_ALLOW_HOSTS to open it"
        )
    if guard.permits_name(host) or host.endswith("localhost"):
        return
    for address in _addresses(host, port):
        if not guard.permits_address(address):
            raise CrawlerError(
                f"{host} leads to the private address {address}: "
                "list it in TECHWIRE_ALLOW_HOSTS to open it"
            )


def _addresses(host: str, port: int | None) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []  # the fetch will say so
    return [str(entry[4][0]) for entry in found]


def _bounded(answer: httpx.Response, url: str) -> bytes:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise CrawlerError(f"{url} is larger than {MAX_BODY_BYTES} bytes")
    return bytes(body)
