"""Hubs that a feed announces (WebSub, W3C Recommendation 2018): who tells us of its changes.

A feed names its hub and its own address (`rel=self`, the topic) among its links or in the HTTP
`Link` header, which wins. Pure; subscribing is `crawler.runs.subscribing`'s.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from crawler.formats.links import links_in
from crawler.urls import join

LONGEST_ADDRESS = 2_000  # characters
MOST_LINKS = 50  # of one Link header


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """hub: where to subscribe, a web address. topic: what for, the feed's own address."""

    hub: str
    topic: str


def announced(
    *, hubs: Iterable[str], topic: str | None, link_header: str = "", url: str
) -> Announced | None:
    """The hub to subscribe at, one over https first; None when the feed names none.

    url: where the feed was fetched; its topic when it does not name itself.
    """
    by_rel = _in_header(link_header, url)
    wanted = [one for one in (by_rel.get("hub") or list(hubs)) if _is_address(one)]
    if not wanted:
        return None
    own = next((one for one in (*by_rel.get("self", ()), topic or "") if _is_address(one)), url)
    return Announced(hub=min(wanted, key=lambda one: not one.startswith("https:")), topic=own)


def _in_header(header: str, url: str) -> dict[str, list[str]]:
    """Addresses by relation (RFC 8288)."""
    found: dict[str, list[str]] = {}
    for address, parameters in islice(links_in(header), MOST_LINKS):
        for name in parameters.get("rel", "").lower().split():
            found.setdefault(name, []).append(join(url, address) or "")
    return found


def _is_address(text: str) -> bool:
    if not text or len(text) > LONGEST_ADDRESS or not text.isprintable():
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
