"""The page's visible text as a flat list of blocks, in reading order.

A block is a paragraph, subhead, list item, quote or table row with what it is judged by: length,
share of linked characters, the element it stands in. Menus, share bars, adverts, related links and
other furniture are skipped by element and by what their class names say.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml import html

from crawler.extraction.phrases import anywhere, whole_line, words
from crawler.extraction.titles import normal

SKIPPED_TAGS = frozenset(words("""
    script style noscript template svg iframe object embed canvas nav footer aside form button
    select input textarea label figure figcaption picture img video audio source map dialog menu
    head title fieldset datalist progress meter applet frameset
"""))  # fmt: skip
_BLOCK_TAGS = frozenset(words("""
    p div section article main header h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table thead
    tbody tfoot tr address center hgroup details summary body hr
"""))  # fmt: skip
_CJK_RUN = re.compile(
    r"(?:[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uffee][^a-zA-Z]{0,3}){12}"
)
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_NAMING = ("class", "id", "data-testid", "data-component")
_NAMING_TEXT = ("class", "data-testid", "data-component")
_MAYBE_TEXT = frozenset(("aside", "figure", "form", "footer", "label", "fieldset", "nav", "button"))
_NEVER_PROSE = SKIPPED_TAGS - {"aside", "figure", "label", "fieldset", "details"}
_FRAMED = ("blockquote", "table", "pre")  # text that a figure may frame
_TEXT_TAGS = frozenset(words("p h1 h2 h3 h4 h5 h6 tr td th"))
_CONSENT = anywhere("consent")
_FOLLOWS = whole_line("stories_follow")
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

FURNITURE = re.compile(
    r"""related|recommend|newsletter|subscri(?:be|ption)|sign-?up|promo(?!te)|advert|sponsor|cookie|consent|gdpr|
    (?:^|[\s_-])(?:share|sharing|sharer|shares)|[a-z]Share|share-?(?:bar|buttons?|tools?|links?|icons?|widget)|social|
    comment(?!ary)|disqus|side-?bar|(?:^|[\s_-])(?:aside|rail)(?:$|[\s_-])|footer|breadcrumb|(?:^|[\s_-])nav(?:$|[\s_-])|navigation|
    (?:^|[\s_-])menu|paginat|(?:^|[\s_-])(?:tags?|keywords|topics?|labels?)(?:$|[\s_-]|-?list)|tag-?list|tags?-links|
    (?:^|[\s_-])authors?(?=$|[\s_]|-?(?:bio|box|info|card|name|block|profile|wrapper|container|details|list|links?|image|avatar|description))|byline|
    (?:^|[\s_-])(?:credit|credits|caption|copyright|licen[cs]e)|
    toolbar|popup|pop-up|modal|overlay|(?:^|[\s_-])(?<!elementor-)widget|outbrain|taboola|
    teaser(?!-text)|trending|most-?(?:read|popular|viewed)|(?:^|[\s_-])popular|latest-?|carousel|slider|slideshow|
    player|podcast|(?:^|[\s_-])(?:poll|quiz|survey)|rating|feedback|disclaimer|donat(?:e|ion)|membership|
    login|(?:^|[\s_-])search|(?:^|\s)(?:is-)?hidden(?=$|\s)(?!.*:(?:block|flex|grid|inline))|visually-|sr-only|screen-?reader|offscreen|
    (?:^|[\s_-])(?:ad|ads|adv|advt|dfp|gpt|adslot|adunit|ad-?container|ad-?slot|ad-?wrapper)(?:$|[\s_-]|\d)|
    read-?(?:more|next|also)|also-?read|see-?also|more-?(?:stories|news|from|on|articles)|further-?reading|you-?may|
    (?:^|[\s_-])(?:timestamp|datetime|pubdate|post-?meta|entry-?meta|article-?meta|meta-?(?:data|info|bar)|dateline)|
    jump-?link|skip-?link|toc(?:$|[\s_-])|table-of-contents|print-?(?:only|hide)|no-?print|follow-?us|app-?(?:download|promo|banner)|
    onesignal|mailchimp|cta(?:$|[\s_-])|call-?to-?action|infobox-?ad|affiliate|shop-?widget|product-?card|
    onetrust|didomi|sp_message|qc-cmp|usercentrics|cookiebot|borlabs|truste-|fc-consent|cmp-?(?:container|wrapper|box)|opt-?in|
    tooltip|instagram-media|next-?(?:article|post)|prev(?:ious)?-?(?:article|post)|post-?nav|ticker|notification|announcement|banner""",
    re.I | re.X,
)
# never text of the article, however much of it there is (consent dialogs, threads of comments)
_ALWAYS = re.compile(
    r"onetrust|didomi|usercentrics|cookiebot|sp_message|qc-cmp|cookie-?(?:banner|notice|consent|law|policy)|consent-(?:sdk|banner|modal)|gdpr|disqus|comments?-?(?:list|section|area|thread|container|wrapper)|(?:^|\s)comments?(?:$|\s)",
    re.I,
)
# words that also name the article's own parts: believed only where little prose stands
# within a paragraph only what is hidden or an advert; linked names are often classed as tags
_INLINE = re.compile(
    r"(?:^|\s)(?:is-)?hidden(?:$|\s)|visually-|sr-only|screen-?reader|tooltip|(?:^|[\s_-])ads?(?:$|[\s_-])|share-?(?:bar|buttons?|icons?)|anchor-?link|footnote-?backref",
    re.I,
)
_SOFT = re.compile(
    r"teaser|widget|promo|banner|player|slider|carousel|overlay|label|topic|tag|hidden|embed|rail|announce|-ad-|(?:^|[\s_-])ad(?:$|[\s_-])",
    re.I,
)
MAX_NAME_CHARS = 500  # of class, id and the like together
_DIALOG = re.compile(r"modal|pop-?up|dialog|overlay|banner", re.I)
_SOFT_CHARS = 250
_PROSE_CHARS = 60
_SENTENCE_END = re.compile(r"[.!?…。！？][»”\"'’)\]]?\s*$")
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


@dataclass(slots=True)
class Block:
    """One piece of text.

    kind: "p", "h", "li", "quote", "td" or "div". linked: characters in links.
    """

    text: str
    kind: str
    linked: int
    element: html.HtmlElement

    @property
    def good(self) -> bool:
        """Reads like a paragraph of a story."""
        size = len(self.text)
        if self.kind == "h":
            return False
        return (
            size >= 80 and self.linked < 0.3 * size
            if not _dense(self.text)
            else size >= 30 and self.linked < 0.3 * size
        )


def _dense(text: str) -> bool:
    """A script that says as much in a third of the characters."""
    return not text.isascii() and _CJK_RUN.search(text, 0, 90) is not None


def blocks_of(root: html.HtmlElement) -> tuple[list[Block], list[html.HtmlElement]]:
    """Every block under root, and the furniture that was passed over.

    An element with over 40% of the long texts is not furniture, whatever its class says.
    """
    walker = _Walker(long_text_chars(root), _around_headline(root))
    walker.walk(root, "div", 0)
    return walker.blocks, walker.skipped


def _around_headline(root: html.HtmlElement) -> frozenset[str]:
    """Class names of what holds the page's only headline: names of its layout."""
    headlines = list(islice(root.iter("h1"), 2))
    if len(headlines) != 1:
        return frozenset()
    around = (headlines[0], *headlines[0].iterancestors())
    return frozenset(word for one in around for word in (one.get("class") or "").split())


