"""Who wrote it: the page's own data, then what its readers see; people told from agencies."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from crawler.extraction.embedded import names_in_state
from crawler.extraction.parsing import Parsed
from crawler.extraction.people.bylines import ShownNames, shown_names
from crawler.extraction.people.credits import MOST_AUTHORS, PERSON, clean_names
from crawler.extraction.titles import normal
from crawler.formats.jsonld import text_of, types_of

MIN_SITE = 6  # letters of a site's name that is sought within others
_METAS = (
    "author", "article:author", "parsely-author", "citation_author", "dc.creator",
    "sailthru.author", "byl", "dcterms.creator", "cxenseparse:author",
)  # fmt: skip


def find_authors(
    parsed: Parsed, node: dict[str, Any], site_name: str | None, headline: str
) -> tuple[list[str], list[str], str]:
    """(people, agencies, where from). Both lists keep the page's order and hold no name twice.

    headline: the heading over the text. A newsroom's own name stands when nobody else is named.
    """
    newsroom: tuple[list[str], list[str], str] = [], [], ""
    is_site = partial(_is_site, names=_site_names(parsed, site_name))
    shown = shown_names(parsed, headline, is_site)
    for source, raw, sure in _witnesses(parsed, node, shown):
        people, agencies = clean_names(raw)
        named = [name for name in people if not is_site(name)]
        if not sure:
            named = [name for name in named if PERSON.match(name)]
        if named or agencies:
            return named or people, agencies, source
        if people and sure:
            newsroom = people, agencies, source  # the last sure one is JSON-LD's organisation
    if not newsroom[0] and (far := shown.far):
        people, agencies = clean_names(far)
        return people, agencies, "byline"
    return newsroom


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
    yield "microdata:author", _marked(parsed), True
    yield "byline", shown.sure, True
    yield "script:byline", names_in_state(parsed), False
    yield "byline", shown.alone, False
    yield "jsonld:author", names_in(newsrooms), True


def _from_metas(parsed: Parsed) -> list[str]:
    """The first of the tags that holds names, not addresses of them."""
    for name in _METAS:
        values = [one for one in parsed.metas.get(name, ()) if not one.startswith("http")]
        if values:
            return values[:MOST_AUTHORS]
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


def _site_names(parsed: Parsed, site_name: str | None) -> set[str]:
    host = (urlsplit(parsed.url).hostname or "").removeprefix("www.")
    told = (site_name, parsed.meta("og:site_name"), host, *host.split(".")[:-1])
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
