"""Where a story opens on an aggregator page: publisher, relative time and title, printed together.

`stamps` reads the single line with the time, `aggregators` cuts the stories at what is found here.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from crawler.extraction.aggregators.furniture import is_end, is_furniture, is_paragraph
from crawler.extraction.aggregators.lines import Line
from crawler.extraction.aggregators.stamps import Stamp, is_name, read_stamp

_BEFORE, _AFTER = 9, 7  # lines around a stamp in which its title may stand
_MAX_HEADERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Lines `first` to `last` that open a story; `repeated`: its title or name is printed again."""

    title: str
    publisher: str
    stamp: Stamp
    at: int
    first: int
    last: int
    repeated: bool


def same_words(text: str) -> str:
    """A line's words without case and punctuation, to compare printings of one headline."""
    return re.sub(r"\W+", " ", text.casefold()).strip()


def squashed(name: str) -> str:
    """A name as hosts write it: "The Straits Times" is "thestraitstimes"."""
    return re.sub(r"[\W_]", "", name.casefold())


def story_headers(lines: Sequence[Line], own_name: str) -> list[Header]:
    """Where stories open: stamps with a publisher and a title, in page order.

    own_name: the aggregator's, which is nobody's publisher, squashed ("thehub").
    """
    names = {line.text for line in lines if len(line.text) <= 60}
    stamps = {i: stamp for i, line in enumerate(lines) if (stamp := read_stamp(line.text, names))}
    found: list[Header] = []
    for at, stamp in stamps.items():
        header = _header(lines, at, stamp, _around(lines, at, stamps), own_name)
        if header is None:
            continue
        if found and same_words(found[-1].title) == same_words(header.title):
            # Two stamps claim one title: the one behind it is the story's, the one before it
            # belongs to a comment or card above.
            behind = header.first < header.at and not found[-1].first < found[-1].at
            kept = header if behind else found[-1]
            found[-1] = replace(kept, last=max(kept.last, header.last))
        else:
            found.append(header)
    return found[:_MAX_HEADERS]


def _around(lines: Sequence[Line], at: int, stamps: Collection[int]) -> range:
    """The lines that may belong to a stamp's header: up to running text, ends or other stamps."""
    counts = Counter(same_words(line.text) for line in lines[max(0, at - _BEFORE) : at + _AFTER])

    def stops(i: int) -> bool:
        line = lines[i]
        if i in stamps or is_end(line.text):
            return True
        return is_paragraph(line) and not line.heading and counts[same_words(line.text)] < 2

    low, high = at, at + 1
    while low > 0 and at - low < _BEFORE:
        if stops(low - 1):
            break
        low -= 1
    while high < len(lines) and high - at <= _AFTER:
        if stops(high):
            break
        high += 1
    return range(low, high)


def _header(
    lines: Sequence[Line], at: int, stamp: Stamp, around: range, own_name: str
) -> Header | None:
    """The header around a stamp, or None when no publisher or no title stands there."""
    name_at = at
    publisher = stamp.name
    if not publisher:
        beside = [
            i
            for i in (at - 1, at + 1, at - 2)
            if i in around and is_name(lines[i].text) and not lines[i].heading
            if squashed(lines[i].text) != own_name and not is_furniture(lines[i].text)
        ]
        if not beside:
            return None
        # Few publishers' names have more than four words; headlines have.
        name_at = min(beside, key=lambda i: len(lines[i].text.split()) > 4)
        publisher = lines[name_at].text.strip(" ·•|")
    title_at = _title(lines, around, at, publisher)
    if title_at is None:
        return None
    title, key = lines[title_at].text, same_words(lines[title_at].text)
    parts = [i for i in around if same_words(lines[i].text) in {key, same_words(publisher)}]
    last = max([title_at, name_at, at, *parts])
    while last + 1 in around and re.match(r"^[•·|]\s*\S", lines[last + 1].text):
        last += 1  # a category behind a bullet
    again = Counter(same_words(lines[i].text) for i in around)
    return Header(
        title=title,
        publisher=publisher,
        stamp=stamp,
        at=at,
        first=min([title_at, name_at, at, *parts]),
        last=last,
        repeated=again[key] > 1 or again[same_words(publisher)] > (name_at != at),
    )


def _title(lines: Sequence[Line], around: range, at: int, publisher: str) -> int | None:
    """The title's line: printed twice before plain heading, before the stamp before behind it."""
    counts = Counter(same_words(lines[i].text) for i in around)
    ranked: list[tuple[int, int, int]] = []
    for i in around:
        text = lines[i].text
        long = len(text) >= 15 or (len(text) >= 6 and ord(text[0]) > 0x2E80)
        if not long or len(text) > 300 or i == at or same_words(text) == same_words(publisher):
            continue
        if is_furniture(text) or is_end(text):
            continue
        rank = (
            4 * (counts[same_words(text)] > 1)
            + 2 * (lines[i].heading or lines[i].linked)
            + (i < at)
        )
        if rank >= 2:
            ranked.append((rank, -abs(i - at), i))
    return max(ranked)[2] if ranked else None
