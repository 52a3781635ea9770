"""Which sources a list shows: by the place of the newsroom, its language, what it writes about.

Names are understood as in a search (`indexer.vocabulary`), beside the registry's own values.
"""

from collections.abc import Callable, Sequence
from difflib import get_close_matches

from crawler.errors import SourceError
from crawler.sources.checks import FOCUS, TAGS
from crawler.sources.source import Source
from indexer.vocabulary.meaning import STEP
from indexer.vocabulary.names import resolve
from indexer.vocabulary.places import country_names, regions

Choice = Callable[[Source], bool]


def chosen(
    sources: Sequence[Source],
    *,
    region: str | None = None,
    language: str | None = None,
    focus: str | None = None,
    tag: str | None = None,
) -> list[Source]:
    """Those for which all that is asked holds. Raises: UnknownName, SourceError."""
    choices: list[Choice] = []
    if region is not None:
        choices.append(_sits_in(region, sources))
    if language is not None:
        choices.append(_writes_in(language, sources))
    if focus is not None:
        choices.append(_is_about(focus))
    if tag is not None:
        choices.append(_has_tag(tag))
    return [source for source in sources if all(choice(source) for choice in choices)]


def _sits_in(name: str, sources: Sequence[Source]) -> Choice:
    wanted = {one.region for one in sources if (one.region or "").casefold() == name.casefold()}
    paths = set() if wanted else {path for _, path in resolve("region", name).values}
    if paths and all(path.count(STEP) > 1 for path in paths):
        raise SourceError(f"{name} is a city: of a source only the country is known, name that")
    return lambda source: source.region in wanted | paths or _country(source) in paths


def _country(source: Source) -> str | None:
    code = source.country or ""
    return f"{regions()[code]}{STEP}{country_names()[code]}" if code in regions() else None


def _writes_in(name: str, sources: Sequence[Source]) -> Choice:
    own = {one.language for one in sources if (one.language or "").casefold() == name.casefold()}
    tags = {str(tag) for tag in own} or {tag for _, tag in resolve("language", name).values}

    def choice(source: Source) -> bool:
        tag = source.language or ""
        return tag in tags or tag.partition("-")[0] in tags

    return choice


def _is_about(name: str) -> Choice:
    wanted = name.casefold()
    if wanted not in FOCUS:
        raise SourceError(f"no focus like {name!r}: write one of {', '.join(sorted(FOCUS))}")
    return lambda source: wanted in source.focus


def _has_tag(name: str) -> Choice:
    wanted = name.casefold()
    if wanted not in TAGS:
        near = get_close_matches(wanted, TAGS, n=1)
        advice = f"did you mean {near[0]}?" if near else f"write one of {', '.join(TAGS)}"
        raise SourceError(f"no tag like {name!r}: {advice}")
    return lambda source: wanted in source.tags
