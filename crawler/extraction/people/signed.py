"""Bylines that no class name tells: "By Jane Roe" under the headline, or a name beside the date.

Candidates only; whether they are names of people is decided in `authors`.
"""

import re
from collections.abc import Iterator

from lxml import html

from crawler.extraction.parsing import Parsed

NEAR = 14  # elements after the headline
MAX_CHARS = 90
_BY = re.compile(
    r"^(?:by|von|por|par|di|door|av|af|oleh|od|przez|tarafından|作者|记者|記者|撰文|文|автор|بقلم|מאת)"
    r"(?:\s*[:：/]\s*|\s+)\S",
    re.I,
)
_DATED = re.compile(
    r"\d{1,2}[./:]\d{2}|\b(?:19|20)\d{2}\b|[年월]|\d\s?(?:min|h\b|hours?|horas?)", re.I
)
_NAME = re.compile(r"^[^\W\d_a-z][^\d:|]{3,50}$")


def signed(parsed: Parsed) -> list[str]:
    """Texts that sign the story, in the page's order; mostly one."""
    if not parsed.h1s:
        return []
    for at, element in enumerate(_following(parsed.h1s[0])):
        if at > NEAR:
            break
        if element.tag not in ("div", "span", "p", "a", "address", "small", "li", "em", "b"):
            continue
        text = " ".join(" ".join(element.itertext())[: 2 * MAX_CHARS].split())
        parts = sum(child.tag in ("div", "span", "time", "p") for child in element)
        if not 3 < len(text) < MAX_CHARS or parts > 1 or len(element) > 3 or _DATED.search(text):
            continue
        if _BY.match(text) or (_NAME.match(text) and _beside_date(element)):
            return [text]
    return []


def _beside_date(element: html.HtmlElement) -> bool:
    """The next element, or the one before, is a short line with a date."""
    for other in (element.getnext(), element.getprevious()):
        if other is not None and isinstance(other.tag, str):
            text = " ".join(other.text_content()[:MAX_CHARS].split())
            if other.tag == "time" or (0 < len(text) < 60 and _DATED.search(text)):
                return True
    return False


def _following(headline: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Elements after the headline in the page's order, from its closest containers outwards."""
    for parent in [headline, *list(headline.iterancestors())[:4]]:
        for sibling in parent.itersiblings():
            yield from sibling.iter("*")