def long_text_chars(element: html.HtmlElement) -> int:
    """Characters in text runs long enough to be prose; menus and labels do not count."""
    return sum(
        size for run in element.itertext() if (size := len(run)) > 25 and (size > 60 or _dense(run))
    )


def furniture_prose(skipped: list[html.HtmlElement]) -> int:
    """Characters of passed over text that might be a story's: long runs, not in menus or forms."""
    return sum(
        size
        for element in skipped
        if element.tag not in _NEVER_PROSE and _verdict(_name_of(element)) != "always"
        for inner in element.iter("p", "div", "li", "td", "span")
        if (size := len(inner.text or "")) > 80
    )


def _name_of(element: html.HtmlElement) -> str:
    """What class, id and the like call an element; a paragraph's or heading's id names its text."""
    named = _NAMING if element.tag not in _TEXT_TAGS else _NAMING_TEXT
    return " ".join(filter(None, map(element.attrib.get, named)))[:MAX_NAME_CHARS]


def _own_slug(element: html.HtmlElement) -> bool:
    """Whether its id only repeats its own heading, as in "sharing-the-costs"."""
    slug = normal((element.get("id") or "").replace("-", " ").replace("_", " "))
    if " " not in slug or (heading := next(element.iter(*HEADINGS), None)) is None:
        return False
    text = heading.text_content()
    return normal(text).startswith(slug) and not _FOLLOWS.match(normal(text))


