"""What publishers say of the use of their pages, respected: a page that is refused is not asked.

Asked of the host: robots.txt (`middlewares.robots` has it), /.well-known/tdmrep.json, and the
licences that robots.txt, a feed, a header or a page names; each once a day. A page's headers are
read here, its tags by the worker that reads the page. Only pages are judged (requests with meta
`page`). What a signal means, `crawler.rights` knows; what the request carries on of it stands in
its meta `rights`.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.article import Entry, Signal
from crawler.errors import ExtractionError
from crawler.middlewares.hostfiles import (
    KEPT_AFTER_ERROR_S,
    KEPT_S,
    HostFiles,
    fetch_file,
    fetch_host_file,
)
from crawler.middlewares.inflation import packed
from crawler.net.refusals import HeldHost, Reserved
from crawler.net.robots import RobotsRules
from crawler.rights.licences import LicensedPart, licence_signals, read_packed_licence
from crawler.rights.pages import HEADERS, read_headers
from crawler.rights.preferences import usage_signals
from crawler.rights.signals import each_once, licences_in, refusal
from crawler.rights.tdmrep import FILE, Rule, read_packed_tdmrep, tdmrep_signals

MOST_LICENCES = 5  # of one page; others are left to the mark


class RightsMiddleware:
    """Drops pages whose publisher refuses what we do with them, with where that stands."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.refused: frozenset[str] = crawler.settings["TECHWIRE_CONFIG"].rights_refuse
        self.files: HostFiles[Sequence[Rule]] = HostFiles(self._ask)
        self.licences: HostFiles[Sequence[LicensedPart]] = HostFiles(
            self._ask_licence, key=lambda request: request.url
        )
        crawler.signals.connect(self.spider_opened, signal=signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RightsMiddleware":
        return cls(crawler)

    def spider_opened(self, spider: Any) -> None:
        spider.rights = self  # for licences that only a page itself names

    async def process_request(self, request: Request) -> None:
        if not request.meta.get("page"):
            return
        found = tdmrep_signals(await self.files.of(request), request.url)
        rules = request.meta.get("robots")
        if isinstance(rules, RobotsRules):
            found += usage_signals(rules.usage, request.url)
            found += [Signal(mark="licence", words=one) for one in rules.licences]
        entry: Entry | None = request.cb_kwargs.get("entry")
        found += entry.rights if entry is not None else ()
        await self._judge(request, found)

    async def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get("page") and response.status == 200:
            headers = {
                name: [value.decode("latin-1") for value in response.headers.getlist(name)]
                for name in HEADERS
            }
            found = read_headers(headers, response.url, self.agent)
            if found:
                await self._judge(request, [*request.meta.get("rights", ()), *found])
        return response

    async def named(self, licences: Iterable[str], request: Request) -> list[Signal]:
        """What licences say of the page of a request."""
        found: list[Signal] = []
        for address in list(dict.fromkeys(licences))[:MOST_LICENCES]:
            if urlsplit(address).scheme in ("http", "https"):
                asked = request.replace(url=address)
                parts = await self.licences.of(asked)
                found += licence_signals(parts, request.url, f"RSL {address}")
        return found

    async def _judge(self, request: Request, found: list[Signal]) -> None:
        """Keep the signals with the request. Raises: Reserved, where one refuses the page."""
        known = licences_in(request.meta.get("rights", ()))
        fresh = [one for one in licences_in(found) if one not in known]
        found += await self.named(fresh, request)
        request.meta["rights"] = each_once(found)
        words = refusal(found, self.refused)
        if words:
            raise Reserved(words)

    async def _ask(self, request: Request) -> tuple[Sequence[Rule], float]:
        try:
            response = await fetch_host_file(self.crawler, request, FILE)
        except HeldHost:
            raise
        except Exception:  # noqa: BLE001 -- whatever a download can raise: the page itself decides
            return (), KEPT_AFTER_ERROR_S
        return await self._read(response, read_packed_tdmrep)

    async def _ask_licence(self, request: Request) -> tuple[Sequence[LicensedPart], float]:
        try:
            response = await fetch_file(self.crawler, request, request.url)
        except HeldHost:
            raise
        except Exception as error:  # noqa: BLE001 -- the same; the mark stays
            words = (str(error).splitlines() or [type(error).__name__])[0]
            logging.getLogger(__name__).warning("licence %s: %s", request.url, words)
            return (), KEPT_AFTER_ERROR_S
        if response.status != 200:
            words = "licence %s answered %s: only that it is named is known"
            logging.getLogger(__name__).warning(words, request.url, response.status)
        return await self._read(response, read_packed_licence)

    async def _read(self, response: Response, reader: Any) -> tuple[Any, float]:
        if response.status != 200:
            return (), KEPT_S
        spider: Any = self.crawler.spider
        try:
            return await spider.workers.run(reader, packed(response)), KEPT_S
        except ExtractionError as error:
            logging.getLogger(__name__).warning("%s could not be read: %s", response.url, error)
            return (), KEPT_AFTER_ERROR_S
