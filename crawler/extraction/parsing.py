"""Bytes → one parsed page that every reader of this package shares.

Decoding, the single lxml parse, and one sweep that sets aside what the readers ask for (meta tags,
JSON-LD, headings, times, scripts). What the values mean is decided elsewhere.
"""

import re
from dataclasses import dataclass, field
from typing import Any, cast

from lxml import etree, html

from crawler.article import Page
from crawler.errors import ExtractionError
from crawler.formats.charset import decode
from crawler.formats.jsonld import MAX_CHARS, is_jsonld, read_nodes
from crawler.formats.nesting import html_document

MAX_BYTES = 20_000_000
MAX_ELEMENTS = 400_000  # a real article page has 1,000 to 20,000
MAX_TEXT_CHARS = 1_500_000  # readable text; a long read has 60,000
MAX_TITLE_CHARS = 1_000
MAX_SCRIPT_CHARS = 6_000_000

_DROPPED = ("script", "style", "template", "noscript", "svg", "iframe", "object", "canvas", "link")
# lxml.html asks Python for the class of every element it touches, a tenth of a page's time
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
_XML = "http://www.w3.org/XML/1998/namespace"
_SWEPT = ("meta", "link", "script", "template", "noscript", "title", "h1", "time", "html")
_TEMPLATE = re.compile(r"template|text/(?:html|x-handlebars|x-tmpl)", re.I)
MIN_UNSHOWN_CHARS = 250  # of text; less is a picture for readers without scripts


@dataclass(slots=True)
class Parsed:
    """One page, parsed once; readers share it and must leave `tree` as they found it.

    metas: lower-cased name, property or itemprop → contents in page order.
    nodes: JSON-LD objects, flattened, outermost first.
    text: all that can be read, its spaces squeezed. text_chars: the same with its spaces.
    scripts: texts of inline scripts that may carry the page's state, as (id, text).
    unshown: markup of templates, and of what browsers without scripts are shown.
    marked: elements with an itemprop, by lower-cased name.
    """

    url: str
    tree: html.HtmlElement
    text: str = ""
    text_chars: int = 0
    metas: dict[str, list[str]] = field(default_factory=dict)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    scripts: list[tuple[str, str]] = field(default_factory=list)
    unshown: list[str] = field(default_factory=list)
    h1s: list[html.HtmlElement] = field(default_factory=list)
    times: list[html.HtmlElement] = field(default_factory=list)
    marked: dict[str, list[html.HtmlElement]] = field(default_factory=dict)
    title_tag: str = ""
    canonical: str | None = None
    lang: str | None = None

    def meta(self, *names: str) -> str | None:
        """First non-empty content among these names, in the order of the names."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    return value
        return None


def parse_page(page: Page) -> Parsed:
    """Decode and parse a page.

    Raises: ExtractionError "too-large" over 20 MB or 400,000 elements, "empty" and "not-html".
    """
    if len(page.body) > MAX_BYTES:
        raise ExtractionError("too-large", f"{len(page.body)} bytes, the limit is {MAX_BYTES}")
    if not page.body.strip():
        raise ExtractionError("empty", "no bytes")
    head = page.body[:2000].lstrip()
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b")):
        raise ExtractionError("not-html", f"begins with {head[:8]!r}")
    text = decode(page.body, page.encoding)
    if "<" not in text[:100_000]:
        raise ExtractionError("not-html", "no tag in it")
    if re.match(
        r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|urlset|sitemapindex)\b",
        text,
        re.S,
    ):
        raise ExtractionError("not-html", "a feed or sitemap")
    tree = _tree(text)
    parsed = Parsed(url=page.url, tree=tree)
    _sweep(parsed)
    runs = list(tree.itertext())
    parsed.text_chars = sum(map(len, runs))
    if parsed.text_chars > MAX_TEXT_CHARS:
        raise ExtractionError("too-large", f"{parsed.text_chars} characters of text")
    parsed.text = " ".join(" ".join(runs).split())
    return parsed


def _tree(text: str) -> html.HtmlElement:
    try:
        tree = html_document(text, new_parser=_parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError, ValueError) as error:
        raise ExtractionError("not-html", str(error)[:100]) from error
    if tree is None or tree.tag != "html" or not len(tree):
        raise ExtractionError("not-html", "no <html> in it")
    if cast(float, tree.xpath("count(//*)")) > MAX_ELEMENTS:
        raise ExtractionError("too-large", f"over {MAX_ELEMENTS} elements")
    return cast(html.HtmlElement, tree)


def _parser() -> html.HTMLParser:
    # one a call: libxml2 keeps a parser's error log and dictionary alive (memory)
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    parser.set_element_class_lookup(_ONE_CLASS)
    return parser


def _sweep(parsed: Parsed) -> None:
    """Set aside what readers ask for, then drop what no reader of the text wants."""
    for element in parsed.tree.xpath("//*[@itemprop or (@property and not(self::meta))]"):
        marks = f"{element.get('itemprop') or ''} {element.get('property') or ''}"
        for name in marks.lower().split():
            parsed.marked.setdefault(name.rpartition(":")[2], []).append(element)
    ld_chars = 0
    for element in parsed.tree.iter(*_SWEPT):
        tag = element.tag
        if tag == "meta":
            _keep_meta(parsed, element)
        elif tag == "script":
            ld_chars = _keep_script(parsed, element, ld_chars)
        elif tag in ("template", "noscript"):
            _keep_unshown(parsed, element)
        elif tag == "h1":
            parsed.h1s.append(element)
        elif tag == "time":
            parsed.times.append(element)
        elif tag == "title":
            if not parsed.title_tag:
                parsed.title_tag = " ".join((element.text or "")[:MAX_TITLE_CHARS].split())
        elif tag == "link":
            if not parsed.canonical and "canonical" in (element.get("rel") or "").lower().split():
                parsed.canonical = (element.get("href") or "").strip() or None
        else:
            parsed.lang = _language_of(element)
    etree.strip_elements(parsed.tree, *_DROPPED, with_tail=False)


def _keep_meta(parsed: Parsed, element: html.HtmlElement) -> None:
    value = (element.get("content") or "").strip()
    if not value:
        return
    for key in ("name", "property", "itemprop", "http-equiv"):
        if name := element.get(key):
            parsed.metas.setdefault(name.strip().lower(), []).append(value[:5000])


def _keep_script(parsed: Parsed, element: html.HtmlElement, ld_chars: int) -> int:
    """ld_chars: characters of JSON-LD that came before. Returns: the same with this one's."""
    text = element.text or ""
    if is_jsonld(element.get("type")):
        ld_chars += len(text)
        if ld_chars <= MAX_CHARS:
            parsed.nodes.extend(read_nodes(text))
    elif _TEMPLATE.search(element.get("type") or ""):
        if len(text) > MIN_UNSHOWN_CHARS:
            parsed.unshown.append(text)
    elif 60 < len(text) < MAX_SCRIPT_CHARS:
        parsed.scripts.append((element.get("id") or "", text))
    return ld_chars


def _keep_unshown(parsed: Parsed, element: html.HtmlElement) -> None:
    if len(element.text_content()) > MIN_UNSHOWN_CHARS:
        parsed.unshown.append(html.tostring(element, encoding="unicode", with_tail=False))


def _language_of(root: html.HtmlElement) -> str | None:
    named = (root.get(name) for name in ("lang", f"{{{_XML}}}lang", "xml:lang"))
    return next(filter(None, named), None)
