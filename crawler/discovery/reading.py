"""A listing's bytes → what it announces, by its kind; made to be sent to a worker process."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.discovery.feeds import parse_feed
from crawler.discovery.listing import Listing
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import CompressionError, ListingError
from crawler.formats.compression import PackedBody
from crawler.formats.markup import MAX_LISTING_BYTES

_BREAKS_OFF = "the compressed answer breaks off: read as far as it goes"
_PARSERS: dict[str, Callable[..., Listing]] = {
    "feed": parse_feed,
    "sitemap": parse_sitemap,
    "section": parse_section,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawListing:
    """A listing as it was fetched. kind: "feed", "sitemap" or "section".

    url: final address after redirects. coding: how the body is still compressed, or None.
    zone, now: as for `feeds.parse_feed`.
    """

    kind: str
    url: str
    source_id: str
    body: bytes = field(repr=False)
    coding: str | None = None
    content_type: str | None = None
    zone: str | None = None
    now: datetime | None = None


def parse_listing(raw: RawListing) -> Listing:
    """What a listing announces. Raises: ListingError, in plain words."""
    packed = PackedBody(body=raw.body, coding=raw.coding)
    try:
        body, whole = packed.inflated(limit=MAX_LISTING_BYTES)
    except CompressionError as error:
        raise ListingError(f"{raw.url} cannot be inflated: {error}") from error
    listing = _PARSERS[raw.kind](
        body,
        url=raw.url,
        source_id=raw.source_id,
        content_type=raw.content_type,
        zone=raw.zone,
        now=raw.now,
    )
    return listing if whole else replace(listing, problems=(*listing.problems, _BREAKS_OFF))


def try_listing(raw: RawListing) -> Listing | ListingError:
    """The same with the error as a value, for a worker's answer."""
    try:
        return parse_listing(raw)
    except ListingError as error:
        return error
