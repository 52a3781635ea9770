"""What a name means, for every facet people name: a search's, an alert's, a token's, a feed's.

Whole names only, in any case and with or without accents: labels, ids, aliases, exact facet values.
Nothing is taken by its beginning or a piece of it. What only an index can know (a company of no
list, a source of no registry) is `indexer.search.query`'s to look up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache

from indexer.foundation.errors import UnknownName
from indexer.vocabulary.companies import companies
from indexer.vocabulary.folding import folded
from indexer.vocabulary.meaning import (
    STEP,
    Meaning,
    Value,
    near,
    path_values,
    shortened,
)
from indexer.vocabulary.place_names import place_called, unknown_place
from indexer.vocabulary.places import LANGUAGES
from indexer.vocabulary.sources import KnownSource
from indexer.vocabulary.tables import HERE, load_yaml, rows
from indexer.vocabulary.taxonomy import TopicLabel, taxonomy

Names = Mapping[str, tuple[Value, ...]]  # folded name -> facet values


def resolve(
    kind: str, text: str, *, sources: Sequence[KnownSource] = (), exactly: bool = False
) -> Meaning:
    """What a name means, as `find`. Raises: UnknownName with near names, AmbiguousName."""
    meaning = find(kind, text, sources=sources, exactly=exactly)
    if meaning is None:
        raise unknown_name(kind, text, sources=sources)
    return meaning


def find(
    kind: str, text: str, *, sources: Sequence[KnownSource] = (), exactly: bool = False
) -> Meaning | None:
    """What a name means, or None when nothing is called so.

    kind: a key of `meaning.ATTRIBUTES`. sources: the registry. exactly: rights depend on it, so
    nothing likelier is taken for what is meant.
    Raises: AmbiguousName.
    """
    if kind == "region":
        return place_called(text, exactly=exactly)
    names = _names(kind, sources)
    found = names.get(folded(text)) or (_subtopic(text) if kind == "topic" else ())
    return Meaning(typed=text, values=found) if found else None


def unknown_name(kind: str, text: str, *, sources: Sequence[KnownSource] = ()) -> UnknownName:
    """The complaint that nothing is called so, with what is near or what to write."""
    if kind == "region":
        return unknown_place(text)
    words = f"no {kind} like {shortened(text)}"
    if kind == "source":
        close = near_sources(text, sources)
    else:
        names = _topics_shown() if kind == "topic" else _NAMES[kind]()
        last = text.rpartition(STEP.strip())[2]
        close = near(last, {name: [values[0][1]] for name, values in names.items()})
    return UnknownName(words, close, _ADVICE[kind]())


def near_sources(text: str, sources: Sequence[KnownSource]) -> list[str]:
    """Ids of the sources whose id or name begins like the text or is written much like it."""
    ids: dict[str, list[str]] = {}
    for source in sources:
        for name in (source.id, source.name):
            ids.setdefault(folded(name), []).append(source.id)
    return near(text, ids)


def _names(kind: str, sources: Sequence[KnownSource]) -> Names:
    return _source_names(tuple(sources)) if kind == "source" else _NAMES[kind]()


@cache
def _topic_names() -> Names:
    return _gathered(
        (name, _topic(label))
        for label in taxonomy().labels.values()
        for name in (label.label, label.id, _topic(label)[1], *label.aliases)
    )


def _topics_shown() -> Names:
    """Without ids and whole paths, which begin alike."""
    return _gathered(
        (name, _topic(label))
        for label in taxonomy().labels.values()
        for name in (label.label, *label.aliases)
    )


def _topic_advice() -> str:
    ids = [label.id for label in taxonomy().labels.values() if label.parent is None]
    return f"write {', '.join(ids)} or a subtopic of these"


def _topic(label: TopicLabel) -> Value:
    outer = f"{taxonomy().labels[label.parent].label}{STEP}" if label.parent else ""
    return path_values("topics", [f"{outer}{label.label}"])[0]


def _subtopic(text: str) -> tuple[Value, ...]:
    """A subtopic within its topic, both by any of their names: "AI > Models"."""
    outer, step, inner = text.partition(STEP.strip())
    topic = _topic_names().get(folded(outer)) if step else None
    for label in taxonomy().labels.values() if topic else ():
        if label.parent and (_topic(taxonomy().labels[label.parent]),) == topic:
            last = label.id.partition(".")[2]  # "models" of ai.models: a name within its topic only
            if folded(inner) in map(folded, (label.label, label.id, last, *label.aliases)):
                return (_topic(label),)
    return ()


@cache
def _language_names() -> Names:
    """Tags, and names in many languages; a language of several tags means all of them."""
    tags = _few()["language"]
    table = list(rows(LANGUAGES))
    values = {row[0]: [("language", tag) for tag in tags.get(row[0], (row[0],))] for row in table}
    named = _gathered(
        (name, value)
        for code, english, spelt in table
        for name in (english, *(pair.partition("=")[2] for pair in spelt.split("|")))
        for value in values[code]
    )
    by_tag = _gathered((code, value) for code in values for value in values[code])
    return {**named, **by_tag}


@cache
def _company_names() -> Names:
    return _gathered(
        (alias, ("companies", company.name)) for company in companies() for alias in company.aliases
    )


@lru_cache(maxsize=2)
def _source_names(sources: tuple[KnownSource, ...]) -> Names:
    """Ids; and names, which several papers may share: their facet value is one."""
    names = _gathered((source.name, ("source_name", source.name)) for source in sources)
    ids = _gathered((source.id, ("source", source.id)) for source in sources)
    return {**names, **ids}


@cache
def _stage_names() -> Names:
    return _of_few("stage", "funding_stage")


@cache
def _access_names() -> Names:
    return _of_few("access", "access")


def _of_few(kind: str, attribute: str) -> Names:
    return _gathered(
        (name, (attribute, value))
        for value, aliases in _few()[kind].items()
        for name in (value, *aliases)
    )


@cache
def _few() -> dict[str, dict[str, list[str]]]:
    """values.yaml as it stands."""
    return load_yaml(HERE / "values.yaml")


def _gathered(named: Iterable[tuple[str, Value]]) -> Names:
    found: dict[str, dict[Value, None]] = {}
    for name, value in named:
        found.setdefault(folded(name), {})[value] = None
    return {name: tuple(values) for name, values in found.items() if name}


_NAMES: Mapping[str, Callable[[], Names]] = {
    "topic": _topic_names,
    "language": _language_names,
    "company": _company_names,
    "stage": _stage_names,
    "access": _access_names,
}

# what to write where no name is near
_ADVICE: Mapping[str, Callable[[], str]] = {
    "topic": _topic_advice,
    "language": lambda: "write a tag or a name, as in de or German",
    "company": lambda: "search for it as words",
    "source": lambda: "`techwire sources list` names them",
    "stage": lambda: f"write {', '.join(_few()['stage'])}",
    "access": lambda: f"write {', '.join(_few()['access'])}",
}
