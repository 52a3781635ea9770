"""Companies no list has, in texts with capitals, by what the text says of them.

A sign is a phrase of `words.yaml` beside a name: "robotics firm Rokid", "Rokid, a Hangzhou
start-up", "his company, Zeabur", "the CEO of Rokid". Some signs are enough, some need a second
one; capitals alone are none. Chinese, Japanese, Korean, Arabic and Hindi are read in `unspaced`.
"""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from crawler.enrichment.companies.names import Span, is_name, name_from, name_until
from crawler.enrichment.companies.signs import AND, OPENING, READERS, Found, shape
from crawler.enrichment.companies.words import common_words, words
from crawler.enrichment.gazetteer import cities_called
from crawler.enrichment.matching import Phrases, Text

_ENOUGH = 2  # a strong sign, or two weak ones
_MORE = 3  # for a name that is a common word
_LEAD = 1_500
_KINDS = (
    "head", "weak_head", "heads", "role", "tail", "weak_tail", "verb", "object", "partner", "at",
    "based", "person", "product", "context", "suffix", "weak_suffix", "legal",
)  # fmt: skip
_ABOUT_BUSINESS = frozenset(["head", "heads", "role", "context"])
_WITH_CONTEXT = frozenset(["verb", "object", "weak_head", "weak_suffix", "demonym"])
_WITH_PARTNER = frozenset(["partner", "object"])

_INSIDE = re.compile(r"[\w@.-]")
_GOES_ON = re.compile(r"\w|[.-]\w")
_REST = re.compile(r"[^\W_]+")
_READ_CHARACTERS = 4_000  # of a long story's rest only listed companies are read
_TITLE_WORD = re.compile(r"[^\W\d_][\w'-]{3,}")


_NO_VERB = r"(?:de|des|du|del|en|à|au|aux|aus|in|im|der|die|das|für|von|vom|of|for|to|on|at|as|and|or|et|ou|y|e|o|und|oder|por|para|con|sin|sans|pour|dans|sur|les|la|el|a|per|met|med|om|och|og|i|mit|bei|ohne|als|que|qui|zu|zum|zur|auf|contra|contre|entre|with|from|by|vs)"
_GOES_WITH = re.compile(rf" (?!{_NO_VERB} )[a-zà-ÿ]|'s [a-z]|, ")
_AFTER_COLON = re.compile(r" ?[:–-] |\? |! ")
_DEMONYM = re.compile(
    r"\b(?:[Ll]a|[Ll]e|[Ee]l|[Ii]l|[Oo]|[Aa]) [A-Za-zà-ÿ]+(?:an[oa]|en[oa]|in[oa]|ol[ae]?|és|esa|eñ[oa]|eir[oa]|ense|ais|aise|ois|oise|ien|ienne|and|ande|ese) "
    r"|\b[Ll]'[a-zà-ÿ]+(?:ais|aise|ien|ienne|and|ande|ol|ole|ain|aine) |\b(?:[Dd](?:er|ie|as)) [A-ZÄÖÜ][a-zäöüß]+er (?=[A-Z]\S* [a-z])"
)
_GERMAN = re.compile(r" (?:und|der|das|nicht|mit|für|von|bei|ein) ")
_AND_BEFORE = re.compile(r"(?:, |,? (?:and|or|und|oder|y|et|ou|e|och|og|en|i|и|dan|ve|&) )$")


class Introduced(NamedTuple):
    """A name and the words of the text that make it a company's."""

    name: str
    start: int
    phrase: str


@dataclass
class _Seen:
    """What was gathered for a name. kinds: those of its signs; start: where it first stood."""

    start: int
    phrase: str
    signs: dict[str, int] = field(default_factory=dict)

    @property
    def best(self) -> int:
        return max(self.signs.values())

    @property
    def weight(self) -> int:
        return sum(self.signs.values())


@cache
def _signs() -> tuple[Phrases, tuple[str, ...]]:
    kinds: list[str] = []
    phrases: list[tuple[str, int]] = []
    for kind in _KINDS:
        for word in words()[kind]:
            phrases.append((word, len(kinds)))
            kinds.append(kind)
    return Phrases(phrases), tuple(kinds)


def introduced(text: Text, title_end: int, known: list[tuple[int, int]]) -> list[Introduced]:
    """Names the text calls companies, in the order they first stand there.

    title_end: where the body begins; a headline with every word capital says nothing of names.
    known: where the text names listed companies.
    """
    shaped = text.shaped
    phrases, kinds = _signs()
    shouting = _is_title_case(shaped[:title_end])
    seen: dict[str, _Seen] = {}
    people: set[str] = set()
    business = False
    for match in phrases.find(text, _READ_CHARACTERS):
        kind = kinds[match.key]
        start, end = max(match.start, 0), _word_end(shaped, match.end)
        business = business or (kind in _ABOUT_BUSINESS and start < title_end + _LEAD)
        if kind in ("person", "role"):
            people.update(_person(shaped, end))
        if kind in ("person", "context") or (shouting and start < title_end and kind != "verb"):
            continue
        for span, weight in READERS[kind](shaped, start, end):
            _add(seen, shaped, span, kind, weight, (start, end))
    for kind, (span, weight) in _by_place(shaped, title_end, known, shouting):
        _add(seen, shaped, span, kind, weight, span)
    for found in seen.values():
        signs = found.signs
        if business and found.start < title_end + OPENING and not _WITH_CONTEXT.isdisjoint(signs):
            signs["context"] = 1
        if not _WITH_PARTNER.isdisjoint(signs) and _in_sentence_of(known, found.start, shaped):
            signs["known"] = 1
    for name in people & seen.keys():
        seen[name].signs["person"] = -2
    return _believed(seen, shaped)


