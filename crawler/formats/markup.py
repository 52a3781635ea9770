"""Bytes of a listing as a tree, and markup as plain text, safely.

Sizes and inflation are bounded, entities never expanded, DTDs never loaded. lxml does the parsing:
on a hostile feed of 2 MB feedparser's fallback runs for up to 16 s of pure Python.
"""

import re
from html import unescape

from lxml import etree, html

from crawler.errors import CompressionError, ListingError, OversizeError
from crawler.formats.charset import charset_of, decode
from crawler.formats.compression import Inflated, inflate, is_gzip
from crawler.urls import join

MAX_LISTING_BYTES = 52_428_800  # 50 MiB, the sitemap protocol's limit
MAX_PAGE_BYTES = 10_485_760
Element = etree._Element

_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};)")
_XML_ENTITIES = {"amp": "&#38;", "lt": "&#60;", "gt": "&#62;", "quot": "&#34;", "apos": "&#39;"}
_REFERENCE = re.compile(r"&#(?:([0-9]{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_HTML_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|RDF|urlset|sitemapindex|channel)[\s>]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_TAG = re.compile(r"<(?:script|style)\b[^<]*|<[A-Za-z/!?][^<>]*>", re.IGNORECASE)


def inflated(body: bytes, *, url: str, max_bytes: int = MAX_LISTING_BYTES) -> Inflated:
    """The body, gunzipped when it is gzip; refused beyond `max_bytes`."""
    try:
        if is_gzip(body):
            return inflate(body, "gzip", limit=max_bytes)
        if len(body) > max_bytes:
            raise OversizeError
    except OversizeError:
        raise ListingError(f"{url} is larger than {max_bytes // 1_048_576} MiB: not read") from None
    except CompressionError as error:
        raise ListingError(f"{url} looks gzipped but cannot be inflated: {error}") from error
    return Inflated(body, whole=True)


def xml_tree(text: str, *, url: str) -> tuple[Element, bool]:
    """Root of an XML listing, and whether it was well-formed. Raises ListingError for no XML."""
    start = _XML_ROOT.search(text[:50_000])
    if start:  # what stands before the root (PHP warnings, DTDs) is not needed
        text = text[start.start() :]
    try:
        return etree.fromstring(text.encode(), _xml_parser(recover=False)), True
    except (etree.XMLSyntaxError, ValueError):
        text = _repaired(text)
    try:
        root = etree.fromstring(text.encode(), _xml_parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise ListingError(f"{url} is no XML: it begins {beginning(text)}")
    return root, False


def _xml_parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8", recover=recover, resolve_entities=False, no_network=True, load_dtd=False
    )


def _repaired(text: str) -> str:
    """With entities as characters or their numbers: libxml2 drops named ones behind an error."""
    pieces, at = [], 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        pieces += [_numbered(text[at:start]), text[start : end + 3]]
        at = end + 3
    return "".join([*pieces, _numbered(text[at:])])


def _numbered(text: str) -> str:
    return _BARE_AMPERSAND.sub("&#38;", _HTML_ENTITY.sub(_known_character, whole_characters(text)))


def whole_characters(text: str) -> str:
    """With U+FFFD for half a surrogate pair by its number: libxml2 takes it, lxml breaks on it."""
    return _REFERENCE.sub(_whole_character, text)


def _whole_character(reference: re.Match[str]) -> str:
    number = int(reference[1]) if reference[1] else int(reference[2], 16)
    return "&#65533;" if 0xD800 <= number <= 0xDFFF else reference[0]


def _known_character(entity: re.Match[str]) -> str:
    if entity[1] in _XML_ENTITIES:
        return _XML_ENTITIES[entity[1]]
    character = unescape(entity[0])
    return entity[0] if character == entity[0] else "".join(f"&#{ord(c)};" for c in character)


def html_tree(body: bytes, *, url: str, content_type: str | None = None) -> Element:
    """Root of a web page. Raises ListingError when there is nothing to read or it is too large."""
    plain_body = inflated(body, url=url, max_bytes=MAX_PAGE_BYTES).body
    text = decode(plain_body, charset_of(content_type))
    try:
        return html.document_fromstring(_DECLARATION.sub("", text, count=1))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ListingError(f"{url} is an empty page") from error


def local_name(element: Element | None) -> str:
    """Name without its namespace; empty for comments and entities."""
    tag = element.tag if element is not None else None
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def base_of(root: Element, url: str) -> str:
    """The address a page's relative links count from."""
    for element in root.iter("base"):
        return join(url, element.get("href") or "") or url
    return url


def beginning(text: str) -> str:
    """The first words, quoted, for an error's line."""
    words = " ".join(text[:200].split())
    return repr(words[:60]) if words else "with nothing"


def plain(text: str | None, limit: int = 1_000) -> str | None:
    """Words of a text that may hold HTML, escaped once or twice; None when there are none."""
    if not text:
        return None
    words = text[: limit * 20]
    for _ in range(2):  # escaped HTML inside CDATA inside XML
        if "<" in words:
            words = _TAG.sub(" ", words)
        if "&" not in words:
            break
        words = unescape(words)
    words = " ".join(words.split())
    if len(words) > limit:
        words = words[:limit].rpartition(" ")[0] or words[:limit]
    return words or None
