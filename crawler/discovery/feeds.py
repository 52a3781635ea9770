"""RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed → entries.

Every feed becomes plain `Item`s first (`_xml_items` here, `jsonfeed` for JSON), then `entries_of`
judges them alike: links, advertisements, languages, dates.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from lxml import etree

from crawler.discovery.challenges import challenge_words
from crawler.discovery.items import Item, RawFeed, entries_of
from crawler.discovery.jsonfeed import looks_like_json, read_json_feed
from crawler.discovery.listing import MAX_ENTRIES, Listing, next_of
from crawler.discovery.paging import next_on_wordpress
from crawler.errors import ListingError
from crawler.formats.charset import charset_of, decode
from crawler.formats.markup import (
    Element,
    beginning,
    inflated,
    local_name,
    plain,
    xml_tree,
)
from crawler.rights.feeds import feed_signals, licensing
from crawler.urls import join, site_of

_LONGEST_TTL = timedelta(days=7)
_PUBLISHED = ("pubDate", "published", "issued", "date", "created", "publication_date", "pubdate")
_MODIFIED = ("updated", "modified", "lastBuildDate")
_SUMMARIES = ("description", "summary", "subtitle", "abstract", "encoded", "content")
_CONTENTS = ("encoded", "content", "description")
_AUTHORS = ("creator", "author")
# vocabularies that describe an item's picture or sound, in the same words as the item's own
_MEDIA_PREFIXES = frozenset(("media", "itunes", "podcast", "googleplay"))
_MEDIA = re.compile(r"(?i)\{[^}]*(?:mrss|podcast|itunes|play)[^}]*\}|(?:media|itunes|podcast):")
_HOST_FIRST = re.compile(r"(?i)(?:www\.)?[\w-]+(?:\.[\w-]+)+/")
_IMAGE_NAME = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)")
_IMAGE_TAG = re.compile(r"(?i)<img\s[^<>]{0,2000}?src\s*=\s*[\"']([^\"'<>]{1,2000})")


def parse_feed(
    body: bytes,
    *,
    url: str,
    source_id: str,
    content_type: str | None = None,
    zone: str | None = None,
    now: datetime | None = None,
) -> Listing:
    """What a feed announces.

    url: the feed's own address, after redirects. content_type: the HTTP header, if known.
    zone: IANA name of the publisher's clock for dates without a zone; else they count as UTC.
    now: the present, to doubt dates in the future; None believes them.
    Raises: ListingError, in plain words, when the body is no feed.
    """
    text = decode(inflated(body, url=url).body, charset_of(content_type)).strip()
    if not text:
        raise ListingError(f"{url} is empty: expected a feed")
    feed = read_json_feed(text, url=url) if looks_like_json(text) else _read_xml(text, url=url)
    problems = list(feed.problems)
    language, entries = entries_of(
        feed, url=url, source_id=source_id, zone=zone, now=now, problems=problems
    )
    return Listing(
        entries=entries,
        title=plain(feed.title, 200),
        language=language,
        ttl=feed.ttl,
        next_url=next_of(feed.next_url, url),
        older_url=next_on_wordpress(feed.generator, url),
        hubs=feed.hubs,
        topic=feed.topic,
        problems=tuple(problems),
    )


def _read_xml(text: str, *, url: str) -> RawFeed:
    try:
        root, well_formed = xml_tree(text, url=url)
    except ListingError as error:
        raise ListingError(_no_feed("", text, url)) from error
    kind = local_name(root).lower()
    if kind not in {"rss", "rdf", "feed", "channel"}:
        raise ListingError(_no_feed(kind, text, url))
    if local_name(root) != kind:
        _in_lower_case(root)
    channel = next((e for e in root if local_name(e) == "channel"), root)
    home = _link(channel, url)
    signed = tuple(_authors(channel)) if kind == "feed" else ()  # Atom's own rule
    problems = [] if well_formed else ["the feed is not well-formed XML: read as far as possible"]
    items: list[Item] = []
    shared = licensing(channel)
    for element in root.iter("{*}item", "{*}entry"):
        if len(items) == MAX_ENTRIES:
            problems.append(f"only the first {MAX_ENTRIES} items were read")
            break
        base = url if kind == "feed" else home or url
        item = _item(element, base)
        link = item.link or url
        rights = feed_signals(licensing(element) or shared, link, base)
        items.append(replace(item, rights=rights, authors=item.authors or signed))
    return RawFeed(
        items=items,
        title=_first(channel, ("title",)),
        language=_first(channel, ("language",)) or _xml_attribute(root, "lang"),
        home=home,
        ttl=_ttl(channel),
        generator=_first(channel, ("generator",)),
        next_url=next(_rels(channel, "next", url), None),
        hubs=tuple(_rels(channel, "hub", url)),
        topic=next(_rels(channel, "self", url), None),
        problems=problems,
    )


def _in_lower_case(root: Element) -> None:
    for element in root.iter(tag=etree.Element):
        element.tag = element.tag.lower()


def _no_feed(kind: str, text: str, url: str) -> str:
    if challenge := challenge_words(text):
        return f"{url} {challenge}"
    if kind == "html" or re.search(r"(?i)<(?:html|body|!doctype html)", text[:5_000]):
        return (
            f"{url} is a web page, not a feed: look for its feed with `techwire sources discover`"
        )
    if kind in {"urlset", "sitemapindex"}:
        return f"{url} is a sitemap, not a feed: list it under sitemaps"
    return f"{url} is no feed: it begins {beginning(text)}"


def _item(element: Element, url: str) -> Item:
    base = _base(element, url)
    summary = _first(element, _SUMMARIES)
    return Item(
        link=_link(element, base),
        title=_first(element, ("title",)),
        published=_first(element, _PUBLISHED),
        modified=_first(element, _MODIFIED),
        summary=summary,
        authors=tuple(_authors(element)),
        image=_image(element, base),
        language=_first(element, ("language",)) or _xml_attribute(element, "lang"),
        guid=_first(element, ("guid", "id")),
        contents=tuple(filter(None, (_first(element, (name,)) for name in _CONTENTS))),
        categories=tuple(
            child.get("term") or child.get("label") or _text(child)
            for child in element
            if local_name(child) in {"category", "subject"}
        ),
    )


def _base(element: Element, url: str) -> str:
    """The address an element's links count from: `xml:base`, its ancestors' first."""
    for node in [*reversed(list(element.iterancestors())), element]:
        url = join(url, _xml_attribute(node, "base") or "") or url
    return url


def _text(element: Element) -> str:
    text = "".join(str(piece) for piece in element.itertext()).strip()
    if element.get("mode") == "base64":  # Atom 0.3
        try:
            return b64decode(text).decode("utf-8", "replace").strip()
        except (binascii.Error, ValueError):
            return text
    return text


def _first(element: Element, names: tuple[str, ...]) -> str | None:
    """Text of the first named child that has any, the names in order of trust.

    What only describes the item's picture or sound comes after all of them.
    """
    found: dict[tuple[bool, int], str] = {}
    for child in element:
        name = local_name(child)
        if name in names:
            rank = (_is_of_media(child), names.index(name))
            if rank not in found and (text := _text(child)):
                found[rank] = text
    return found[min(found)] if found else None


def _is_of_media(element: Element) -> bool:
    return element.prefix in _MEDIA_PREFIXES or bool(_MEDIA.match(str(element.tag)))


def _xml_attribute(element: Element, name: str) -> str | None:
    value: str | None = element.get(f"{{http://www.w3.org/XML/1998/namespace}}{name}")
    return value or element.get(f"xml:{name}")


def _link(element: Element, base: str) -> str | None:
    """The page an item stands for: a counter's original, RSS link, Atom alternate, guid, about."""
    links = [child for child in element if local_name(child) == "link"]
    alternates = [
        link.get("href") for link in links
        if link.get("href") and link.get("rel", "alternate") == "alternate"
    ]  # fmt: skip
    guid = next((c for c in element if local_name(c) in {"guid", "id"}), None)
    permanent = guid is not None and (guid.get("isPermaLink") or "true").lower() != "false"
    candidates = [
        _first(element, ("origLink",)),
        next((text for link in links if (text := _text(link))), None),
        *alternates,
        *_enclosed_pages(element),
        _text(guid) if guid is not None and permanent else None,
        element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"),
    ]
    for number, candidate in enumerate(candidates):
        if candidate and (number < len(candidates) - 2 or re.match(r"(?i)https?://", candidate)):
            if _HOST_FIRST.match(candidate) and site_of(f"https://{candidate}") == site_of(base):
                candidate = f"https://{candidate}"
            return join(base, candidate) or None
    return None


