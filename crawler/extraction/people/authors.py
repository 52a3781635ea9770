"""Who wrote it: the page's own data, then what its readers see; people told from agencies."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from crawler.extraction.embedded import names_in_state
from crawler.extraction.parsing import Parsed
from crawler.extraction.people.bylines import ShownNames
from crawler.extraction.people.credits import MOST_AUTHORS, PERSON, clean_names, without_by
from crawler.extraction.titles import normal
from crawler.formats.jsonld import text_of, types_of

MIN_SITE = 6  # letters of a site's name that is sought within others
_METAS = (
    "citation_author", "citation_authors", "author", "article:author", "parsely-author",
    "dc.creator", "sailthru.author", "byl", "dcterms.creator", "cxenseparse:author",
)  # fmt: skip
_CARD_ROWS = (1, 2, 3, 4)  # of a card for social networks: "Written by" and who
_ADDRESS = re.compile(r"\s*\((?:https?://)?(?:www\.)?([^()/]+\.[^()/]+)/?\)$")


def find_authors(
    parsed: Parsed, node: dict[str, Any], site_name: str | None, headline: str
) -> tuple[list[str], list[str], str]:
    """(people, agencies, where from). Both lists keep the page's order and hold no name twice.

    headline: the heading over the text. A newsroom's own name stands when nobody else is named.
    """
    newsroom: tuple[list[str], list[str], str] = [], [], ""
    is_site = partial(_is_site, names=_site_names(parsed, node, site_name))
    shown = ShownNames(parsed, headline, is_site)
    for source, raw, sure in _witnesses(parsed, node, shown):
        people, agencies = clean_names(raw)
        named = [name for name in people if not is_site(name)]
        if not sure:
            named = [name for name in named if PERSON.match(name)]
        if named or agencies:
            return _in_full(named, shown) or people, agencies, source
        if people and sure:
            newsroom = people, agencies, source  # the last sure one is JSON-LD's organisation
    if not newsroom[0] and (other := shown.far or shown.own):
        people, agencies = clean_names(other)
        return people, agencies, "byline"
    return newsroom


def _in_full(names: list[str], shown: ShownNames) -> list[str]:
    """Names of one word as readers see them in full: "nils", "adaobi" -> "Nils Roe", "Ada Obi"."""
    if any(len(name.split()) == 1 or name[-2:-1] == " " for name in names):
        whole, _ = clean_names([*shown.sure, *shown.alone])
    else:
        whole = names
    full = dict.fromkeys(
        next((one for one in whole if _is_short_for(name, one)), name) for name in names
    )
    return [name for name in full if not any(_is_short_for(name, one) for one in full)]


def _is_short_for(name: str, other: str) -> bool:
    """Of the same letters, or no more than the first name and an initial."""
    short, long = normal(name).split(), normal(other).split()
    if len(long) < 2 or short == long or not short:
        return False
    if "".join(short) == "".join(long):
        return True
    if len(short) == 2 and len(short[1]) > 1:
        return False
    return len(short) <= 2 and short[0] == long[0] and long[len(short) - 1].startswith(short[-1])


def _witnesses(
    parsed: Parsed, node: dict[str, Any], shown: ShownNames
) -> Iterator[tuple[str, list[str], bool]]:
    """(source, credits, whether they are names whatever they look like)."""
    author = node.get("author") or node.get("creator")
    people: list[Any] = []
    newsrooms: list[Any] = []
    for one in author if isinstance(author, list) else [author]:
        (newsrooms if is_organisation(one) else people).append(one)
    if people := names_in(people):
        yield "jsonld:author", people + names_in(newsrooms), True
    yield "meta:author", _from_metas(parsed), True
    yield "meta:twitter:data", _from_card(parsed), True
    yield "microdata:author", _marked(parsed), True
    yield "byline", shown.sure, True
    yield "script:byline", names_in_state(parsed), False
    yield "byline", shown.alone, False
    yield "text", shown.within, True
    yield "jsonld:author", names_in(newsrooms), True


def _from_metas(parsed: Parsed) -> list[str]:
    """The first of the tags that holds names, not addresses of them."""
    for name in _METAS:
        values = [one for one in parsed.metas.get(name, ()) if not one.startswith("http")]
        if values:
            return values[:MOST_AUTHORS]
    return []


def _from_card(parsed: Parsed) -> list[str]:
    """The row of a card for social networks that says who wrote the story."""
    for row in _CARD_ROWS:
        label, name = parsed.meta(f"twitter:label{row}"), parsed.meta(f"twitter:data{row}")
        if label and name and not without_by(label):
            return [name]
    return []


def names_in(value: Any) -> list[str]:
    """Names in a JSON-LD author value: string, object or list of either."""
    names: list[str] = []
    for one in (value if isinstance(value, list) else [value])[: MOST_AUTHORS * 2]:
        if isinstance(one, dict):
            inner = one.get("name")
            given = (text_of(one.get("givenName")), text_of(one.get("familyName")))
            names += [text_of(name) for name in (inner if isinstance(inner, list) else [inner])]
            if not inner:
                names.append(" ".join(filter(None, given)))
        elif isinstance(one, str):
            names.append(text_of(one))
    return [name for name in names if name]


def is_organisation(value: Any) -> bool:
    return isinstance(value, dict) and "Organization" in " ".join(types_of(value))


def _site_names(parsed: Parsed, node: dict[str, Any], site_name: str | None) -> set[str]:
    host = (urlsplit(parsed.url).hostname or "").removeprefix("www.")
    told = [site_name, parsed.meta("og:site_name"), host, *host.split(".")[:-1]]
    told.append(parsed.meta("publisher", "dc.publisher", "article:publisher"))
    told += [text_of(one.get("name")) for one in parsed.nodes if is_organisation(one)]
    told.append(text_of(node.get("publisher")))
    for author in parsed.metas.get("author", ())[:1]:
        if (address := _ADDRESS.search(author)) and address[1] == host:
            told.append(author[: address.start()])
    return {normal(one or "").replace(" ", "") for one in told} - {""}


def _is_site(name: str, names: set[str]) -> bool:
    """Whether a credit is the site's name, or has it within: "The Planetary Press team"."""
    wanted = normal(name).replace(" ", "")
    return any(wanted == one or (len(one) >= MIN_SITE and one in wanted) for one in names)


def _marked(parsed: Parsed) -> list[str]:
    """Names in the first itemprop="author" and those beside it; reviews have their own."""
    elements = parsed.marked.get("author", [])[:6]
    names = []
    for element in elements:
        if element.getparent() is not elements[0].getparent():
            continue
        inner = element.xpath('.//*[@itemprop="name"]')
        target: html.HtmlElement = inner[0] if inner else element
        text = target.get("content") or " ".join(target.text_content().split())
        if 2 < len(text) < 80:
            names.append(text)
    return names