@lru_cache(maxsize=20_000)
def _verdict(name: str) -> str:
    """What class and id say: "" nothing, "soft" or "furniture" or "always" not of the article."""
    found = FURNITURE.search(name)
    if found is None:
        return ""
    if _ALWAYS.search(name):
        return "always"
    return "soft" if _SOFT.fullmatch(found[0].strip("_- ")) else "furniture"


def _unseen(element: html.HtmlElement) -> bool:
    name = element.get("class")
    return bool(name and _INLINE.search(name[:MAX_NAME_CHARS])) or bool(
        (style := element.get("style")) and _HIDING_STYLE.search(style)
    )


def _is_sentence_without_link(element: html.HtmlElement) -> bool:
    linked = next(element.iter("a", "figure", "img"), None) is not None
    if linked or next(element.iterancestors("a", "figure"), None) is not None:
        return False
    return bool(_SENTENCE_END.search(element.text_content()))


def _plain(element: html.HtmlElement) -> bool:
    """Prose with hardly a link in it."""
    linked = sum(len(link.text_content()) for link in element.iter("a"))
    return linked < 0.15 * max(1, len(element.text_content()))


class _Walker:
    def __init__(self, prose_chars: int, layout: frozenset[str]) -> None:
        self.blocks: list[Block] = []
        self.skipped: list[html.HtmlElement] = []
        self.layout = layout
        self.links = 0  # around the element that is being walked
        self.most = max(200, int(0.4 * prose_chars))

    def walk(self, element: html.HtmlElement, kind: str, depth: int) -> None:
        """Blocks under one element; inline text between block children makes blocks of its own."""
        if depth > 250:
            return
        words: list[str] = []
        linked = [0]
        self.links += element.tag == "a"
        in_paragraph = element.tag in ("p", "li", "blockquote", "h2", "h3", "td")
        if element.text:
            words.append(element.text)
        for child in element:
            tag = child.tag
            if isinstance(tag, str):
                if tag == "br":
                    words.append("\n")
                elif tag in SKIPPED_TAGS:
                    framed = next(child.iter(*_FRAMED), None) if tag == "figure" else None
                    if framed is not None or (tag in _MAYBE_TEXT and self._heavy(child)):
                        self._flush(words, linked, kind, element)
                        self.walk(child if framed is None else framed, "div", depth + 1)
                    else:
                        self.skipped.append(child)
                elif (
                    _unseen(child)
                    if in_paragraph and tag not in _BLOCK_TAGS
                    else self.furniture(child)
                ):
                    self.skipped.append(child)
                elif tag in _BLOCK_TAGS or self._holds_blocks(child):
                    self._flush(words, linked, kind, element)
                    self.walk(child, _kind(tag, kind), depth + 1)
                else:
                    self._inline(child, words, linked, tag == "a", depth)
            if child.tail:
                words.append(child.tail)
        self._flush(words, linked, kind, element)
        self.links -= element.tag == "a"

    def _inline(
        self,
        element: html.HtmlElement,
        words: list[str],
        linked: list[int],
        in_link: bool,
        depth: int,
    ) -> None:
        if element.tag in ("td", "th"):
            words.append(" ")  # the cells of a row make one line
        if element.text:
            words.append(element.text)
            if in_link:
                linked[0] += len(element.text)
        if depth < 250:
            for child in element:
                tag = child.tag
                if isinstance(tag, str):
                    if tag == "br":
                        words.append("\n")
                    elif tag in SKIPPED_TAGS or _unseen(child):
                        self.skipped.append(child)
                    else:
                        self._inline(child, words, linked, in_link or tag == "a", depth + 1)
                if child.tail:
                    words.append(child.tail)
                    if in_link:
                        linked[0] += len(child.tail)

    def _flush(
        self, words: list[str], linked: list[int], kind: str, element: html.HtmlElement
    ) -> None:
        if words:
            joined = "".join(words)
            words.clear()
            pieces = _EMPTY_LINE.split(joined) if "\n" in joined and kind != "td" else [joined]
            total = max(1, sum(map(len, pieces)))
            for piece in pieces:
                text = " ".join(piece.split())
                if text:
                    share = len(text) if self.links else linked[0] * len(piece) // total
                    self.blocks.append(Block(text, kind, share, element))
        linked[0] = 0

    def furniture(self, element: html.HtmlElement) -> bool:
        attributes = element.attrib
        if not attributes:
            return False
        if "hidden" in attributes or attributes.get("role") in (
            "navigation",
            "dialog",
            "complementary",
            "search",
            "banner",
            "contentinfo",
            "alert",
            "tooltip",
        ):
            return not self._heavy(element)
        name = _name_of(element)
        verdict = _verdict(name) if len(name) > 3 else ""
        if verdict:
            if verdict == "always" and element.tag == "p" and _plain(element):
                return False  # a dialog or a thread is no paragraph: it is named after its subject
            if verdict == "always" and element.tag not in ("body", "html", "main"):
                return next(element.iter("h1"), None) is None
            if self._is_layout(element, name):
                return False
            if verdict == "soft" and long_text_chars(element) > _SOFT_CHARS and _plain(element):
                return False
            return not self._heavy(element) or (
                bool(_DIALOG.search(name)) and bool(_CONSENT.search(element.text_content()))
            )
        style = attributes.get("style")
        return bool(style and _HIDING_STYLE.search(style)) and not self._heavy(element)

    def _is_layout(self, element: html.HtmlElement, name: str) -> bool:
        """Whether its name says nothing, and it holds prose.

        So it is where the headline's own box is named so, where its id is its heading's slug, for
        a row of a table, and for a "teaser" that leads nowhere: it is this story's own.
        """
        if element.tag == "tr":
            return True
        if len(element.text_content()) < _PROSE_CHARS or not _plain(element):
            return False
        if _own_slug(element):
            return True
        if "teaser" in name.lower() and _is_sentence_without_link(element):
            return True
        left = " ".join(word for word in name.split() if word not in self.layout)
        return len(left) < len(name) and not _verdict(left)

    def _heavy(self, element: html.HtmlElement) -> bool:
        """Whether it holds so much of the page's prose that no name makes it furniture."""
        if len(element) == 0 and len(element.text or "") < self.most:
            return False
        if element.tag != "h1" and next(element.iter("h1"), None) is not None:
            return True  # the headline stands in it
        # all of its text is counted in no time, and mostly is less
        return len(element.text_content()) > self.most and long_text_chars(element) > self.most

    @staticmethod
    def _holds_blocks(element: html.HtmlElement) -> bool:
        return (
            len(element) > 0
            and next(
                element.iter("p", "div", "li", "h2", "h3", "table", "article", "section"), None
            )
            is not None
        )


def _kind(tag: str, outer: str) -> str:
    if tag in HEADINGS:
        return "h"
    if tag == "p":
        return outer if outer in ("li", "quote", "td") else "p"
    if tag in ("li", "dd", "dt"):
        return "li"
    if tag == "blockquote":
        return "quote"
    if tag == "tr":
        return "td"
    return outer if outer in ("li", "quote", "td") else "div"
