"""What a title adds to the headline, taken off: the site's name, its section, a page's number.

Titles are parted by marks ("Headline | Section | Site"); which part is the headline is told by what
the others are, never by where they stand.
"""

import re
from collections.abc import Iterator, Set
from itertools import islice
from typing import Any
from unicodedata import combining, normalize
from urllib.parse import unquote, urlsplit

from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import whole_name
from crawler.formats.jsonld import text_of

MIN_SHARED = 8  # letters two titles must share to be one headline with something added
MAX_NAME = 40  # characters of a section's or a site's name
LIST_WORDS = 2  # of a list's name; "Search for the crew" is a headline
NAME_WORDS = 3
MIN_WORDS = 2
SLUG_SHARE = 0.6  # of an address's words
LONG_NAME = 30  # letters; a site with so many has it in its logo, seldom as the heading
MAX_H1S = 12
MAX_LINKS = 150  # of the navigation

_SEPARATOR = re.compile(
    r"\s+[|｜ㅣ·•»«—–*♥/\\<>-]+\s+|\s*[|｜ㅣ：]\s*|\s+(?:::|>>|<<|~)\s+|--+|__+|\s+:\s+"
)
# "…-新华网", "…_人民日报": names of Chinese and Japanese sites stand without spaces
_HAN_SITE = re.compile(
    r"[\s_|｜—-]+[\u3400-\u9fff\u3040-\u30ff]{1,8}(?:网|網|报|報|新闻|新聞|在线|頻道|频道|ニュース)$"
)
_HAN_PART = re.compile(r"(?<=[\u3040-\u9fff？！”」』）])_[^_]{1,12}$")
_PAGE_NUMBER = re.compile(
    r"(?:\s+[|–—-]\s+|\s*)[(（\[]?(?:\b(?:page|seite|página|pagina|strona|страница)\s\d{1,3}"
    r"(?:\s?(?:of|von|de|di|sur|z|из|/)\s?\d{1,3})?|\d{1,3}\s?/\s?\d{1,3}\s?ページ|第\d{1,3}[页頁])[)）\]]?$",
    re.I,
)
_LETTERS = re.compile(r"\w+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_DOTS = {0x307: None, ord("ı"): "i"}
_YEAR = re.compile(r"\s?(?:19|20)\d\d$")
_DAY = re.compile(
    r"(?:\w+,?\s)?(?:\d{1,2}\.?\s[^\W\d]+|[^\W\d]+\s\d{1,2}),?\s(?:19|20)\d\d|"
    r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}"
)
_BYLINE = re.compile(r"(?:by|von|par|por|di|door|av|af)(?:\s\S+){1,4}", re.I)
_LEAD = re.compile(r"[^:：]{2,40}[:：]\s+")
_INDEX = whole_name("index")
_PLACEHOLDER = whole_name("placeholder")
_MARKS = " .…!:"


def letters(text: str) -> list[str]:
    """Its words of letters and digits, folded; Turkish has two letters i."""
    return _LETTERS.findall(normalize("NFKC", text).casefold().translate(_DOTS))


def squeezed(text: str | None) -> str:
    return "".join(letters(text or ""))


def first_part(title: str) -> str:
    """What stands before the first mark that may part a headline from a site's name."""
    return _SEPARATOR.split(title, maxsplit=1)[0].strip()


def parts_of(title: str) -> list[str]:
    return [part for part in map(str.strip, _SEPARATOR.split(title)) if part]


def is_headline(text: str) -> bool:
    """Whether it says something; what stands there while a page has no title does not."""
    bare = text.strip(_MARKS)
    return bool(_LETTERS.search(bare)) and not (_PLACEHOLDER.match(bare) or _DAY.fullmatch(bare))


def is_list_name(text: str) -> bool:
    """Whether it names a list of stories ("News", "Archive") or what stands for no title."""
    bare = _YEAR.sub("", text.strip(_MARKS))
    return len(bare.split()) <= LIST_WORDS and (_INDEX.match(bare) or _PLACEHOLDER.match(bare))


def repeats_address(text: str, url: str) -> bool:
    """Whether a heading has most of the words that the last part of the address has."""
    slug = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2].rpartition(".")
    told = {word for word in letters((slug[0] or slug[2]).replace("_", " ")) if len(word) > 2}
    told = {word for word in told if not word.isdecimal()}
    shared = told & set(letters(text))
    return len(shared) >= MIN_WORDS and len(shared) >= SLUG_SHARE * len(told)


def is_sentence(part: str) -> bool:
    """Whether it says more than a name of three words; other scripts need no spaces."""
    return len(part.split()) > NAME_WORDS or (
        not part.isascii() and " " not in part and len(part) >= MIN_SHARED
    )


