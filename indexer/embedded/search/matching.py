"""Which words of a text a query matched: what highlights, crops and positions are made from.

Pure Python over the few texts of one page; the index is not asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from indexer.embedded.index.words import Word, Words, fold, has_cjk
from indexer.embedded.search.targets import IN_PHRASE, Hit, Targets

FEW = 8  # words that are looked for one by one: more are found by one walk through the text
Place = tuple[int, int]  # where a word begins and ends, in characters


class Match(NamedTuple):
    """A piece of text, in characters, and the number of the query's term it matches.

    position: in words, of a CJK run in characters. unit: index of the place it begins in; of
    a plain text words far from all matches are left out.
    """

    start: int
    end: int
    term: int
    position: int
    unit: int = 0


class Matcher:
    """Finds the matches of one query in texts."""

    def __init__(self, words: Words, targets: Targets) -> None:
        self._words = words
        self._targets = targets

    def find(self, text: str) -> list[Match]:
        """All matches in a text, in order, none overlapping."""
        return self.look(text)[0]

    def look(self, text: str, reach: int = 0) -> tuple[list[Match], Sequence[Place] | str]:
        """All matches, and what tells words apart: the places of these, or the text made plain.

        reach: words between two matches are counted up to here; a plain text is not cut further.
        Where nothing matches no more than so many places are told.
        """
        prepared = self._words.prepare(text)
        plain = self._words.plain(prepared)
        if plain is not None:
            return self._look_plain(plain, reach)
        if has_cjk(text):
            cut = self._words.cut(text)
            matches = self._in_cut(cut)
            if not matches:
                return [], _places(cut[:reach])
            places = _places(cut)
            return _with_units(matches, places), places
        found = self._words.latin
        words = found.findall(prepared)
        hits = self._hits(words, lower=False)
        spans = (word.span() for word in found.finditer(prepared))
        if not hits:
            return [], [*islice(spans, reach)]
        return self._walk(words, hits, [*spans])

    def _look_plain(self, plain: str, reach: int) -> tuple[list[Match], Sequence[Place] | str]:
        targets = self._targets
        if targets.starts or len(targets.words) > FEW:
            hits = self._hits(plain.split(), lower=True)
        else:
            hits = self._hits([word for word in targets.words if word in plain], lower=True)
        if len(hits) > FEW or any(term == IN_PHRASE for _, term in hits.values()):
            words = plain.split()
            return self._walk(words, hits, [*_spans(plain, words)])
        matches: list[Match] = []
        at = unit = 0
        for start, word in sorted(chain.from_iterable(_starts(plain, word) for word in hits)):
            length, term = hits[word]
            unit += len(plain[at:start].split(maxsplit=reach))
            at = start + len(word)
            matches.append(Match(start, min(at, start + length), term, unit, unit))
            unit += 1
        return matches, plain

    def _walk(
        self, words: Sequence[str], hits: Mapping[str, Hit], places: Sequence[Place]
    ) -> tuple[list[Match], Sequence[Place]]:
        if any(term == IN_PHRASE for _, term in hits.values()):
            return self._with_phrases([fold(word) for word in words], places), places
        matches: list[Match] = []
        for position, word in enumerate(words):
            if word in hits:
                start, end = places[position]
                length, term = hits[word]
                matches.append(Match(start, min(end, start + length), term, position, position))
        return matches, places

    def _hits(self, words: Sequence[str], *, lower: bool) -> dict[str, Hit]:
        """The different words of a text that match. Most texts match nowhere.

        lower: they are folded already.
        """
        targets = self._targets
        if lower:
            near = {*targets.words.intersection(words)}
            if targets.starts:
                near.update(word for word in words if word.startswith(targets.starts))
            folded = {word: word for word in near}
        else:
            folded = {word: fold(word) for word in {*words}}
        hits: dict[str, Hit] = {}
        for raw, word in folded.items():
            hit = targets.judge(word)
            if hit is not None:
                hits[raw] = hit
        return hits

    def places(self, text: str, words: int) -> Iterator[tuple[int, int]]:
        """(term, position) of what matches among the first words of a text, or beyond them."""
        targets = self._targets
        folded = self.first_words(text, words + targets.longest - 1)
        if folded is None:
            cut = self._first_cut(text, words)
            yield from ((match.term, match.position) for match in self._in_cut(cut))
            return
        for position, word in enumerate(folded[:words]):
            if word not in targets.words and not word.startswith(targets.starts):
                continue
            phrase = targets.phrase_at(folded, position)
            if phrase is not None:
                yield phrase[0], position
                continue
            hit = targets.judge(word)
            if hit is not None and hit[1] != IN_PHRASE:
                yield hit[1], position

    def _first_cut(self, text: str, words: int) -> list[Word]:
        """What tells the matches that begin among the first words of a text with CJK runs."""
        longest = self._targets.longest
        part = text[: 16 * (words + longest) + 48]
        cut = self._words.cut(part)
        enough = len(cut) > longest and cut[-longest].position >= words
        return cut if enough or len(part) == len(text) else self._words.cut(text)

    def first_words(self, text: str, most: int) -> list[str] | None:
        """The first words of a text, folded; all if they are fewer. None among CJK runs."""
        part = text[: 16 * most + 48]
        prepared = self._words.prepare(part)
        plain = self._words.plain(prepared)
        if plain is not None:
            folded = plain.split(maxsplit=most)
        elif has_cjk(part):
            return None
        else:
            found = islice(self._words.latin.finditer(prepared), most + 1)
            folded = [fold(word.group()) for word in found]
        if len(folded) <= most and len(part) < len(text):  # its last word may go on
            whole = self.first_words(text, len(text) // 16)
            return None if whole is None else whole[:most]
        return folded[:most]

    def _with_phrases(self, folded: Sequence[str], places: Sequence[Place]) -> list[Match]:
        found: list[Match] = []
        for position, word in enumerate(folded):
            start, end = places[position]
            phrase = self._targets.phrase_at(folded, position)
            if phrase is not None:
                last = places[position + phrase[1] - 1]
                found.append(Match(start, last[1], phrase[0], position, position))
                continue
            hit = self._targets.judge(word)
            if hit is not None and hit[1] != IN_PHRASE:
                end = min(end, start + hit[0])
                found.append(Match(start, end, hit[1], position, position))
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


def _spans(plain: str, words: Sequence[str]) -> Iterator[Place]:
    """Where the words stand in a text of nothing but words and blanks."""
    end = 0
    for word in words:
        start = plain.index(word, end)
        end = start + len(word)
        yield start, end


def _starts(plain: str, word: str) -> Iterator[tuple[int, str]]:
    """Where one word stands in a text of nothing but words and blanks, and the word."""
    padded = f" {plain} "
    at = -1
    while (at := padded.find(f" {word} ", at + 1)) >= 0:
        yield at, word


def _with_units(matches: Sequence[Match], places: Sequence[Place]) -> list[Match]:
    found: list[Match] = []
    unit = 0
    for match in matches:
        while unit + 1 < len(places) and places[unit + 1][0] <= match.start:
            unit += 1
        found.append(match._replace(unit=unit))
    return found


def _places(cut: Sequence[Word]) -> list[Place]:
    """Words as (start, end); of a CJK run every two characters count as one."""
    places: list[Place] = []
    for word in cut:
        if word.cjk:
            starts = range(word.start, word.end, 2)
            places += zip(starts, (*starts[1:], word.end), strict=True)
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
