"""What a name stands for: values of facets, and what was set aside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.vocabulary.folding import folded

# kind of name -> attributes of the index it may be a value of
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "topic": ("topics.lvl0", "topics.lvl1"),
    "region": ("regions.lvl0", "regions.lvl1", "regions.lvl2"),
    "source": ("source", "source_name"),
    "language": ("language",),
    "company": ("companies",),
    "access": ("access",),
    "stage": ("funding_stage",),
}
STEP = " > "
MOST_NEAR = 3
MOST_CHARACTERS = 200  # of a name that near ones are looked for
_CLOSE = 78.0  # percent of letters alike; Ukrane is 92 to Ukraine, Iran 50 to Iraq
_LESS_CLOSE = 10.0  # below the closest name others are no help
_LEAST_CHARACTERS = 3  # of two, anything is near

Value = tuple[str, str]  # attribute, facet value


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a name stands for: documents with any of the values.

    typed: the name as it was written. aside: what else is called so and is not meant.
    heard: False for a name that no list has and no document yet.
    """

    typed: str
    values: tuple[Value, ...]
    aside: tuple[str, ...] = ()
    heard: bool = True

    @property
    def said(self) -> str | None:
        """What was understood, None where the name says it itself."""
        shown = [value for _, value in self.values]
        if not self.heard:
            return f"{self.typed} as a name that no article has yet"
        if not self.aside and len(shown) == 1:
            names = {folded(shown[0])}
            if shown[0].count(STEP) < 2:  # a city is said with its country
                names.add(folded(shown[0].rpartition(STEP)[2]))
            if folded(self.typed) in names:
                return None
        aside = f" (not {', '.join(self.aside)})" if self.aside else ""
        return f"{self.typed} as {' or '.join(shown)}{aside}"


def path_values(attribute: str, paths: Iterable[str]) -> tuple[Value, ...]:
    """Paths as values of a hierarchy: each tells its level by its steps."""
    return tuple((f"{attribute}.lvl{path.count(STEP)}", path) for path in paths)


def near(text: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Names that begin like the text, then those written much like it; most prominent first.

    names: folded name -> what it stands for, as it can be typed; in the order of prominence.
    """
    from rapidfuzz import fuzz, process  # only where a name is not known

    wanted = folded(text[:MOST_CHARACTERS])
    if len(wanted) < _LEAST_CHARACTERS:
        return []
    beginning = [name for name in names if name.startswith(wanted)]
    alike = process.extract(wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=10)
    close = [name for name, score, _ in alike if score >= alike[0][1] - _LESS_CLOSE]
    found = (shown for name in (*beginning, *close) for shown in names[name])
    return list(dict.fromkeys(found))[:MOST_NEAR]


def shortened(text: str) -> str:
    """A name as a complaint quotes it."""
    return repr(text if len(text) <= 100 else f"{text[:100]} ...")
