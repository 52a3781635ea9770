"""Which part of the page is the article: the smallest element that holds most of its paragraphs."""

import re
from collections import Counter

from lxml import html

from crawler.extraction.body.blocks import Block
from crawler.extraction.titles import normal
from crawler.urls import same_site, site_of

_LISTS = frozenset(("ul", "ol", "dl", "table"))
_IN_LISTS = frozenset(("li", "dd", "dt", "tr", "td", "tbody", "thead", "div", "span", "p"))
MIN_CARDS = 3
MIN_TITLE_CHARS = 20
LIST_CARDS = 8
LIST_PROSE_CHARS = 200
CARD_CHARS = 900  # title, excerpt, names and date of a teaser
CARD_PROSE_CHARS = 250  # a teaser with more unlinked text is a section of a list of its own
_NUMBERED = re.compile(r"(?:#|no\.?\s?|nr\.?\s?|platz\s)?(\d{1,3})\s?[.):–-]?\s", re.I)
SHARE = 0.75  # of the paragraphs' characters a child must hold to be the better container


def choose(root: html.HtmlElement, blocks: list[Block], title: str) -> list[Block]:
    """The blocks of the article among the page's, in reading order."""
    mass: Counter[html.HtmlElement] = Counter()
    for block in blocks:
        if block.good:
            element: html.HtmlElement | None = block.element
            while element is not None:
                mass[element] += len(block.text)
                element = element.getparent()
    best = root
    leaves = {block.element for block in blocks}
    while best not in leaves:
        child = max(best, key=lambda one: mass[one], default=None)
        if child is None or child.tag == "p" or not mass[child]:
            break
        if mass[child] < SHARE * mass[best]:
            own = _one_of_several(best, mass, title)
            if own is None:
                break
            child = own
        best = child
    inside = {id(element) for element in best.iter()}
    return [block for block in blocks if id(block.element) in inside]


def _one_of_several(
    element: html.HtmlElement, mass: Counter[html.HtmlElement], title: str
) -> html.HtmlElement | None:
    """Of several whole articles side by side, the one under the page's headline.

    Sections of one article may have an h1 each; an article of its own is marked as one or dated.
    """
    heavy = [child for child in element if mass[child] > 0.1 * mass[element]]
    headed = [child for child in heavy if _headline(child) is not None]
    whole = all(next(child.iter("article", "time"), None) is not None for child in headed)
    if len(headed) < 2 or mass[headed[0]] < 250 or not whole:
        return None
    wanted = normal(title)
    for child in headed:
        if any(normal(heading.text_content()) == wanted for heading in child.iter("h1", "h2")):
            return child
    return headed[0]


def _headline(element: html.HtmlElement) -> html.HtmlElement | None:
    return next(element.iter("h1"), None)


def between(blocks: list[Block], chosen: list[Block], title: str) -> list[Block]:
    """Blocks between the headline and the article's first block: standfirst, byline, captions."""
    if not chosen:
        return []
    first = next(at for at, block in enumerate(blocks) if block is chosen[0])
    wanted = normal(title)
    for at in range(first - 1, max(-1, first - 25), -1):
        text = normal(blocks[at].text)
        if blocks[at].element.tag == "h1" or (
            len(text) > 15 and (text in wanted or wanted in text)
        ):
            return blocks[at + 1 : first]
    return []


def without_cards(blocks: list[Block], listed: frozenset[int]) -> list[Block]:
    """Drop teasers of other stories: linked titles with excerpt, date and name, in a row.

    listed: ids of linked blocks that are none.
    """
    titles = [block for block in blocks if id(block) not in listed]
    inside = {id(element) for card in _cards(titles) for element in card.iter()}
    return [block for block in blocks if id(block.element) not in inside] if inside else blocks


def is_list(blocks: list[Block]) -> bool:
    """Teasers of many stories and hardly a paragraph beside them: a section or front page."""
    cards = _cards(blocks)
    if len(cards) < LIST_CARDS:
        return False
    inside = {id(element) for card in cards for element in card.iter()}
    beside = (block for block in blocks if id(block.element) not in inside)
    return sum(len(block.text) for block in beside if block.good) < LIST_PROSE_CHARS


