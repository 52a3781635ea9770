"""Companies a text names: those of the vocabulary, and those the text itself calls companies."""

from functools import cache
from typing import NamedTuple

from crawler.enrichment.companies.introduced import introduced
from crawler.enrichment.companies.listed import by_alias, listed_companies
from crawler.enrichment.companies.unspaced import unspaced
from crawler.enrichment.matching import Text
from indexer.vocabulary.companies import Company

READ_CHARACTERS = 8_000
_MOST = 12
_TITLE = 3.0


class NamedCompany(NamedTuple):
    """A company the text names. phrase: what says so, empty for one of the vocabulary."""

    name: str
    ticker: str | None = None
    aliases: frozenset[str] = frozenset()
    phrase: str = ""


def find_companies(title: str, body: str) -> tuple[NamedCompany, ...]:
    """Companies named, the most prominent first, at most twelve."""
    text = Text.of(f"{title}\n{body[:READ_CHARACTERS]}")
    scores: dict[NamedCompany, float] = {}
    taken: list[tuple[int, int]] = []
    for company, start, end in listed_companies(text):
        taken.append((start, end))
        named = _of_list(company)
        scores[named] = scores.get(named, 0.0) + (_TITLE if start < len(title) else 1.0)
    said = [(new.name, new.phrase) for new in introduced(text, len(title), list(taken))]
    for name, phrase in (*said, *unspaced(text)):
        at = text.shaped.find(name)
        if any(start < at + len(name) and at < stop for start, stop in taken):
            continue
        taken.append((at, at + len(name)))
        listed = by_alias().get(name)
        if listed and name not in listed.doubtful:
            continue  # the list knows the name, and that it is something else here
        named = _of_list(listed) if listed else NamedCompany(name, None, frozenset({name}), phrase)
        scores[named] = text.shaped.count(name) + (2.0 if at < len(title) else 0.0)
    return tuple(sorted(scores, key=lambda named: -scores[named])[:_MOST])


@cache
def _of_list(company: Company) -> NamedCompany:
    return NamedCompany(company.name, company.ticker, frozenset(company.aliases))


__all__ = ["NamedCompany", "find_companies"]
