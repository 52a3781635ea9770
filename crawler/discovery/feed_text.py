"""The article that a feed carries beside its link, where it carries all of it: HTML → paragraphs.

A teaser is none: what is short, breaks off or sends its reader on is left to the page.
"""

import re

from lxml import etree, html

from crawler.formats.lengths import weight
from crawler.formats.nesting import html_document

LEAST = 700  # of `weight`; a description of a sentence or three is no article
MOST_CHARS = 30_000
_MOST_HTML = 200_000
_BLOCKS = frozenset(
    "p div br li h1 h2 h3 h4 h5 h6 blockquote section article tr ul ol pre figure".split()  # noqa: SIM905
)
_LEFT_OUT = ("script", "style", "iframe", "form", "noscript", "svg", "figcaption", "button")
_BREAKS_OFF = re.compile(
    r"(?i)(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\[&hellip;\]|&hellip;)\W*$|"
    r"(?:read (?:more|the full|the rest|on)|continue reading|full (?:story|article)|keep reading|"
    r"weiterlesen|mehr (?:lesen|dazu)|lire la suite|en lire plus|leer m[aá]s|seguir leyendo|"
    r"leia mais|continue lendo|leggi tutto|continua a leggere|lees (?:verder|meer)|läs mer|les mer|"
    r"læs mere|czytaj (?:więcej|dalej)|читать (?:далее|полностью)|devamını oku|続きを読む|"
    r"もっと読む|"
    r"阅读全文|阅读更多|閱讀全文|繼續閱讀|查看原文|더 ?보기|전문 ?보기)[^\n]{0,80}$"
)
_SIGNATURE = re.compile(
    r"(?i)^(?:the post .{1,300} (?:first appeared on|appeared first on) .{1,100}|"
    r"(?:der beitrag|l'article|la entrada|el post|o post|l'articolo) .{1,300} "
    r"(?:erschien zuerst auf|est apparu en premier sur|se public[oó] primero en|"
    r"apareceu primeiro em|proviene da) .{1,100})$"
)


def whole_text(*candidates: str | None) -> str | None:
    """The longest of a feed's texts of one item, if that is the article; paragraphs on lines."""
    texts = [paragraphs(candidate) for candidate in candidates if candidate]
    text = max(texts, key=len, default="")
    if weight(text) < LEAST or _BREAKS_OFF.search(text[-200:]):
        return None
    return text[:MOST_CHARS]


def paragraphs(markup: str) -> str:
    """The text of HTML, or of plain text, one paragraph a line; without its signature."""
    markup = markup[:_MOST_HTML]
    if "<" in markup or "&" in markup:
        try:
            root = html_document(markup, new_parser=lambda: html.HTMLParser(encoding="utf-8"))
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            return ""
        etree.strip_elements(root, *_LEFT_OUT, etree.Comment, with_tail=False)
        for element in root.iter():
            if element.tag in _BLOCKS:
                element.text = f"\n{element.text or ''}"
                element.tail = f"\n{element.tail or ''}"
        markup = "".join(str(piece) for piece in root.itertext())
    lines = (" ".join(line.split()) for line in markup.split("\n"))
    return "\n".join(line for line in lines if line and not _SIGNATURE.match(line))
