"""Sitemaps → entries and sub-sitemaps: news, plain and image maps, indexes, gzip, text lists.

What robots.txt says of sitemaps, and which dated maps can hold nothing new, stand here too.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from itertools import islice

from crawler.article import Entry
from crawler.discovery.challenges import challenge_words
from crawler.discovery.feeds import parse_feed
from crawler.discovery.listing import MAX_ENTRIES, Listing, counted, settle
from crawler.discovery.paging import next_sibling
from crawler.errors import ListingError
from crawler.formats.charset import charset_of, decode
from crawler.formats.dates import listing_date
from crawler.formats.languages import language_tag
from crawler.formats.markup import (
    Element,
    beginning,
    inflated,
    local_name,
    plain,
    xml_tree,
)
from crawler.urls import join, same_site, site_of

_MAX_ROBOTS_BYTES = 512_000  # what RFC 9309 asks a crawler to read at least
_MAX_CHILDREN = 5_000
_GRACE = timedelta(days=3)  # a map may be filled a little after its period, and clocks differ
_MAP_DATE = re.compile(
    r"(?<![0-9A-Za-z])((?:19|20)\d\d)(?:[-_./]?(0[1-9]|1[0-2])(?:[-_./]?(0[1-9]|[12]\d|3[01]))?)?"
    r"(?![0-9])"
)


def parse_sitemap(
    body: bytes,
    *,
    url: str,
    source_id: str,
    content_type: str | None = None,
    zone: str | None = None,
    now: datetime | None = None,
) -> Listing:
    """What a sitemap announces; an index gives `children`.

    url, content_type, zone, now: as for `feeds.parse_feed`; a feed is read as one here too.
    `lastmod` is a page's change, not its publication: it is kept as `modified`.
    Raises: ListingError, in plain words, when the body is no sitemap.
    """
    plain_body, whole = inflated(body, url=url)
    text = decode(plain_body, charset_of(content_type)).strip()
    if not text:
        raise ListingError(f"{url} is empty: expected a sitemap")
    if not text.startswith("<"):
        return _plain_list(text, url=url, source_id=source_id, whole=whole)
    if challenge := challenge_words(text):
        raise ListingError(f"{url} {challenge}")
    root, well_formed = xml_tree(text, url=url)
    kind = local_name(root).lower()
    problems = (
        [] if well_formed else ["the sitemap is not well-formed XML: read as far as possible"]
    )
    if kind == "sitemapindex":
        changed = _children(root, url, problems)
        dated = {address: date for address, date in changed.items() if date}
        return Listing(children=tuple(changed), changed=dated, problems=tuple(problems))
    if kind in {"rss", "feed", "rdf"}:
        return parse_feed(body, url=url, source_id=source_id, zone=zone, now=now)
    if kind != "urlset":
        what = "a web page" if kind == "html" else f"XML that begins {beginning(text)}"
        raise ListingError(f"{url} is {what}, not a sitemap")
    listed = list(islice(root.iter("{*}url"), MAX_ENTRIES + 1))
    if len(listed) > MAX_ENTRIES:
        problems.append(f"only the first {MAX_ENTRIES} addresses were read")
    read = (_entry(e, url=url, source_id=source_id, zone=zone) for e in listed[:MAX_ENTRIES])
    return _settled([entry for entry in read if entry], url, problems, now)


def _settled(entries: list[Entry], url: str, problems: list[str], now: datetime | None) -> Listing:
    settled = settle(entries, homes=[url], problems=problems, now=now)
    if not settled:
        problems.append("the sitemap lists no pages")
    return Listing(entries=settled, older_url=next_sibling(url), problems=tuple(problems))


def _entry(element: Element, *, url: str, source_id: str, zone: str | None) -> Entry | None:
    fields: dict[str, str] = {}
    for child in element.iter():
        if isinstance(child.tag, str) and child.text and child.text.strip():
            name = f"{local_name(child.getparent())}/{local_name(child)}"
            fields.setdefault(name, child.text.strip())
    address = _absolute(fields.get("url/loc", ""), url)
    if not site_of(address):
        return None
    is_news = any(name.startswith("news/") for name in fields)
    raw = fields.get("news/publication_date")
    return Entry(
        url=address,
        source_id=source_id,
        found_in=url,
        kind="news-sitemap" if is_news else "sitemap",
        title=plain(fields.get("news/title"), 300),
        published=listing_date(raw, zone=zone),
        published_raw=raw[:100] if raw else None,
        modified=listing_date(fields.get("url/lastmod"), zone=zone),
        image=image if site_of(image := fields.get("image/loc", "")) else None,
        language=language_tag(fields.get("publication/language")),
    )


def _absolute(address: str, url: str) -> str:
    """The protocol wants whole addresses; some sites begin theirs with the path."""
    return join(url, address) if address.startswith("/") else address


def _children(root: Element, url: str, problems: list[str]) -> dict[str, datetime | None]:
    """Sub-sitemaps of the same site with their last change, the newest first, undated ones last."""
    found: dict[str, datetime | None] = {}
    foreign = 0
    for element in root.iter("{*}sitemap"):
        texts = {local_name(child): (child.text or "").strip() for child in element}
        address = _absolute(texts.get("loc", ""), url)
        if not site_of(address):
            continue
        if not same_site(address, url):
            foreign += 1
        elif address != url:
            found.setdefault(address, listing_date(texts.get("lastmod")))
    if foreign:
        problems.append(f"{counted(foreign, 'sub-sitemap')} left out: on other sites")
    if len(found) > _MAX_CHILDREN:
        problems.append(f"only the newest {_MAX_CHILDREN} of {len(found)} sub-sitemaps are listed")
    if not found:
        problems.append("the sitemap index lists no sitemaps")
    oldest = datetime.min.replace(tzinfo=UTC)
    ordered = sorted(found, key=lambda a: found[a] or oldest, reverse=True)
    return {address: found[address] for address in ordered[:_MAX_CHILDREN]}


def _plain_list(text: str, *, url: str, source_id: str, whole: bool) -> Listing:
    """A text file with one address a line; it must begin with one."""
    written = text.splitlines()
    if not whole and len(written) > 1:
        written.pop()  # cut somewhere
    lines = [line.strip() for line in written[:MAX_ENTRIES] if line.strip()]
    if not site_of(lines[0]):
        raise ListingError(f"{url} is no sitemap: it begins {beginning(text)}")
    entries = [
        Entry(url=line, source_id=source_id, found_in=url, kind="sitemap")
        for line in lines
        if " " not in line and site_of(line)
    ]
    problems = [] if whole else ["the gzip breaks off: read as far as it goes"]
    if len(entries) < len(lines):
        problems.append(f"{counted(len(lines) - len(entries), 'line')} left out: no web address")
    return _settled(entries, url, problems, None)


def robots_sitemaps(body: bytes) -> tuple[str, ...]:
    """Addresses in the `Sitemap:` lines of a robots.txt, in order, each once."""
    found: dict[str, None] = {}
    for line in body[:_MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace").splitlines():
        name, _, value = line.partition(":")
        address = value.split("#", 1)[0].strip()
        if name.strip().lower() == "sitemap" and site_of(address):
            found[address] = None
    return tuple(found)


def is_dead_dated_map(url: str, *, now: datetime) -> bool:
    """Whether a sitemap's name bounds it to a day, month or year that is over.

    "sitemap-2019.xml", "/2026/10/news.xml.gz" get nothing new; a year glued to a word, as in
    "post-sitemap2019.xml", is a running number. A range counts by its last date.
    """
    period = map_period(url, now=now)
    return period is not None and period[1] + _GRACE < now


def map_period(url: str, *, now: datetime) -> tuple[datetime, datetime] | None:
    """The days a sitemap's name bounds it to, from the first's start to the last's end, in UTC."""
    dates = [found for found in _MAP_DATE.finditer(url) if int(found[1]) <= now.year]
    if not dates:
        return None
    year, month, day = (int(piece) if piece else 1 for piece in dates[0].groups())
    first = datetime(year, month, min(day, monthrange(year, month)[1]), tzinfo=UTC)
    year, month, day = (int(piece) if piece else 0 for piece in dates[-1].groups())
    month = month or 12
    day = min(day or 31, monthrange(year, month)[1])
    return first, datetime(year, month, day, tzinfo=UTC) + timedelta(days=1)
