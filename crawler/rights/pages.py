"""What a page itself says of its use: `<meta>` and `<link>` tags, scripts of RSL, headers.

Source: TDM Reservation Protocol, W3C Community Group Final Report, 2024; RSL 1.0;
`noai` and `noimageai` after DeviantArt, 2022; X-Robots-Tag after Google's robots documentation.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from crawler.article import Signal
from crawler.errors import ListingError
from crawler.formats.links import links_in
from crawler.rights.licences import KIND, licence_signals, read_licence
from crawler.rights.preferences import header_signals
from crawler.settings import ROBOTS_NAME
from crawler.urls import join

MOST_BYTES = 200_000
MOST_LICENCES = 3  # of one page
HEADERS = ("tdm-reservation", "x-robots-tag", "content-usage", "content-signal", "link")
_TAG = re.compile(rb"<(meta|link)\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([a-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_SCRIPT = re.compile(
    rb"""<script\b[^<>]{0,200}application/rsl\+xml[^<>]{0,200}>(.{0,50000}?)</script""",
    re.IGNORECASE | re.DOTALL,
)
_ROBOTS = {"noai": "no-ai", "noimageai": "no-image-ai"}


def read_page(head: bytes, url: str) -> list[Signal]:
    """What the beginning of a page says. url: its address, which links count from."""
    found: list[Signal] = []
    licences: list[str] = []
    for name, inside in _TAG.findall(head[:MOST_BYTES]):
        values = {
            key.decode("latin-1").lower(): (one or other or bare).decode("utf-8", "replace")
            for key, one, other, bare in _ATTRIBUTE.findall(inside)
        }
        if name.lower() == b"link":
            licences += _named_licence(values, url)
        else:
            found += _meta(values)
    found += [Signal(mark="licence", words=address) for address in licences[:MOST_LICENCES]]
    return found + _within(head, url)


def read_headers(
    headers: Mapping[str, Sequence[str]], url: str, agent: str = ROBOTS_NAME
) -> list[Signal]:
    """What the headers of a page say. headers: names in lower case, those of `HEADERS` suffice."""
    found: list[Signal] = []
    if any(value.strip() == "1" for value in headers.get("tdm-reservation", ())):
        found.append(Signal(mark="no-mining", words="header tdm-reservation: 1"))
    for value in headers.get("x-robots-tag", ()):
        who, colon, rest = value.rpartition(":")
        if colon and re.fullmatch(r"\s*[\w-]+\s*", who) and who.strip().lower() != agent.lower():
            continue  # said to somebody else
        found += _robots(rest, "header X-Robots-Tag:")
    found += header_signals(headers)
    for address, values in links_in(", ".join(headers.get("link", ()))):
        licence = _named_licence({**values, "href": address}, url)
        found += [Signal(mark="licence", words=one) for one in licence]
    return found


def _meta(values: Mapping[str, str]) -> list[Signal]:
    name, content = values.get("name", "").lower(), values.get("content", "")
    if name == "tdm-reservation" and content.strip() == "1":
        return [Signal(mark="no-mining", words="meta tdm-reservation: 1")]
    return _robots(content, f"meta {name}:") if name in ("robots", ROBOTS_NAME) else []


def _robots(text: str, where: str) -> list[Signal]:
    words = [word.strip().lower() for word in text.split(",")]
    said = {word: mark for word, mark in _ROBOTS.items() if word in words}
    return [Signal(mark=mark, words=f"{where} {word}") for word, mark in said.items()]


def _named_licence(values: Mapping[str, str], url: str) -> Iterable[str]:
    """The address of a licence that a link names, where it is one of RSL."""
    if (
        "license" in values.get("rel", "").lower().split()
        and KIND in values.get("type", "").lower()
    ):
        address = join(url, values.get("href", ""))
        if address.startswith(("http://", "https://")):
            yield address


def _within(head: bytes, url: str) -> list[Signal]:
    if b"application/rsl+xml" not in head:
        return []
    found: list[Signal] = []
    for script in _SCRIPT.findall(head[:MOST_BYTES])[:MOST_LICENCES]:
        try:
            found += licence_signals(read_licence(script.strip()), url, "RSL in the page")
        except ListingError:
            continue
    return found