def site_names(parsed: Parsed, site_name: str | None) -> frozenset[str]:
    host = (urlsplit(parsed.url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    names = {squeezed(host), squeezed(site_name), squeezed(parsed.meta("og:site_name"))}
    names.update(squeezed(label) for label in labels[:-1] if len(label) > 3)
    names.add(squeezed("".join(reversed(labels[:-1]))))  # wiki.python.org is the Python Wiki
    shown = {squeezed("".join(heading.itertext())[:200]) for heading in parsed.h1s[:MAX_H1S]}
    # some pages give each page's headline for the site's name
    return frozenset(
        name for name in names if name and (len(name) < LONG_NAME or name not in shown)
    )


def section_names(parsed: Parsed, node: dict[str, Any]) -> frozenset[str]:
    """What the page's data and the folders of its address call the part of the site."""
    folders = unquote(urlsplit(parsed.url).path).rstrip("/").split("/")[:-1]
    told = [*parsed.metas.get("article:section", [])[:3], text_of(node.get("articleSection"))]
    return frozenset(filter(None, map(squeezed, (*told, *folders))))


def menu_names(parsed: Parsed) -> frozenset[str]:
    """What links of the page's frame say."""
    frames = parsed.tree.iter("nav", "header", "footer")
    links = (link for frame in frames for link in frame.iter("a"))
    names = (squeezed("".join(link.itertext())[:100]) for link in islice(links, MAX_LINKS))
    return frozenset(name for name in names if 0 < len(name) <= MAX_NAME)


def without_page_number(text: str) -> str:
    return _PAGE_NUMBER.sub("", text) or text


def without_section(text: str, sections: Set[str]) -> str:
    """Take "| Opinion" or "-Politics" off the end when the page calls its section so."""
    return _without_end(text, sections, r"[-–—|·:]")


def _without_end(text: str, names: Set[str], joint_marks: str) -> str:
    for joint in islice(re.finditer(joint_marks, text), 20):
        rest, added = text[: joint.start()].rstrip(), squeezed(text[joint.end() :])
        if added and len(rest) > MIN_SHARED and added in names:
            return rest
    return text


def headline_in(
    title: str, site: Set[str], sections: Set[str], menu: Set[str] = frozenset()
) -> str:
    """The title without what names its site, its section or the number of a page.

    site, sections, menu: squeezed.
    """
    text = without_section(_without_site(without_page_number(title), site), sections)
    text = _without_frame(without_page_number(text), site, sections | menu)
    text = _HAN_SITE.sub("", text)
    while (shorter := _HAN_PART.sub("", text)) != text and len(shorter) >= MIN_SHARED:
        text = shorter
    return _without_end(_without_lead(text, site), site, r"[-–—(\[【（]")


def _without_site(text: str, site: Set[str]) -> str:
    """Take " | Site name" off with all that follows, or "Site name | " off the front."""
    cuts = list(_SEPARATOR.finditer(text))
    ends = [*(cut.start() for cut in cuts[1:]), len(text)]
    for cut, end in zip(cuts, ends, strict=False):
        before, behind = text[: cut.start()].strip(), (text[cut.end() : end], text[cut.end() :])
        if before and not is_list_name(before) and any(names_site(one, site) for one in behind):
            return before
    for cut in cuts[:1]:
        if names_site(text[: cut.start()], site) and text[cut.end() :].strip():
            return text[cut.end() :].strip()
    return text


def _without_frame(text: str, site: Set[str], names: Set[str]) -> str:
    """Take the parts at either end off that name the site, a section or a list; one part stays."""
    while cuts := list(_SEPARATOR.finditer(text)):
        first, last = text[: cuts[0].start()], text[cuts[-1].end() :]
        if (_is_frame(last, site, names) or _BYLINE.fullmatch(last)) and text[
            : cuts[-1].start()
        ].strip():
            text = text[: cuts[-1].start()].strip()
        elif _is_frame(first, site, names) and len(text) - cuts[0].end() > len(first):
            text = text[cuts[0].end() :].strip()
        else:
            break
    return text


def _is_frame(part: str, site: Set[str], names: Set[str]) -> bool:
    name = squeezed(part)
    return not name or name in names or names_site(part, site) or is_list_name(part)


def _without_lead(text: str, site: Set[str]) -> str:
    """Take "Site name: " off the front."""
    lead = _LEAD.match(text)
    told = lead is not None and squeezed(lead[0]) in site
    return text[lead.end() :] if lead is not None and told else text


def names_site(text: str, site: Set[str]) -> bool:
    return any(_is_name(name, text, site) for name in _as_in_hosts(text))


def _is_name(name: str, text: str, site: Set[str]) -> bool:
    if not name:
        return False
    if name in site or (len(name) > 3 and any(name in one for one in site)):
        return True
    # "Tech Post News": hardly more than the name
    longer = (one for one in site if len(one) > 4 and name.startswith(one))
    return any(len(name) - len(one) <= 8 and len(text) <= MAX_NAME for one in longer)


def _as_in_hosts(text: str) -> Iterator[str]:
    """The name as written, and as hosts spell it, without accents or with ae for ä."""
    yield squeezed(text)
    if not text.isascii():
        yield squeezed(text.casefold().translate(_UMLAUTS))
        yield squeezed("".join(c for c in normalize("NFKD", text) if not combining(c)))
