"""Who wrote it: names split, cleaned, people told from agencies.

Also read are bylines that no class name tells: "By Jane Roe" under the headline, or a name beside
the date.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from crawler.extraction.embedded import names_in_state
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import agencies, whole_name
from crawler.extraction.titles import normal
from crawler.formats.jsonld import text_of, types_of

MAX_AUTHORS = 12
_METAS = (
    "author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl",
    "citation_author", "dcterms.creator", "cxenseparse:author",
)  # fmt: skip
_BYLINE_SPOTS = (  # "author" and "Author", "byline" and "Byline"
    '//*[@class][contains(@class, "uthor") or contains(@class, "yline")'
    ' or contains(@class, "writer") or contains(@class, "autor")]'
)

AGENCIES = agencies()
_NEWSROOM = whole_name("newsroom")

_BY = re.compile(
    r"^\s*(?:(?:written|posted|published|reported|story|words|text|analysis)\s+by|by|von|par|por|di|"
    r"da|door|af|av|oleh|de|από|автор|text|text:|texte|foto|autor(?:in)?|redaktion:|作者|记者|記者|文)"
    r"\s*[:：/]?\s+",
    re.I,
)
_BY_GLUED = re.compile(r"^\s*(?:by|von|作者|记者|記者|文|author|autor|автор)\s*[:：/]\s*", re.I)
_SPLIT = re.compile(
    r"\s*(?:;|\||•|·|\n|/(?=\s)|\s/|\sand\s|\s&\s|\sund\s|\set\s|\sy\s|\se\s|\sog\s|\soch\s|"
    r"\sdan\s|\sen\s|\si\s|\sи\s|、|，|；)\s*"
)
_TRAILING = re.compile(
    r"\s*(?:[|(\[].*|\s[-–—]\s.*|,\s*(?:reuters|afp|ap|dpa|bloomberg|staff|contributor|special|"
    r"reporter|editor|correspondent|chief|senior|tech|the|for|in)\b.*|"
    r"\s(?:\d{1,2}\s)?(?:hours?|minutes?|days?)\sago.*|@\S+|\S+@\S+)$",
    re.I,
)
_BAD = re.compile(
    r"https?:|www\.|[<>{}\[\]=@#]|\.(?:com|de|org|net|html)/|^\W*$|^\d|^(?:admin|administrator|guest|unknown|none|null|undefined|author|editor|follow|subscribe|share|wordpress|webmaster|user|default)$",
    re.I,
)
_ROLE = re.compile(
    r"^(?:staff(?:\s(?:writer|reporter))?|contributor|editor|reporter|correspondent|senior\s.*|chief\s.*|(?:tech|business|news|political|science|health)\s(?:editor|reporter|correspondent|writer))$",
    re.I,
)


# two to five capitalised words, or a name in a script without capitals
_PERSON = re.compile(
    r"^(?:[^\W\d_a-zß-öø-ÿ][\w.'’-]*(?:\s(?:de|da|di|del|la|van|von|der|den|dos|bin|al|el|ter|zu|y))*\s){1,4}"
    r"[^\W\d_a-zß-öø-ÿ][\w.'’-]*$|^[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]{2,8}$"
)
_TITLE_AFTER = re.compile(r"\s*(?:기자|특파원|記者|记者|編集委員)$")


def find_authors(
    parsed: Parsed, node: dict[str, Any], site_name: str | None
) -> tuple[list[str], list[str], str]:
    """(people, agencies, where from). Both lists keep the page's order and hold no name twice.

    A newsroom's own name stands only when nobody else is named.
    """
    newsroom: tuple[list[str], list[str], str] = [], [], ""
    for source, raw, sure in _witnesses(parsed, node):
        people, agencies = clean_names(raw)
        named = [name for name in people if not _is_site(name, parsed, site_name)]
        if not sure:
            named = [name for name in named if _PERSON.match(name)]
        if named or agencies:
            return named or people, agencies, source
        if people and sure:
            newsroom = people, agencies, source  # the last sure one is JSON-LD's organisation
    return newsroom


def _witnesses(parsed: Parsed, node: dict[str, Any]) -> Iterator[tuple[str, list[str], bool]]:
    """(source, credits, whether they are names whatever they look like)."""
    author = node.get("author") or node.get("creator")
    people: list[Any] = []
    newsrooms: list[Any] = []
    for one in author if isinstance(author, list) else [author]:
        (newsrooms if is_organisation(one) else people).append(one)
    if people := names_in(people):
        yield "jsonld:author", people + names_in(newsrooms), True
    metas = [
        value
        for name in _METAS
        for value in parsed.metas.get(name, ())
        if not value.startswith("http")
    ]
    yield "meta:author", metas[:1] if len(parsed.metas.get("author", ())) == 1 else metas[:6], True
    yield "microdata:author", _marked(parsed), True
    yield "byline", _bylines(parsed), False
    yield "byline", _signed(parsed), False
    yield "script:byline", names_in_state(parsed), False
    yield "jsonld:author", names_in(newsrooms), True


def names_in(value: Any) -> list[str]:
    """Names in a JSON-LD author value: string, object or list of either."""
    names: list[str] = []
    for one in (value if isinstance(value, list) else [value])[: MAX_AUTHORS * 2]:
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


def _is_site(name: str, parsed: Parsed, site_name: str | None) -> bool:
    wanted = normal(name).replace(" ", "")
    host = (urlsplit(parsed.url).hostname or "").removeprefix("www.")
    names = (site_name, parsed.meta("og:site_name"), host, host.split(".")[0])
    return any(wanted == normal(one or "").replace(" ", "") for one in names)


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


def _bylines(parsed: Parsed) -> list[str]:
    marked = (
        element
        for element in parsed.tree.iter("a", "span")
        if "author" in (element.get("rel") or "").split()
    )
    found = [" ".join(link.text_content().split()) for link in islice(marked, 4)]
    if not any(found):
        for spot in parsed.tree.xpath(_BYLINE_SPOTS)[:8]:
            text = " ".join(spot.text_content()[:300].split())
            if 1 < len(text) < 70:
                found.append(text)
                if _PERSON.match(_BY.sub("", text)):
                    break
    return [name for name in dict.fromkeys(found) if 1 < len(name) < 80]


def clean_names(raw: list[str]) -> tuple[list[str], list[str]]:
    """Split and clean credits. Returns: (people, agencies)."""
    people: dict[str, str] = {}
    agencies: dict[str, str] = {}
    for credit in raw:
        credit = _BY_GLUED.sub("", _BY.sub("", " ".join(credit.split())[:300]))
        for part in _parts(credit):
            name = _TRAILING.sub("", _BY.sub("", part)).strip(" ,.:-–—|*\"'")
            name = _TITLE_AFTER.sub("", name)
            known = AGENCIES.get(name.casefold())
            if known:
                agencies.setdefault(known, name)
            elif name and _plausible(name):
                people.setdefault(name.casefold(), name)
    return list(people.values())[:MAX_AUTHORS], list(agencies.values())


def _parts(credit: str) -> list[str]:
    found = []
    for part in filter(None, _SPLIT.split(credit)):
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        # "Smith, John" is one name; "John Smith, Jane Roe" are two; "Jane Roe, Berlin" is one
        if len(pieces) > 1 and " " in pieces[0]:
            several = [p for p in pieces if " " in p or p.casefold() in AGENCIES]
            found += [p for p in several if _PERSON.match(p) or p.casefold() in AGENCIES] or pieces[
                :1
            ]
        else:
            found.append(part)
    return found


def _plausible(name: str) -> bool:
    short = 1 < len(name) <= 60 and len(name.split()) <= 6
    return not (not short or _BAD.search(name) or _ROLE.match(name) or _NEWSROOM.match(name))


_NEAR = 14  # elements after the headline
_MAX_CHARS = 90
_SIGNED_BY = re.compile(
    r"^(?:by|von|por|par|di|door|av|af|oleh|od|przez|tarafından|作者|记者|記者|撰文|文|автор|بقلم|מאת)"
    r"(?:\s*[:：/]\s*|\s+)\S",
    re.I,
)
_DATED = re.compile(
    r"\d{1,2}[./:]\d{2}|\b(?:19|20)\d{2}\b|[年월]|\d\s?(?:min|h\b|hours?|horas?)", re.I
)
_NAME = re.compile(r"^[^\W\d_a-z][^\d:|]{3,50}$")


def _signed(parsed: Parsed) -> list[str]:
    """Texts that sign the story, in the page's order; mostly one."""
    if not parsed.h1s:
        return []
    for at, element in enumerate(_following(parsed.h1s[0])):
        if at > _NEAR:
            break
        if element.tag not in ("div", "span", "p", "a", "address", "small", "li", "em", "b"):
            continue
        text = " ".join(" ".join(element.itertext())[: 2 * _MAX_CHARS].split())
        parts = sum(child.tag in ("div", "span", "time", "p") for child in element)
        if not 3 < len(text) < _MAX_CHARS or parts > 1 or len(element) > 3 or _DATED.search(text):
            continue
        if _SIGNED_BY.match(text) or (_NAME.match(text) and _beside_date(element)):
            return [text]
    return []


def _beside_date(element: html.HtmlElement) -> bool:
    """The next element, or the one before, is a short line with a date."""
    for other in (element.getnext(), element.getprevious()):
        if other is not None and isinstance(other.tag, str):
            text = " ".join(other.text_content()[:_MAX_CHARS].split())
            if other.tag == "time" or (0 < len(text) < 60 and _DATED.search(text)):
                return True
    return False


def _following(headline: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Elements after the headline in the page's order, from its closest containers outwards."""
    for parent in [headline, *list(headline.iterancestors())[:4]]:
        for sibling in parent.itersiblings():
            yield from sibling.iter("*")
