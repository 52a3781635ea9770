"""What a person typed: words, "phrases", -exclusions. Meaning is `ranking`'s, cutting `words`'.

At most ten words count. The last word is a prefix unless a space follows. A piece such as
`GPT-5`, `Node.js` or `CVE-2026-1234` is one unit whose parts must stand side by side.
"""

import re
from collections.abc import Collection, Set
from dataclasses import dataclass
from itertools import pairwise

from indexer.embedded.index.words import Word, Words, pairs

MAX_WORDS = 10
MAX_QUERY = 20_000  # characters; ten words are found long before
_PIECE = re.compile(r'(?P<minus>(?<!\S)-)?"(?P<phrase>[^"]*)(?:"|$)|(?P<plain>[^\s"]+)')
_JOINTS = set(".-'’&+_@‑,")
_STRONG_JOINTS = set(".&@_+")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to find.

    words: folded words side by side (None: any one word, for a stop word in a phrase).
    kind: "word"; "phrase" in quotes, mandatory; "compound" such as GPT-5; "cjk" run.
    prefix: the last word may go on.
    """

    words: tuple[str | None, ...]
    kind: str = "word"
    prefix: bool = False
    cjk: bool = False

    @property
    def text(self) -> str:
        return "".join(word or "" for word in self.words)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()


def parse(
    text: str | None,
    words: Words,
    *,
    stop_words: Collection[str] = (),
    prefix: bool = True,
) -> ParsedQuery:
    """Read a query. A query of signs only is an empty one: it finds everything."""
    text = (text or "")[:MAX_QUERY]
    stop = stop_words if isinstance(stop_words, Set) else frozenset(stop_words)
    terms: list[Term] = []
    excluded: list[Term] = []
    room = MAX_WORDS
    pieces = list(_PIECE.finditer(text))
    for number, found in enumerate(pieces):
        if room <= 0:
            break
        if found.group("phrase") is not None:
            for part in words.sentences(found.group("phrase")):
                term = _phrase(words.cut(part), stop)
                if term is not None:
                    (excluded if found.group("minus") else terms).append(term)
                    room -= len(term.words)
            continue
        piece = found.group("plain")
        if piece.startswith("-") and len(piece) > 1:
            term = _phrase(words.cut(piece[1:]), set())
            if term is not None:
                excluded.append(term)
            continue
        last = number == len(pieces) - 1 and found.end() == len(text)
        for term in _terms(piece, words, stop, last=last and prefix):
            if room > 0:
                terms.append(term)
                room -= 1
    return ParsedQuery(tuple(terms), tuple(excluded))


def _phrase(cut: list[Word], stop: Set[str]) -> Term | None:
    found: list[str | None] = []
    for word in cut:
        # a CJK run has one place more than pairs: the index keeps its last character there
        found.extend([None] * (word.position - cut[0].position - len(found)))
        if word.cjk:
            found.extend(pairs(word.text))
        else:
            found.append(None if word.text in stop else word.text)
    while found and found[0] is None:
        found.pop(0)
    del found[MAX_WORDS:]
    while found and found[-1] is None:
        found.pop()
    if not found:
        return None
    # a lone CJK character is looked up as the start of a pair
    lone = len(cut) == 1 and cut[0].cjk and len(cut[0].text) == 1
    return Term(tuple(found), "phrase", prefix=lone, cjk=lone)


def _terms(piece: str, words: Words, stop: Set[str], *, last: bool) -> list[Term]:
    cut = words.cut(piece)
    if len(cut) > 1 and _is_compound(piece, cut):
        return [Term(tuple(word.text for word in cut), "compound", prefix=last)]
    found: list[Term] = []
    for number, word in enumerate(cut):
        final = last and number == len(cut) - 1 and word.end == len(piece)
        if word.cjk:
            lone = len(word.text) == 1
            found.append(Term(tuple(pairs(word.text)), "cjk", prefix=lone, cjk=True))
        elif final or word.text not in stop:
            found.append(Term((word.text,), "word", prefix=final))
    return found


def _is_compound(piece: str, cut: list[Word]) -> bool:
    if any(word.cjk for word in cut):
        return False
    gaps = [piece[one.end : other.start] for one, other in pairwise(cut)]
    if any(len(gap) != 1 or gap not in _JOINTS for gap in gaps):
        return False
    if "," in gaps and not all(char.isdigit() for word in cut for char in word.text):
        return False  # a comma joins thousands, and parts all else
    return (
        any(gap in _STRONG_JOINTS for gap in gaps)
        or any(char.isdigit() for word in cut for char in word.text)
        or any(len(word.text) <= 2 for word in cut)
    )
