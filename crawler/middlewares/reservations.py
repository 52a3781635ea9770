"""Publishers' reservations of text and data mining, respected: TDMRep and `noai`.

Three places tell: `/.well-known/tdmrep.json` of the host, headers of a page, `<meta>` in it; the
last is read by the worker that reads the page (`crawler.extraction.reserved`).
Only pages are judged (requests with meta `page`). What a value means, `net.reservations` knows.
"""

import logging
from collections.abc import Sequence
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.errors import ExtractionError
from crawler.middlewares.hostfiles import (
    KEPT_AFTER_ERROR_S,
    KEPT_S,
    HostFiles,
    fetch_host_file,
)
from crawler.middlewares.inflation import packed
from crawler.net.refusals import HeldHost, Reserved
from crawler.net.reservations import Rule, is_reserved, read_headers, read_packed_tdmrep

FILE = "/.well-known/tdmrep.json"


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
        spider: Any = self.crawler.spider
        try:
            return await spider.workers.run(read_packed_tdmrep, packed(response)), KEPT_S
        except ExtractionError as error:
            logging.getLogger(__name__).warning("%s could not be read: %s", response.url, error)
            return (), KEPT_AFTER_ERROR_S
