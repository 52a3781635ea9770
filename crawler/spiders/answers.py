"""What a listing's response says, or why there is none: bytes and failures → Answer and Listing."""

from typing import Any

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.discovery.feeds import parse_feed
from crawler.discovery.listing import Listing
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import ListingError
from crawler.sources.source import Source
from crawler.state.listings import Answer


def read_listing(response: Response, source: Source, kind: str) -> tuple[Answer, Listing | None]:
    """A response as the state remembers it, with its listing unless it is unchanged or broken."""
    facts: dict[str, Any] = {
        "url": response.meta["listing"],
        "source_id": source.id,
        "kind": kind,
        "http_status": response.status,
    }
    if response.status == 304:
        return Answer(**facts), None
    try:
        listing = _parse(response, source, kind)
    except ListingError as error:
        return Answer(**facts, error=str(error)), None
    answer = Answer(
        **facts,
        entries=len(listing.entries),
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
    )
    return answer, listing


def no_answer(failure: Failure) -> Answer:
    """A listing that could not be fetched, as the state remembers it."""
    request: Any = failure.request  # type: ignore[attr-defined]
    status, words = words_of(failure)
    return Answer(
        url=request.meta["listing"],
        source_id=request.cb_kwargs["source"].id,
        kind=request.cb_kwargs["kind"],
        http_status=status,
        error=words,
    )


def words_of(failure: Failure) -> tuple[int | None, str]:
    """HTTP status, if any, and a slug with words for what went wrong."""
    error = failure.value
    if isinstance(error, HttpError):
        return error.response.status, f"http {error.response.status}"
    words = (str(error).splitlines() or [""])[0]
    if isinstance(error, IgnoreRequest):
        return None, "robots: disallowed by robots.txt" if "robots" in words else f"closed: {words}"
    return None, f"{type(error).__name__}: {words}".removesuffix(": ")


def header(response: Response, name: str) -> str | None:
    """One header as text, or None."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def charset_of(content_type: str) -> str | None:
    """The charset a Content-Type header names, or None."""
    found = content_type.lower().partition("charset=")[2]
    return found.partition(";")[0].strip(" \"'") or None


def _parse(response: Response, source: Source, kind: str) -> Listing:
    if kind == "sitemap":
        return parse_sitemap(response.body, url=response.url, source_id=source.id)
    if kind == "section":
        return parse_section(response.body, url=response.url, source_id=source.id)
    return parse_feed(
        response.body,
        url=response.url,
        source_id=source.id,
        content_type=header(response, "Content-Type"),
    )
