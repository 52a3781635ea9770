"""Publishers' reservations of text and data mining, respected: TDMRep and `noai`.

Three places tell: `/.well-known/tdmrep.json` of the host, headers of a page, `<meta>` in it; the
last is read by the worker that reads the page (`crawler.extraction.reserved`).
Only pages are judged (requests with meta `page`). What a value means stands in `read_*`, pure.
Source: TDM Reservation Protocol, W3C Community Group Final Report, 2024.
"""

import json
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.extraction.reserved import listed_words
from crawler.middlewares.hostfiles import (
    KEPT_AFTER_ERROR_S,
    KEPT_S,
    HostFiles,
    fetch_host_file,
)
from crawler.net.refusals import HeldHost, Reserved

FILE = "/.well-known/tdmrep.json"
MOST_BYTES = 200_000
MOST_RULES = 500

Rule = tuple[str, bool]  # pattern of a path, and whether mining is reserved there


class ReservationMiddleware:
    """Drops pages whose publisher reserves text and data mining, with where that stands."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.files: HostFiles[Sequence[Rule]] = HostFiles(self._ask)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ReservationMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("page") and is_reserved(await self.files.of(request), request.url):
            raise Reserved(f"{FILE} reserves it")

    def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get("page") and response.status == 200:
            headers = {
                name: [value.decode("latin-1") for value in response.headers.getlist(name)]
                for name in ("tdm-reservation", "x-robots-tag")
            }
            words = read_headers(headers, self.agent)
            if words:
                raise Reserved(words)
        return response

    async def _ask(self, request: Request) -> tuple[Sequence[Rule], float]:
        try:
            response = await fetch_host_file(self.crawler, request, FILE)
        except HeldHost:
            raise
        except Exception:  # noqa: BLE001 -- whatever a download can raise: the page itself decides
            return (), KEPT_AFTER_ERROR_S
        if response.status != 200:
            return (), KEPT_S
        return read_tdmrep(response.body), KEPT_S


def read_tdmrep(body: bytes) -> Sequence[Rule]:
    """The rules of a tdmrep.json; none when it is something else."""
    try:
        listed = json.loads(body[:MOST_BYTES])
    except (ValueError, RecursionError):
        return ()
    if not isinstance(listed, list):
        return ()
    rules = []
    for rule in listed[:MOST_RULES]:
        location = rule.get("location") if isinstance(rule, dict) else None
        if isinstance(location, str) and location:
            rules.append((location[:500], str(rule.get("tdm-reservation")) == "1"))
    return rules


def is_reserved(rules: Sequence[Rule], url: str) -> bool:
    """Whether the most specific rule that fits a page reserves it."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # of two as long, the open one counts, as in RFC 9309, 2.2.2
    fitting = [(len(pattern), not reserved) for pattern, reserved in rules if _fits(pattern, path)]
    return not max(fitting)[1] if fitting else False


def read_headers(headers: dict[str, list[str]], agent: str) -> str | None:
    """Where the headers reserve a page, or None. headers: names in lower case."""
    if any(value.strip() == "1" for value in headers.get("tdm-reservation", ())):
        return "header tdm-reservation: 1"
    for value in headers.get("x-robots-tag", ()):
        who, colon, rest = value.rpartition(":")
        if colon and re.fullmatch(r"\s*[\w-]+\s*", who) and who.strip().lower() != agent.lower():
            continue  # said to somebody else
        if "noai" in listed_words(rest):
            return "header X-Robots-Tag: noai"
    return None


def _fits(pattern: str, path: str) -> bool:
    """A pattern as robots.txt writes them: a prefix, with `*` for anything and `$` for the end."""
    ends = pattern.endswith("$")
    pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    if len(pieces) == 1:
        return not ends or path == pieces[0]
    last = pieces[-1]
    return path.endswith(last) and len(path) - len(last) >= at if ends else last in path[at:]
