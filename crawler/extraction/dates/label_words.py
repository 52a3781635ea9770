"""What a label's words and its element's names say: published, changed, an event, a list."""

import re
from functools import lru_cache

from crawler.extraction.phrases import anywhere
from crawler.formats.months import is_weekday, month_number

MODIFIED = anywhere("modified")
PUBLISHED = anywhere("published")
EVENT = anywhere("event")
DATE_CLASS = re.compile(
    r"date|datum|publish|time(?!line|r)|posted|byline|dateline|created|fecha|tijd|zeit|dato|tarih|"
    r"submitted|parution|(?:^|[\s_-])(?:meta|info|author|data)",
    re.I,
)
NOT_THE_STORY = re.compile(
    r"comment|leserbrief|related|sidebar|footer|copyright|(?<!elementor-)widget|teaser|recent|popular|"
    r"latest|calendar|upcoming|carousel|more-|ticker|recommend|navi|menu|aside|trending|nextprev|"
    r"cookie|breadcrumb|archive|similar|slider|event-?list|embed|tweet|(?<!v)card(?:$|[\s_-])|"
    r"(?:^|[\s_-])(?:nav|reply|replies|listing|(?<!icon-)list-?item|feed|rail|promo)(?:$|[\s_-])",
    re.I,
)  # fmt: skip
OTHER_STORIES = re.compile(
    r"related|recommend|popular|latest|trending|tweet|menu|carousel|ticker|calendar|upcoming|embed|"
    r"event-?list|recent|similar|(?:^|[\s_-])repl(?:y|ies)(?:$|[\s_-])",
    re.I,
)
STORY_FOOTER = re.compile(
    r"(?:article|post|entry|asset|node|story|content)[_-]{0,2}(?:footer|meta|info)|text_meta|"
    r"(?:news|article|post)-?single",
    re.I,
)
MARGIN = re.compile("footer|side-?bar|aside", re.I)
_WORD = re.compile(r"[^\W\d_]{4,}")
# "(18.01.2018) Farmers fear", "Berlin, 3. Mai 2017 – Die", "LAGOS, May 3, 2017 (Wire) --"
_DATELINE = re.compile(
    r"^(?:\W{0,2}\((?P<in>[^()]{6,40})\)|"
    r"(?:[^\W\d][^\d:.()]{1,40}[,/]\s*)?(?P<date>[^()–—:]{6,40}?)\s*"
    r"(?:\([\w .]{2,25}\)\s*)?(?:[–—]|--|\s-)\s)"
)


@lru_cache(maxsize=5_000)
def names_date(classes: str) -> bool:
    """Whether class names speak of a date."""
    return bool(DATE_CLASS.search(classes))


def told(text: str, others: int) -> bool:
    """It calls itself the date of publication or of the last change, and says little else."""
    head = text[:30]
    return others <= 3 and (PUBLISHED.search(head) or MODIFIED.search(head))


def other_words(text: str) -> int:
    """Words that are neither month nor weekday nor "published" and the like."""
    rest = MODIFIED.blanked(PUBLISHED.blanked(text[:200]))
    return sum(not _of_a_date(word) for word in _WORD.findall(rest))


def _of_a_date(word: str) -> bool:
    return month_number(word) is not None or is_weekday(word)


def dateline(text: str) -> str | None:
    """The date that opens a paragraph as news agencies write it; no date within a sentence."""
    found = _DATELINE.match(text)
    if not found:
        return None
    date = found["in"] or found["date"]
    first = date.split()[0]
    opens = first[0].isdigit() or _of_a_date(first)  # "On 2 March 2026 – a Monday –" goes on
    return date if opens and any(map(str.isdigit, date)) and other_words(date) == 0 else None


def may_be_label(text: str, *, long: bool, dated: bool, in_footer: bool) -> bool:
    """Short, or said to be a date by word or class; no sentence."""
    if (
        long
        and not (dated or in_footer)
        and not (PUBLISHED.search(text[:40]) or re.match(r"\W{0,4}\d{1,4}[./-]\d", text))
    ):
        return False
    sentence = text[-1:] in tuple(".!?。") and len(re.findall(r"[^\W\d_]{2,}", text)) >= 5
    return dated or in_footer or not sentence or PUBLISHED.search(text[:20])
