"""The query language, read: words, "phrases", -not, OR, field:value.

    chips "export rules" -nvidia topic:ai region:UK OR region:France since:7d

Pure and total: any text is read as something, and what was not taken as it stands is told in
notes. OR joins the two terms beside it, all else must hold; values of one field join by OR, as a
search's options do. A word with a colon is a field only where the language has one of that name
(C:, re:Invent and https://... stay words). What values mean is `indexer.search.understanding`'s.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from indexer.search.contract import MOST_WORDS

FIELDS = {
    "topic": "topic",
    "region": "region",
    "country": "region",
    "city": "region",
    "source": "source",
    "company": "company",
    "lang": "language",
    "language": "language",
    "stage": "stage",
    "access": "access",
    "since": "since",
    "before": "before",
}
TIMES = ("since", "before")
MOST_TERMS = 60  # the rest is left out
SERVER_WORDS = 10  # Meilisearch reads so many words of a search and no more
_OR = "OR"
_TOKEN = re.compile(
    r"""(?P<sign>-?)(?:(?P<field>[A-Za-z]{1,12}):(?=[^\s/]))?(?:"(?P<quoted>[^"]*)(?P<end>"?)|(?P<plain>\S+))"""
)


class Kind(StrEnum):
    """What a note is about."""

    CUT = "cut"  # the text or its terms were too many; said: what was left out
    EMPTY = "empty"  # a field without a value, read as a word
    LONE_OR = "lone_or"  # an OR with nothing on one side
    OPEN_QUOTE = "open_quote"  # a quotation that does not end
    BRACKETS = "brackets"  # around terms with OR, where they mean nothing
    UNKNOWN = "unknown"  # a value that nothing is called, left out
    AMBIGUOUS = "ambiguous"  # a value that several are called, left out
    TIME = "time"  # no date and no span, left out
    MANY_WORDS = "many_words"  # those beyond what the server reads
    ESTIMATE = "estimate"  # totals and counts with OR are at most right


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was ignored or not understood. said: in one English line. near: what may be meant."""

    kind: Kind
    said: str
    term: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTerm:
    """One condition. field: a value of `FIELDS`, or "" for words. begin, end: where it stands."""

    field: str
    value: str
    excluded: bool = False
    phrase: bool = False
    begin: int = 0
    end: int = 0

    @property
    def as_words(self) -> str:
        """The term of words as the search server takes it."""
        text = f'"{self.value}"' if self.phrase else self.value
        return f"-{text}" if self.excluded else text


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryText:
    """A text as it was read.

    text: without what was cut. groups: any term of each, of every group. plain: nothing but words
    in it, so that the text itself is what to ask.
    """

    text: str
    groups: tuple[tuple[QueryTerm, ...], ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def plain(self) -> bool:
        return all(len(group) == 1 and not group[0].field for group in self.groups)

    @property
    def terms(self) -> tuple[QueryTerm, ...]:
        return tuple(term for group in self.groups for term in group)

    def without(self, term: QueryTerm) -> str:
        """The text when a term is given up, with an OR that joined it."""
        before, after = self.text[: term.begin].split(), self.text[term.end :].split()
        if before[-1:] == [_OR]:
            before.pop()
        elif after[:1] == [_OR]:
            after.pop(0)
        return " ".join((*before, *after))


def read(text: str) -> QueryText:
    """Read any text. Never raises."""
    notes: list[Note] = []
    kept = text[:MOST_WORDS]
    if len(text) > MOST_WORDS:
        said = f"only the first {MOST_WORDS} characters were read"
        notes.append(Note(kind=Kind.CUT, said=said))
    groups = _grouped(list(_tokens(kept, notes)), notes)
    reading = QueryText(text=kept, groups=groups)
    words = sum(len(term.value.split()) for term in reading.terms if _is_words(term))
    if reading.plain and words > SERVER_WORDS:
        said = f"the search server reads {SERVER_WORDS} words; {words - SERVER_WORDS} more are left"
        notes.append(Note(kind=Kind.MANY_WORDS, said=said, term=str(words - SERVER_WORDS)))
    return QueryText(text=kept, groups=groups, notes=tuple(notes))


def _is_words(term: QueryTerm) -> bool:
    return not term.field and not term.excluded


def _tokens(text: str, notes: list[Note]) -> Iterator[QueryTerm | str]:
    """Terms, and "OR" where it stands alone."""
    count = 0
    position = 0
    has_or = re.search(r"(?<!\S)OR(?!\S)", text) is not None
    while found := _TOKEN.search(text, position):
        position = found.end()
        if found[0] == _OR:
            yield _OR
            continue
        count += 1
        if count > MOST_TERMS:
            rest = text[found.start() :].split()
            said = f"only the first {MOST_TERMS} terms were read, not {' '.join(rest[:5])} ..."
            notes.append(Note(kind=Kind.CUT, said=said))
            return
        term = _term(found, notes)
        yield _unbracketed(term, notes) if has_or else term


def _term(found: "re.Match[str]", notes: list[Note]) -> QueryTerm:
    typed = found["field"] or ""
    field = FIELDS.get(typed.lower(), "")
    quoted = found["quoted"]
    if quoted is not None and not found["end"]:
        said = f"the quotation {found[0]} has no end: it was read to the end of the search"
        notes.append(Note(kind=Kind.OPEN_QUOTE, said=said, term=found[0]))
    value = found["plain"] if quoted is None else quoted.strip()
    excluded = bool(found["sign"]) and bool(value)
    term = QueryTerm(
        field=field, value=value, excluded=excluded, begin=found.start(), end=found.end()
    )
    if field and value:
        return term
    if field or (quoted is None and _is_bare_field(found[0])):
        said = f"{found[0]} has no value behind its colon and was read as a word"
        notes.append(Note(kind=Kind.EMPTY, said=said, term=found[0]))
        return replace(term, field="", value=found[0], excluded=False)
    if typed or not value:  # a word with a colon, or signs alone: as they stand
        return replace(term, field="", value=found[0], excluded=False)
    if quoted is None:
        return term
    return replace(term, phrase=True)


def _is_bare_field(token: str) -> bool:
    return token.endswith(":") and token[:-1].lstrip("-").lower() in FIELDS


def _unbracketed(term: QueryTerm, notes: list[Note]) -> QueryTerm:
    """Brackets beside OR look as if they grouped; they do not."""
    stripped = term.value.strip("()")
    if term.phrase or stripped == term.value or not stripped:
        return term
    said = "brackets are not read: OR joins the two terms beside it"
    if all(note.kind is not Kind.BRACKETS for note in notes):
        notes.append(Note(kind=Kind.BRACKETS, said=said))
    opened = _TOKEN.fullmatch(stripped)
    if opened is None:
        return term
    inner = _term(opened, notes)
    excluded = term.excluded or inner.excluded
    field, value = (term.field, stripped) if term.field else (inner.field, inner.value)
    return QueryTerm(field=field, value=value, excluded=excluded, begin=term.begin, end=term.end)


def _grouped(
    tokens: Sequence[QueryTerm | str], notes: list[Note]
) -> tuple[tuple[QueryTerm, ...], ...]:
    groups: list[list[QueryTerm]] = []
    joins = False
    for place, token in enumerate(tokens):
        if isinstance(token, QueryTerm):
            if joins:
                groups[-1].append(token)
            else:
                groups.append([token])
            joins = False
        elif groups and place + 1 < len(tokens) and isinstance(tokens[place + 1], QueryTerm):
            joins = True
        else:
            said = "OR has nothing to join on one side and was left out, or is a word"
            notes.append(Note(kind=Kind.LONE_OR, said=said))
    return tuple(map(tuple, groups))
