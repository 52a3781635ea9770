"""Companies to be learnt from many documents: names that publishers call so.

Pure; whoever reads the documents hands them in one by one. A name is learnt when two publishers
and more introduce it as a company in stories of their own: copies of one story are one witness.
Capitals alone are none, and a name that is a common word or a town is left out.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.enrichment.companies import find_companies
from crawler.enrichment.companies.words import common_words, words
from crawler.enrichment.gazetteer import cities_called
from indexer.vocabulary.learnt import Evidence, LearntCompany

WITNESSES = 2  # publishers, and stories
_KEPT = 5  # of the evidence for a name
_SHORTEST = 3  # characters of a name in letters of an alphabet
_PHRASE = 120  # characters


@dataclass(slots=True)
class _Told:
    """What documents say of a name. oldest: of them, in UNIX seconds."""

    spellings: Counter[str] = field(default_factory=Counter)  # documents
    stories: set[str] = field(default_factory=set)
    evidence: dict[str, Evidence] = field(default_factory=dict)  # one a publisher
    oldest: int = 0


class Learning:
    """Gathers what documents introduce."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}

    def read(self, title: str, text: str, *, source: str, story: str, url: str, at: int) -> None:
        """Take in a document. source: its publisher. story: shared by copies. at: UNIX seconds."""
        for company in find_companies(title, text):
            if not company.phrase or not _may_be_learnt(company.name):
                continue
            told = self._told.setdefault(company.name.casefold(), _Told(oldest=at))
            told.spellings[company.name] += 1
            told.oldest = min(told.oldest, at)
            if story not in told.stories and source not in told.evidence:
                phrase = " ".join(company.phrase.split())[:_PHRASE]
                told.evidence[source] = Evidence(source=source, url=url, phrase=phrase)
            told.stories.add(story)

    @property
    def single(self) -> int:
        """Names that only one publisher introduces as yet."""
        return sum(not _is_believed(told) for told in self._told.values())

    def learnt(self, refused: Iterable[str] = ()) -> list[LearntCompany]:
        """Those that are believed, by name; a longer name of one is its alias."""
        never = {name.casefold() for name in refused}
        told = {
            key: one for key, one in self._told.items() if _is_believed(one) and key not in never
        }
        longer = {key: short for key in told if (short := _short_of(key)) in told}
        found = []
        for key, one in told.items():
            if key not in longer:
                parts = [one, *(told[name] for name, short in longer.items() if short == key)]
                found.append(_company(parts))
        return sorted(found, key=lambda company: company.name)


def _may_be_learnt(name: str) -> bool:
    if name.isascii() and len(name) < _SHORTEST:
        return False
    return name.lower() not in common_words() and not cities_called(name)


def _is_believed(told: _Told) -> bool:
    return len(told.evidence) >= WITNESSES


def _short_of(key: str) -> str:
    """ "kelp robotics" -> "kelp": without the last word, where names of companies end so."""
    short, _, last = key.rpartition(" ")
    return short if last in _endings() else ""


def _endings() -> frozenset[str]:
    return frozenset(word.lower() for kind in ("suffix", "weak_suffix") for word in words()[kind])


def _company(parts: list[_Told]) -> LearntCompany:
    name, *others = [spelling for told in parts for spelling, _ in told.spellings.most_common()]
    evidence = [one for told in parts for one in told.evidence.values()]
    first = datetime.fromtimestamp(min(told.oldest for told in parts), UTC)
    return LearntCompany(
        name=name,
        aliases=tuple(dict.fromkeys(others)),
        first_seen=first.date().isoformat(),
        evidence=tuple(evidence[:_KEPT]),
    )
