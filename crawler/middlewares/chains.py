"""One page's way through redirects: its cookies, one meta refresh, a body that broke off.

Cookies live as long as one chain of redirects: some sites set one and ask for it at the next step.
"""

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.http.cookies import CookieJar
from w3lib.html import get_meta_refresh

from crawler.errors import CompressionError
from crawler.middlewares.inflation import packed

MOST_REFRESH_BYTES = 8_000  # as it travelled; a page that only leads on is small
MOST_INFLATED = 100_000
LONGEST_REFRESH_S = 5.0  # a longer one loads the same page anew
_COOKIES, _REFRESHED, _BROKE_OFF = "cookies_of_chain", "meta_refreshed", "broke_off"


class ChainMiddleware:
    """Sees answers before Scrapy follows their redirects."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ChainMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        jar: CookieJar | None = request.meta.get(_COOKIES)
        if jar is not None:
            request.headers.pop("Cookie", None)
            jar.add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if 300 <= response.status < 400 and response.headers.get("Location"):
            _keep_cookies(request, response)
            return response
        if "dataloss" in response.flags and not request.meta.get(_BROKE_OFF):
            spider: Any = self.crawler.spider
            again = get_retry_request(request, spider=spider, reason="the body broke off")
            if again is not None:
                again.meta[_BROKE_OFF] = True
                return again
        target = _refresh_of(request, response)
        if target is None:
            return response
        _keep_cookies(request, response)
        meta = {**request.meta, _REFRESHED: True}
        meta["redirect_times"] = meta.get("redirect_times", 0) + 1
        return request.replace(url=target, meta=meta)


def _keep_cookies(request: Request, response: Response) -> None:
    if response.headers.get("Set-Cookie"):
        jar = request.meta.setdefault(_COOKIES, CookieJar())
        jar.extract_cookies(response, request)


def _refresh_of(request: Request, response: Response) -> str | None:
    """Where a page leads that holds nothing but that, once a chain; None if nowhere else."""
    asked = request.meta
    if not asked.get("page") or asked.get(_REFRESHED) or response.status != 200:
        return None
    kind = (response.headers.get("Content-Type") or b"text/html").lower()
    if len(response.body) > MOST_REFRESH_BYTES or b"html" not in kind:
        return None
    try:
        body = packed(response).inflated(limit=MOST_INFLATED).body
    except CompressionError:
        return None
    text = body.decode("utf-8", "replace")  # an address is ASCII in any of the web's charsets
    wait_s, target = get_meta_refresh(text, response.url)
    if not target or wait_s is None or wait_s > LONGEST_REFRESH_S:
        return None
    is_page = urlsplit(target).scheme in ("http", "https")
    return target if is_page and target != response.url else None
