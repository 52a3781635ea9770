"""In what order the sub-sitemaps of an index are asked, where a turn has no room for all of them.

The newest few every time, the others by turns: whoever was left out longest comes first.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urldefrag, urlsplit

from crawler.discovery.listing import Listing
from crawler.discovery.sitemaps import map_period

NEWEST = 10  # asked every time
_OLDEST = datetime.min.replace(tzinfo=UTC)


def in_turn(
    maps: Sequence[str], listing: Listing, asked_at: Mapping[str, int], *, now: datetime
) -> list[str]:
    """The maps in the order to ask them. asked_at: UNIX seconds, of those ever asked."""
    newest = sorted(maps, key=lambda child: _age(child, listing, now), reverse=True)
    others = sorted(newest[NEWEST:], key=lambda child: asked_at.get(child, -1))  # stable
    return newest[:NEWEST] + others


def same_listing(url: str) -> str:
    """An address without what changes nothing of what it lists: scheme, "www.", a place in it."""
    parts = urlsplit(urldefrag(url).url)
    return parts._replace(scheme="", netloc=parts.netloc.lower().removeprefix("www.")).geturl()


def _age(child: str, listing: Listing, now: datetime) -> tuple[datetime, int]:
    """When a map changed, by its index or its name; then its running number, the last one in it."""
    period = map_period(child, now=now)
    changed = listing.changed.get(child) or (period[1] if period else _OLDEST)
    numbers = re.findall(r"\d{1,9}", urlsplit(child).path + urlsplit(child).query)
    return changed, int(numbers[-1]) if numbers else 0
