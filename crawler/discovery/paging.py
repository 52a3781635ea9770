"""Where a listing's older entries stand: named by a header, or by how its platform counts pages.

What a feed or page itself names as `next`, its own parser reads.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.discovery.listing import next_of
from crawler.formats.links import links_in
from crawler.urls import join

_WORDPRESS = re.compile(r"(?i)wordpress\.(?:org|com)")
_PAGE = {"page", "paged"}


def next_in_header(value: str | None, url: str) -> str | None:
    """The older page that a `Link` header names (RFC 8288; RFC 5005 for feeds), or None."""
    for address, parameters in links_in(value or ""):
        if "next" in parameters.get("rel", "").lower().split():
            return next_of(join(url, address) or None, url)
    return None


def next_on_wordpress(generator: str | None, url: str) -> str | None:
    """The older page of a feed that WordPress made: `?paged=2` after the first; else None."""
    return _counted_up(url, "paged") if _WORDPRESS.search(generator or "") else None


def next_sibling(url: str) -> str | None:
    """The page after one that its address numbers, such as a news sitemap's `?page=1`, or None."""
    names = {name.lower() for name, _ in parse_qsl(urlsplit(url).query)} & _PAGE
    return _counted_up(url, min(names)) if names else None


def _counted_up(url: str, name: str) -> str | None:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    before = next((value for key, value in pairs if key.lower() == name), "1")
    if not before.isdecimal() or len(before) > 6:
        return None
    kept = [pair for pair in pairs if pair[0].lower() != name]
    return parts._replace(query=urlencode([*kept, (name, str(int(before) + 1))])).geturl()
