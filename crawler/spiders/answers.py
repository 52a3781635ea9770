"""What a listing's response says, or why there is none: bytes and failures → Reading."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.discovery.hubs import Announced, announced
from crawler.discovery.listing import OLD, Listing
from crawler.discovery.paging import next_in_header
from crawler.discovery.reading import RawListing, try_listing
from crawler.errors import ListingError
from crawler.formats.freshness import fresh_for, retry_after
from crawler.middlewares.inflation import coding_of
from crawler.net.refusals import Refusal
from crawler.sources.source import Source
from crawler.state.listings import ListingAnswer
from crawler.workers.pool import Workers

_UNASKED = "answered 304 (unchanged) though it was asked for the whole: it shows us nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A listing's answer, read. listing: None when unchanged, refused or broken.

    fresh: how long the headers call it fresh. retry_after: when a refusal lets us come again.
    announced: the hub that tells of its changes, or None.
    """

    answer: ListingAnswer
    listing: Listing | None = None
    fresh: timedelta = timedelta(0)
    retry_after: timedelta | None = None
    announced: Announced | None = None


def read_listing(response: Response, source: Source, kind: str, *, now: datetime) -> Reading:
    """A response as the state remembers it, with its listing unless it is unchanged or broken."""
    parsed = None if response.status == 304 else try_listing(_raw(response, source, kind, now))
    return _reading(response, source, kind, parsed, now)


async def read_listing_in_worker(
    response: Response, source: Source, kind: str, *, workers: Workers, now: datetime
) -> Reading:
    """The same; a large listing is read in a worker, so that nobody else waits for it."""
    parsed = None
    if response.status != 304:
        parsed = await workers.listing(_raw(response, source, kind, now))
    return _reading(response, source, kind, parsed, now)


def _reading(
    response: Response,
    source: Source,
    kind: str,
    parsed: Listing | ListingError | None,
    now: datetime,
) -> Reading:
    facts: dict[str, Any] = {
        "url": response.meta["listing"],
        "source_id": source.id,
        "kind": kind,
        "http_status": response.status,
    }
    names = ("Cache-Control", "Expires", "Date", "Age")
    values = {name.lower(): header(response, name) or "" for name in names}
    fresh = fresh_for(values, now=now)
    if parsed is None:
        error = None if _was_conditional(response) else _UNASKED
        return Reading(answer=ListingAnswer(**facts, error=error), fresh=fresh)
    if isinstance(parsed, ListingError):
        return Reading(answer=ListingAnswer(**facts, error=str(parsed)))
    if not parsed.next_url:
        parsed = replace(parsed, next_url=next_in_header(header(response, "Link"), response.url))
    # an index has no validators: killed before its maps are asked, a 304 would hide them
    answer = ListingAnswer(
        **facts,
        entries=len(parsed.entries),
        etag=None if parsed.children else header(response, "ETag"),
        last_modified=None if parsed.children else header(response, "Last-Modified"),
        left_out=tuple(line for line in parsed.problems if not line.startswith(OLD)),
    )
    hub = announced(
        hubs=parsed.hubs,
        topic=parsed.topic,
        link_header=", ".join(v.decode("latin-1") for v in response.headers.getlist("Link")),
        url=response.url,
    )
    return Reading(answer=answer, listing=parsed, fresh=fresh, announced=hub)


def no_answer(failure: Failure, source: Source, kind: str, *, now: datetime) -> Reading:
    """A listing that could not be fetched, as the state remembers it."""
    request: Any = failure.request  # type: ignore[attr-defined]
    status, words = words_of(failure)
    answer = ListingAnswer(
        url=request.meta["listing"],
        source_id=source.id,
        kind=kind,
        http_status=status,
        error=words,
    )
    return Reading(answer=answer, retry_after=_asked_to_wait(failure.value, now))


def words_of(failure: Failure) -> tuple[int | None, str]:
    """HTTP status, if any, and a slug with words for what went wrong."""
    error = failure.value
    if isinstance(error, HttpError):
        return error.response.status, f"http {error.response.status}"
    words = (str(error).splitlines() or [""])[0]
    if isinstance(error, Refusal):
        return None, f"{error.slug}: {words}"
    if isinstance(error, IgnoreRequest):
        return None, f"closed: {words}"
    return None, f"{type(error).__name__}: {words}".removesuffix(": ")


def _was_conditional(response: Response) -> bool:
    asked = response.request.headers if response.request else {}
    return "If-None-Match" in asked or "If-Modified-Since" in asked


def header(response: Response, name: str) -> str | None:
    """One header as text, or None."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _asked_to_wait(error: BaseException | None, now: datetime) -> timedelta | None:
    if isinstance(error, Refusal) and error.left_s:
        return timedelta(seconds=error.left_s)
    if isinstance(error, HttpError) and error.response.status in (429, 503):
        text, date = (header(error.response, name) or "" for name in ("Retry-After", "Date"))
        return retry_after(text, date=date, now=now)
    return None


def _raw(response: Response, source: Source, kind: str, now: datetime) -> RawListing:
    return RawListing(
        kind=kind,
        url=response.url,
        source_id=source.id,
        body=response.body,
        coding=coding_of(response),
        content_type=header(response, "Content-Type"),
        zone=source.timezone,
        now=now,
    )