def are_entries(blocks: list[Block], url: str) -> bool:
    """Whether the titles are the page's own subjects: numbered in a row, or of other sites."""
    titles = [block for block in blocks if block.linked > 0.8 * len(block.text)]
    titles = [block for block in titles if len(block.text) >= MIN_TITLE_CHARS]
    numbers = [int(found[1]) for block in titles if (found := _NUMBERED.match(block.text))]
    if len(numbers) > 0.5 * len(titles) and len(set(numbers)) == len(numbers) >= LIST_CARDS:
        return True
    links = [_address(block.element) for block in titles]
    away = sum(bool(site_of(link)) and not same_site(link, url) for link in links)
    return away > 0.8 * len(titles)


def _address(element: html.HtmlElement) -> str:
    links = (*element.iter("a"), *element.iterancestors("a"))
    return next((link.get("href") or "" for link in links), "")


def listed_by_story(blocks: list[Block], url: str) -> frozenset[int]:
    """Ids of linked blocks that the story lists itself: entries to other sites or amid its text.

    A list stands amid the text where the element around it has a paragraph before and behind it,
    and a heading or a colon leads to it. A link that carries the page's own site shares it.
    """
    places: dict[html.HtmlElement | None, list[int]] = {}
    for at, block in enumerate(blocks):
        if block.good and block.kind != "li":
            places.setdefault(block.element.getparent(), []).append(at)
    found = set()
    led = False
    for at, block in enumerate(blocks):
        if block.kind not in ("li", "td"):
            led = block.kind == "h" or block.text.endswith((":", "："))
        if block.kind not in ("li", "td") or block.linked < 0.5 * len(block.text):
            continue
        beside = places.get(_around_list(block.element), [])
        amid = led and bool(beside) and beside[0] < at < beside[-1]
        link = _address(block.element)
        away = bool(site_of(link)) and not same_site(link, url) and site_of(url) not in link
        if block.kind == "td" or amid or away:
            found.add(id(block))
    return frozenset(found)


def _around_list(element: html.HtmlElement) -> html.HtmlElement | None:
    """What holds the outermost list that an entry stands in."""
    around = None
    for parent in element.iterancestors():
        if parent.tag in _LISTS:
            around = parent.getparent()
        elif parent.tag not in _IN_LISTS and around is not None:
            break
    return around


def _cards(blocks: list[Block]) -> set[html.HtmlElement]:
    linked = [
        block
        for block in blocks
        if block.linked > 0.8 * len(block.text) and len(block.text) >= MIN_TITLE_CHARS
    ]
    if len(linked) < MIN_CARDS:
        return set()
    titles: Counter[html.HtmlElement] = Counter()
    for element in dict.fromkeys(block.element for block in linked):
        titles.update(_upward(element))
    cards = set()
    for block in linked:
        card = None
        for element in _upward(block.element):
            if titles[element] > 1:
                break
            card = element
        if card is not None and (card is not block.element or _holds_more(card, block)):
            cards.add(card)
    cards = {card for card in cards if len(card.text_content()) < CARD_CHARS}
    cards -= _told(cards, blocks)
    return cards if len(cards) >= MIN_CARDS else set()


def _told(cards: set[html.HtmlElement], blocks: list[Block]) -> set[html.HtmlElement]:
    """Those that tell something themselves: entries of a round-up, not teasers."""
    of = {element: card for card in cards for element in card.iter()}
    prose: Counter[html.HtmlElement] = Counter()
    for block in blocks:
        if block.element in of:
            prose[of[block.element]] += len(block.text) - block.linked
    return {card for card, chars in prose.items() if chars > CARD_PROSE_CHARS}


def _holds_more(card: html.HtmlElement, block: Block) -> bool:
    """Its title stands in it without an element of its own, beside an excerpt or a date."""
    return len(card.text_content()) > len(block.text) + 20


def _upward(element: html.HtmlElement) -> list[html.HtmlElement]:
    return [element, *element.iterancestors()]
