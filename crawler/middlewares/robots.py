"""robots.txt, obeyed: asked once a day, with what its status means (RFC 9309, 2.3.1).

A 4xx opens the site; a 429, a 5xx or silence closes it for a while, unless older rules are known.
"""

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser

from crawler.formats.freshness import retry_after
from crawler.middlewares.hostfiles import (
    KEPT_AFTER_ERROR_S,
    KEPT_S,
    HostFiles,
    fetch_host_file,
    origin_of,
)
from crawler.net.refusals import BrokenTLS, ClosedAddress, Disallowed, HeldHost, RobotsUnreachable
from indexer.foundation.times import now_utc

MOST_BYTES = 512_000  # RFC 9309, 2.5

Rules = ProtegoRobotParser | str  # a parser, or why there is none


class RobotsMiddleware:
    """Refuses what robots.txt disallows; sends `robots_parsed`, as Scrapy's own does."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.files: HostFiles[Rules] = HostFiles(self._ask)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self.files.of(request)
        host = origin_of(request.url)
        if isinstance(rules, str):
            raise RobotsUnreachable(f"{host}/robots.txt: {rules}", left_s=KEPT_AFTER_ERROR_S)
        if not rules.allowed(request.url, self.agent):
            raise Disallowed(f"{host}/robots.txt disallows it")

    async def _ask(self, request: Request) -> tuple[Rules, float]:
        try:
            response = await fetch_host_file(self.crawler, request, "/robots.txt")
        except (BrokenTLS, ClosedAddress, HeldHost):
            raise
        except IgnoreRequest as error:
            return self._unreachable(request, str(error), KEPT_AFTER_ERROR_S)
        except Exception as error:  # noqa: BLE001 -- whatever a download can raise: no rules
            words = (str(error).splitlines() or [""])[0]
            reason = f"{type(error).__name__}: {words}".removesuffix(": ")
            return self._unreachable(request, reason, KEPT_AFTER_ERROR_S)
        if response.status == 429 or response.status >= 500:
            return self._unreachable(request, f"http {response.status}", _hold_s(response))
        body = response.body[:MOST_BYTES] if response.status < 300 else b""
        parser = ProtegoRobotParser(body, self.crawler.spider)
        self.crawler.signals.send_catch_log(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )
        return parser, KEPT_S

    def _unreachable(self, request: Request, reason: str, seconds: float) -> tuple[Rules, float]:
        before = self.files.last(request)
        return (before if isinstance(before, ProtegoRobotParser) else reason), seconds


def _hold_s(response: Response) -> float:
    text, date = (
        (response.headers.get(name) or b"").decode("latin-1") for name in ("Retry-After", "Date")
    )
    asked = retry_after(text, date=date, now=now_utc())
    return KEPT_AFTER_ERROR_S if asked is None else max(60.0, asked.total_seconds())
