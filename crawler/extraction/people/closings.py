"""Who signs a story within its text: after its last words, or in the dateline that opens it.

"— Jane Roe", "(dpa/abc)", "文/张三", "（记者 王五）", "Von Jane Roe", "SEOUL (Reuters) -"; a bare
name only where the page sets it apart. Read where nobody is named elsewhere.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from lxml import html

from crawler.extraction.paragraphs import story_paragraphs
from crawler.extraction.people.credits import AGENCIES, names_nobody, says_by, without_by
from crawler.extraction.people.signatures import is_name
from crawler.extraction.phrases import words
from crawler.extraction.surroundings import NOT_THE_STORY
from crawler.extraction.titles import heading_text

MOST_CHARS = 90
MOST_BLOCKS = 3  # after the last paragraph

_TAGS = frozenset(words("p div span em i b strong small address section aside"))
_SET_APART = frozenset(words("strong b em i small address"))
_APART = re.compile(
    r"text-?align\s*:\s*(?:right|end)|(?:text|align)-?_?right|author|autor|signature|byline|"
    r"k(?:ue|ü)rzel|writer|credit",
    re.I,
)
_HAN = r"[\u3400-\u9fff]"
_DIGIT = re.compile(r"\d")
_DASHED = re.compile(r"^(?:[—–―]|--?)\s?(?=[^\W\d_])")
_IN_BRACKETS = re.compile(r"^[(\[]([^()\[\]]{2,60})[)\]]\W{0,2}$")
_BRACKETS_AT_END = re.compile(r"(?<=[\s.!?”\"])[(\[]([^()\[\]]{2,60})[)\]]\W{0,2}$")
_DATELINE = re.compile(r"^[^()]{0,45}\(([^()]{2,30})\)\s*(?:[—–-]|--)")
_HAN_DATELINE = re.compile(rf"^\W?({_HAN}{{2,3}}社){_HAN}\S{{1,14}}[电電]")
_BETWEEN = re.compile(r"\s*[/,;]\s*|\s+(?:und|and|et|y|e)\s+|\s[–—-]\s")
_INITIALS = re.compile(r"^[^\W\d_]{1,4}\.?$")
# "（记者 王五、李四）", "【记者王芳/台北报道】", "文/张三", "本报记者 王五"
_REPORTERS = re.compile(
    r"(?:记者|記者|通讯员|撰文|作者|(?<!\w)文)\s?[:：/／|]?\s*"
    rf"({_HAN}{{2,4}}(?:[、，,/\s]{{1,2}}{_HAN}{{2,4}}){{0,4}})(?=\s*(?:[)）】\]/／]|$))"
)
_KOREAN = re.compile(r"(?<![가-힣])([가-힣]{2,4})\s?(?:기자|특파원)(?![가-힣])")
_HAN_BETWEEN = re.compile(r"[、，,/\s]+")


def closing_names(elements: Sequence[html.HtmlElement], at: int | None) -> list[str]:
    """Credits as written; [] where the text names nobody.

    at: place of the headline among the elements.
    """
    paragraphs = story_paragraphs(elements, at or 0)
    if len(paragraphs) < 2:
        return []
    opening, ending = heading_text(paragraphs[0]), heading_text(paragraphs[-1])
    for text, apart in chain(_after(paragraphs[-1]), [(ending[-40:], False)]):
        if names := _signing(text, apart=apart):
            return names
    return _in_east_asia(opening[:60]) or _agency_of(opening)


def _after(last: html.HtmlElement) -> Iterator[tuple[str, bool]]:
    """(text, whether it is set apart) of the short blocks that follow a story's last paragraph."""
    parent = last.getparent()
    beyond = parent.itersiblings() if parent is not None and parent.tag != "body" else ()
    left = MOST_BLOCKS
    for element in chain(last.itersiblings(), beyond):
        text = heading_text(element) if isinstance(element.tag, str) else ""
        if not text:
            continue
        if element.tag not in _TAGS or len(text) > MOST_CHARS or not left:
            return
        if NOT_THE_STORY.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return
        left -= 1
        yield text, _is_apart(element, text)


def _is_apart(element: html.HtmlElement, text: str) -> bool:
    if len(element.findall(".//a")) > 1:
        return False
    for one in (element, *element.iterdescendants()):
        if heading_text(one) != text:
            continue
        look = f"{one.get('style') or ''} {one.get('class') or ''} {one.get('align') or ''}"
        if one.tag in _SET_APART or one.get("align") == "right" or _APART.search(look):
            return True
    return False


def _signing(text: str, *, apart: bool) -> list[str]:
    if names := _in_east_asia(text):
        return names
    if (found := _BRACKETS_AT_END.search(text)) and (names := _credits(found[1])):
        return names
    if _DIGIT.search(text):
        return []
    bracketed, dashed = _IN_BRACKETS.match(text), _DASHED.match(text)
    inner = bracketed[1] if bracketed else text[dashed.end() :] if dashed else ""
    if inner:
        return [inner] if is_name(inner) else _credits(inner)
    if says_by(text):
        name = without_by(text)
        return [name] if is_name(_BETWEEN.split(name)[0]) else []
    return [text] if apart and len(text.split()) <= 4 and is_name(text) else []


def _credits(text: str) -> list[str]:
    """Agencies, and the people beside them: "dpa/abc", "Jane Roe, Reuters"."""
    parts = _BETWEEN.split(text)
    agencies = [part for part in parts if part.casefold() in AGENCIES]
    people = [part for part in parts if is_name(part)]
    others = len(parts) - len(agencies) - len(people)
    initials = sum(bool(_INITIALS.match(part)) and part not in agencies for part in parts)
    return [*people, *agencies] if agencies and others <= initials else []


def _in_east_asia(text: str) -> list[str]:
    if found := _REPORTERS.search(text):
        return [name for name in _HAN_BETWEEN.split(found[1]) if not names_nobody(name)]
    return [found[1]] if (found := _KOREAN.search(text)) else []


def _agency_of(opening: str) -> list[str]:
    """The agency that a dateline names."""
    if found := _DATELINE.match(opening):
        return _credits(found[1])
    found = _HAN_DATELINE.match(opening)
    return [found[1]] if found and found[1] in AGENCIES else []