def _enclosed_pages(element: Element) -> Iterator[str]:
    """Web pages that an item encloses, as others enclose sound."""
    for child in element:
        name, kind = local_name(child), (child.get("type") or "").lower()
        if "html" in kind and (name == "enclosure" or child.get("rel") == "enclosure"):
            yield child.get("url") or child.get("href") or ""


def _rels(element: Element, rel: str, base: str) -> Iterator[str]:
    for child in element:
        named = (child.get("rel") or "").split()
        href = child.get("href") if local_name(child) == "link" and rel in named else None
        if href and (address := join(base, href)):
            yield address


def _ttl(channel: Element) -> timedelta | None:
    """How long to stay away, by <ttl> minutes; a week at most.

    The syndication module (sy:updatePeriod) only describes, and says "hourly" in every feed
    WordPress makes: heeding it would keep an hour's distance from most of the press.
    """
    minutes = re.fullmatch(r"\d{1,6}", _first(channel, ("ttl",)) or "")
    return min(timedelta(minutes=int(minutes[0])), _LONGEST_TTL) or None if minutes else None


def _authors(element: Element) -> Iterator[str]:
    """Names as written; those of the item's sound (itunes:author) only where it has no others."""
    named = [child for child in element if local_name(child) in _AUTHORS]
    for child in [c for c in named if not _is_of_media(c)] or named:
        name = _first(child, ("name",)) if len(child) else _text(child)
        if name:
            yield name


def _image(element: Element, base: str) -> str | None:
    """The largest picture an item carries: media, enclosure, thumbnail, else the text's first."""
    best: tuple[int, str] | None = None
    for child in element.iter("{*}content", "{*}thumbnail", "{*}enclosure", "{*}link"):
        address = child.get("url") or (child.get("href") if child.get("rel") == "enclosure" else "")
        kind = f"{child.get('medium') or ''} {child.get('type') or ''}"
        is_picture = "image" in kind or local_name(child) == "thumbnail"
        if address and (is_picture or (not kind.strip() and _IMAGE_NAME.search(address))):
            width = int(child.get("width") or 0) if (child.get("width") or "").isdecimal() else 0
            if best is None or width > best[0]:
                best = (min(width, 10_000), address)
    if best:
        return join(base, best[1]) or None
    for child in element:
        if local_name(child) in {"description", "encoded", "content", "summary"}:
            found = _IMAGE_TAG.search(_text(child)[:20_000])
            if found:
                return join(base, found[1].replace("&amp;", "&")) or None
    return None