def _by_place(
    shaped: str, title_end: int, known: list[tuple[int, int]], shouting: bool
) -> Iterator[tuple[str, tuple[Span, int]]]:
    """Signs that are no word: who a story begins with, and who stands beside a known company."""
    for span in () if shouting else _subjects(shaped, title_end):
        yield "verb", (span, 1)
    for found in _DEMONYM.finditer(shaped, 0, title_end + OPENING):
        called = name_from(shaped, found.end())
        if called:
            yield "demonym", (called, 1)
    for neighbour in _neighbours(shaped, known):
        yield "neighbour", neighbour


def _person(shaped: str, end: int) -> list[str]:
    """The whole name behind a role or a title, and its last word alone."""
    span = name_from(shaped, end + 1) if shaped[end : end + 1] == " " else None
    if span is None or shaped[span.end : span.end + 1] not in ",.;:'\")\n":
        return []
    name = shaped[span.start : span.end]
    return [name, name.rpartition(" ")[2]] if " " in name else []


def _subjects(shaped: str, title_end: int) -> Iterator[Span]:
    """Who headline and lead begin with and name again; two words may be a person."""
    starts = [0, title_end + 1]
    starts += [found.end() for found in _AFTER_COLON.finditer(shaped, 0, title_end)]
    for start in starts:
        span = name_from(shaped, start)
        if span and _GOES_WITH.match(shaped, span.end):
            name = shaped[span.start : span.end]
            if (" " not in name or shape(name)) and shaped.find(name, span.end) > 0:
                yield span


def _neighbours(shaped: str, known: list[tuple[int, int]]) -> Found:
    """Names joined to a listed company by "and", or standing in its list."""
    for start, end in known:
        following = AND.match(shaped, end)
        if following:
            span = name_from(shaped, following.end())
            if span:
                yield span, _joined_weight(shaped, span, following[0])
        before = shaped[max(0, start - 12) : start]
        joined = _AND_BEFORE.search(before)
        if joined:
            span = name_until(shaped, start - len(before) + joined.start())
            if span:
                yield span, _joined_weight(shaped, span, joined[0])


def _joined_weight(shaped: str, span: Span, joint: str) -> int:
    """Two words may be a person's name; a comma joins much else."""
    return 1 if " " in shaped[span.start : span.end] or joint == ", " else 2


def _in_sentence_of(known: list[tuple[int, int]], start: int, shaped: str) -> bool:
    return any(
        abs(at - start) < 90 and ". " not in shaped[min(end, start) : max(at, start)]
        for at, end in known
    )


def _add(
    seen: dict[str, _Seen], shaped: str, span: Span, kind: str, weight: int, sign: tuple[int, int]
) -> None:
    name = _nominative(shaped[span.start : span.end], shaped)
    phrase = shaped[min(span.start, sign[0]) : max(span.end, sign[1])]
    found = seen.setdefault(name, _Seen(span.start, phrase))
    if weight < 0:
        found.signs[kind] = weight
    elif weight > found.signs.get(kind, 0):
        if weight > max(found.signs.values(), default=0):
            found.phrase = phrase
        found.signs[kind] = weight
    found.start = min(found.start, span.start)


def _believed(seen: dict[str, _Seen], shaped: str) -> list[Introduced]:
    found = []
    for name, said in seen.items():
        weight = said.weight + shape(name)
        if weight < _ENOUGH or not is_name(name):
            continue
        common = _is_common(name, shaped) or (said.best < 2 and _is_compound(name, shaped))
        if weight >= _MORE or not common:
            found.append(Introduced(name, said.start, said.phrase))
    return sorted(found, key=lambda one: one.start)


def _is_common(name: str, shaped: str) -> bool:
    """Whether the name is a town, or a plain word of this text or of its language."""
    if cities_called(name):
        return True
    if " " in name:
        return all(part.lower() in common_words() for part in name.split(" "))
    lower = name.lower()
    return lower != name and (lower in common_words() or _stands(lower, shaped))


def _is_compound(name: str, shaped: str) -> bool:
    """Whether it is a German noun of two, which begins with a capital whatever it is."""
    lower = name.lower()
    tails = any(lower[at:] in common_words() for at in range(3, len(lower) - 4))
    return tails and _GERMAN.search(shaped) is not None


def _nominative(name: str, shaped: str) -> str:
    """Without a genitive's s when the text has the name without it: "Kernwerks Gründer"."""
    return name[:-1] if name.endswith("s") and _stands(name[:-1], shaped) else name


def _stands(word: str, shaped: str) -> bool:
    """Whether the text has the word by itself, and no address with it."""
    at = shaped.find(word)
    while at >= 0:
        before, after = shaped[at - 1 : at], shaped[at + len(word) : at + len(word) + 2]
        if not _INSIDE.match(before) and not _GOES_ON.match(after):
            return True
        at = shaped.find(word, at + 1)
    return False


def _is_title_case(title: str) -> bool:
    found = _TITLE_WORD.findall(title)
    return len(found) >= 4 and sum(word[0].isupper() for word in found) > 0.75 * len(found)


def _word_end(shaped: str, end: int) -> int:
    found = _REST.match(shaped, end)
    return found.end() if found else end
