"""A listing's bytes → what it announces, by its kind; made to be sent to a worker process too."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from crawler.discovery.feeds import parse_feed
from crawler.discovery.listing import Listing
from crawler.discovery.sections import parse_section
from crawler.discovery.sitemaps import parse_sitemap
from crawler.errors import ListingError
from crawler.formats.compression import is_gzip

LARGE_BYTES = 1_000_000  # read in about 100 ms
_GZIP_RATIO = 10  # of sitemaps

_PARSERS: dict[str, Callable[..., Listing]] = {
    "feed": parse_feed,
    "sitemap": parse_sitemap,
    "section": parse_section,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawListing:
    """A listing as it was fetched. kind: "feed", "sitemap" or "section".

    url: final address after redirects. zone, now: as for `feeds.parse_feed`.
    """

    kind: str
    url: str
    source_id: str
    body: bytes = field(repr=False)
    content_type: str | None = None
    zone: str | None = None
    now: datetime | None = None

    @property
    def is_large(self) -> bool:
        """Whether reading it holds up whoever waits."""
        return len(self.body) * (_GZIP_RATIO if is_gzip(self.body) else 1) > LARGE_BYTES


def parse_listing(raw: RawListing) -> Listing:
    """What a listing announces. Raises: ListingError, in plain words."""
    return _PARSERS[raw.kind](
        raw.body,
        url=raw.url,
        source_id=raw.source_id,
        content_type=raw.content_type,
        zone=raw.zone,
        now=raw.now,
    )


def try_listing(raw: RawListing) -> Listing | ListingError:
    """The same with the error as a value, for a worker's answer."""
    try:
        return parse_listing(raw)
    except ListingError as error:
        return error
