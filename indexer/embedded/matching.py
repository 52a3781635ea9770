"""Which words of a text a query matched: what highlights, crops and positions are made from.

Pure Python over the few texts of one page; the index is not asked.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, count, islice
from operator import add
from typing import NamedTuple

from indexer.embedded.targets import IN_PHRASE, Hit, Targets
from indexer.embedded.words import Word, Words, fold, has_cjk

Place = tuple[int, int]  # where a word begins and ends, in characters


class Match(NamedTuple):
    """A piece of text, in characters, and the number of the query's term it matches."""

    start: int
    end: int
    term: int
    position: int


class Matcher:
    """Finds the matches of one query in texts."""

    def __init__(self, words: Words, targets: Targets) -> None:
        self._words = words
        self._targets = targets

    def find(self, text: str) -> list[Match]:
        """All matches in a text, in order, none overlapping."""
        return self.look(text)[0]

    def look(self, text: str, fewest: int = 0) -> tuple[list[Match], list[Place]]:
        """All matches, and the places of the words: of all when any matched, else of `fewest`."""
        if has_cjk(text):
            cut = self._words.cut(text)
            return self._in_cut(cut), _places(cut)
        prepared = self._words.prepare(text)
        ascii_only = prepared.isascii()
        if ascii_only:
            prepared = self._words.plain(prepared)
            words = prepared.split()
        else:
            words = self._words.latin.findall(prepared)
        hits = self._hits(words, lower=ascii_only)
        if ascii_only:
            spans = _spans(prepared)
        else:
            spans = (word.span() for word in self._words.latin.finditer(prepared))
        if not hits:
            return [], [*islice(spans, fewest)]
        places = [*spans]
        if any(term == IN_PHRASE for _, term in hits.values()):
            return self._with_phrases([fold(word) for word in words], places), places
        matches: list[Match] = []
        for position in [at for at, word in enumerate(words) if word in hits]:
            start, end = places[position]
            length, term = hits[words[position]]
            matches.append(Match(start, min(end, start + length), term, position))
        return matches, places

    def _hits(self, words: Sequence[str], *, lower: bool) -> dict[str, Hit]:
        """The different words of a text that match. Most texts match nowhere.

        lower: they are folded already.
        """
        targets = self._targets
        different = set(words)
        if lower:
            near = different & targets.words
            if targets.starts:
                near.update(word for word in different if word.startswith(targets.starts))
            folded = {word: word for word in near}
        else:
            folded = {word: fold(word) for word in different}
        hits: dict[str, Hit] = {}
        for raw, word in folded.items():
            hit = targets.judge(word)
            if hit is not None:
                hits[raw] = hit
        return hits

    def places(self, text: str, words: int) -> Iterator[tuple[int, int]]:
        """(term, position) of what matches among the first words of a text, or beyond them."""
        if has_cjk(text):
            yield from ((match.term, match.position) for match in self.find(text))
            return
        prepared = self._words.prepare(text)
        longest = max((len(phrase) for _, phrase in self._targets.phrases), default=1)
        most = words + longest - 1
        if prepared.isascii():
            folded = self._words.plain(prepared).split(maxsplit=most)[:most]
        else:
            found = islice(self._words.latin.finditer(prepared), most)
            folded = [fold(word.group()) for word in found]
        for position, word in enumerate(folded[:words]):
            phrase = self._targets.phrase_at(folded, position)
            if phrase is not None:
                yield phrase[0], position
                continue
            hit = self._targets.judge(word)
            if hit is not None and hit[1] != IN_PHRASE:
                yield hit[1], position

    def _with_phrases(self, folded: Sequence[str], places: Sequence[Place]) -> list[Match]:
        found: list[Match] = []
        for position, word in enumerate(folded):
            start, end = places[position]
            phrase = self._targets.phrase_at(folded, position)
            if phrase is not None:
                last = places[position + phrase[1] - 1]
                found.append(Match(start, last[1], phrase[0], position))
                continue
            hit = self._targets.judge(word)
            if hit is not None and hit[1] != IN_PHRASE:
                found.append(Match(start, min(end, start + hit[0]), hit[1], position))
        return _without_overlaps(found)

    def _in_cut(self, cut: Sequence[Word]) -> list[Match]:
        """As `find`, in a text with CJK runs, cut already."""
        if not self._targets:
            return []
        found: list[Match] = []
        folded = [word.text for word in cut]
        for at, word in enumerate(cut):
            phrase = self._targets.phrase_at(folded, at)
            if phrase is not None:
                last = cut[at + phrase[1] - 1]
                found.append(Match(word.start, last.end, phrase[0], word.position))
            elif word.cjk:
                found.extend(self._in_run(word))
            else:
                hit = self._targets.judge(word.text)
                if hit is not None and hit[1] != IN_PHRASE:
                    end = min(word.end, word.start + hit[0])
                    found.append(Match(word.start, end, hit[1], word.position))
        return _without_overlaps(found)

    def _in_run(self, word: Word) -> list[Match]:
        found = []
        for term, run in self._targets.runs:
            at = word.text.find(run)
            while at >= 0:
                start = word.start + at
                found.append(Match(start, start + len(run), term, word.position + at))
                at = word.text.find(run, at + len(run))
        return found


def _spans(plain: str) -> Iterator[Place]:
    """Where the words stand in a text of nothing but words and blanks."""
    pieces = plain.split(" ")
    ends = map(add, accumulate(map(len, pieces)), count())
    return ((end - len(piece), end) for piece, end in zip(pieces, ends, strict=True) if piece)


def _places(cut: Sequence[Word]) -> list[Place]:
    """Words as (start, end); of a CJK run every two characters count as one."""
    places: list[Place] = []
    for word in cut:
        if word.cjk:
            places += [(at, min(at + 2, word.end)) for at in range(word.start, word.end, 2)]
        else:
            places.append((word.start, word.end))
    return places


def _without_overlaps(found: list[Match]) -> list[Match]:
    found.sort(key=lambda match: (match.start, -match.end))
    kept: list[Match] = []
    for match in found:
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept
