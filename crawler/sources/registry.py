"""The registry: every source, from the bundled file and the user's files beside it.

A user's file adds sources and overrides single fields of ours by id; ours is never written to.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from crawler.errors import SourceError
from crawler.sources.checks import shown
from crawler.sources.imported import IMPORTED, imported_tables
from crawler.sources.source import Source, source_from, source_of_checked
from crawler.urls import canonical_url, site_of
from indexer.vocabulary.sources import KnownSource

BUNDLED = Path(__file__).with_name("sources.toml")
USER_FILE = "sources.toml"  # in the data folder
_MAX_FILE_BYTES = 5_000_000
_MAX_LINES = 20  # of complaints; a wrong file can break every source in it


class Registry:
    """Sources by id, in the order of their files."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._by_id = {source.id: source for source in sources}

    @cached_property
    def _by_name(self) -> dict[str, Source | None]:
        """Two papers of one name: the name alone means neither, but the one that is crawled."""
        found: dict[str, Source | None] = {}
        for source in sorted(self._by_id.values(), key=lambda one: one.unverified):
            name = plain_name(source.name)
            if name not in found:
                found[name] = source
            elif (first := found[name]) is None or first.unverified or not source.unverified:
                found[name] = None
        return found

    @cached_property
    def _by_site(self) -> dict[str, list[Source]]:
        found: dict[str, list[Source]] = {}
        for source in self._by_id.values():
            found.setdefault(site_of(source.homepage), []).append(source)
        return found

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, source_id: object) -> bool:
        return source_id in self._by_id

    def all(self) -> tuple[Source, ...]:
        return tuple(self._by_id.values())

    def crawled(self) -> tuple[Source, ...]:
        """Those that a crawl asks which names none: switched on, and not waiting for a check."""
        return tuple(source for source in self._by_id.values() if source.crawled)

    def known(self) -> tuple[KnownSource, ...]:
        """What names of sources mean, for searches in the index."""
        return tuple(KnownSource(source.id, source.name) for source in self._by_id.values())

    def get(self, source_id: str) -> Source:
        """The source of that id. Raises SourceError naming the nearest ids when there is none."""
        found = self._by_id.get(source_id)
        if found:
            return found
        from indexer.vocabulary.names import near_sources  # fuzzy matching: for a miss alone

        near = near_sources(source_id, self.known())
        advice = f"did you mean {' or '.join(near)}?" if near else "see all with"
        raise SourceError(
            f"source {source_id!r} is not in the registry: {advice}"
            + ("" if near else " `techwire sources list`")
        )

    def named(self, name: str) -> Source | None:
        """The one source a publisher's name means, as aggregators print it ("Straits Times")."""
        return self._by_name.get(plain_name(name))

    def of_url(self, url: str) -> Source | None:
        """The source a page belongs to: same registered domain, then the nearest homepage."""
        page = _without_scheme(url)
        sharing = self._by_site.get(site_of(url), [])
        return max(sharing, key=lambda s: _shared(_without_scheme(s.homepage), page), default=None)


def plain_name(name: str) -> str:
    """A name without case, marks, what stands in brackets, and a leading "The"."""
    bare = re.sub(r"\s*[(（][^()（）]*[)）]", "", name) or name
    return re.sub(r"[\W_]", "", bare.casefold()).removeprefix("the")


def _without_scheme(url: str) -> str:
    return canonical_url(url).partition("://")[2].removeprefix("www.")


def _shared(homepage: str, page: str) -> int:
    """Characters of the homepage's address that a page's address begins with; -1 on other hosts."""
    if page.startswith(homepage):
        return len(homepage)
    return 0 if homepage.partition("/")[0] == page.partition("/")[0] else -1


def load_sources(*paths: Path, bundled: bool = True, imported: bool = True) -> Registry:
    """The registry of the bundled files and then of `paths`, later files overriding earlier ones.

    imported: False leaves out what is known from lists alone.
    Raises: SourceError with one line per wrong value: file, source, field, value, what to write.
    """
    tables: dict[str, dict[str, Any]] = {}
    origins: dict[str, Path] = {}
    complaints: list[str] = []
    ours = (BUNDLED, IMPORTED) if imported else (BUNDLED,)
    for path in (*ours, *paths) if bundled else paths:
        found = imported_tables() if path is IMPORTED else _tables_in(path, complaints)
        for source_id, table in found.items():
            tables[source_id] = {**tables.get(source_id, {}), **table}
            origins[source_id] = path
    sources = []
    for source_id, table in tables.items():
        if origins[source_id] is IMPORTED:  # a test checks all of it
            sources.append(source_of_checked(table))
            continue
        source, problems = source_from(table)
        complaints += [f"{origins[source_id]}: source {source_id}: {line}" for line in problems]
        if source:
            sources.append(source)
    if complaints:
        more = len(complaints) - _MAX_LINES
        rest = [f"... and {more} more"] if more > 0 else []
        raise SourceError("\n".join(complaints[:_MAX_LINES] + rest))
    return Registry(sources)


def ids_in(path: Path) -> frozenset[str]:
    """The ids that stand in one file, whole sources and overrides alike."""
    return frozenset(_tables_in(path, []))


def sources_at(home: Path, *paths: Path) -> Registry:
    """The registry of a deployment: ours, the user's file in its data folder, then `paths`."""
    own = home / USER_FILE
    return load_sources(*([own] if own.exists() else []), *paths)


def asked_sources(
    names: Iterable[str] = (),
    *,
    sources_file: Path | None = None,
    home: Path | None = None,
    tag: str | None = None,
    which: Callable[[Source], bool] = lambda source: source.crawled,
    tell: Callable[[str], object] = lambda line: None,
) -> tuple[Source, ...]:
    """The sources that a command names; where it names none, those of `which` with the tag.

    sources_file: given by hand; its sources may be named, and are asked where none is.
    home: data folder, for the user's own sources in it. tell: gets a line on those that are left
    out until they are checked. Raises: SourceError in one line.
    """
    given = [sources_file] if sources_file else []
    registry = sources_at(home, *given) if home else load_sources(*given)
    wanted = tuple(registry.get(name) for name in names)
    if wanted and tag is not None:
        raise SourceError(f"{wanted[0].id} and --tag {tag} are two choices: give ids or a tag")
    if wanted:
        return wanted
    if sources_file:  # a file given by hand is the crawl, not a supplement to hundreds
        registry = load_sources(sources_file, bundled=False)
    tagged = registry.all()
    if tag is not None:
        from crawler.sources.choosing import chosen  # names of places: for a choice alone

        tagged = tuple(chosen(tagged, tag=tag))
    asked = tuple(source for source in tagged if which(source))
    waiting = sum(source.waits and not which(source) for source in tagged)
    if tag is not None and not asked:
        rest = waiting_words(waiting) if waiting else "see all with `techwire sources list`"
        raise SourceError(f"no source with the tag {tag} is asked here: {rest}")
    if waiting:
        tell(waiting_words(waiting))
    return asked


def waiting_words(number: int) -> str:
    """What is told of sources that a check must pass before they are crawled."""
    are = "unverified source waits" if number == 1 else "unverified sources wait"
    return f"{number} {are} for `techwire sources check --unverified`"


def _tables_in(path: Path, complaints: list[str]) -> dict[str, Mapping[str, Any]]:
    """Tables of one file by id; what has no id or stands twice is complained of."""
    try:
        content = _read(path)
    except SourceError as error:
        complaints.append(str(error))
        return {}
    listed = content.get("source", [])
    strays = [name for name in content if name != "source"]
    if strays or not (isinstance(listed, list) and all(isinstance(t, dict) for t in listed)):
        name = strays[0] if strays else "source"
        complaints.append(f"{path}: {name} does not belong here: write [[source]] before each one")
        return {}
    found: dict[str, Mapping[str, Any]] = {}
    for number, table in enumerate(listed, start=1):
        source_id = table.get("id")
        if not isinstance(source_id, str) or not source_id:
            name = shown(table.get("name", "without name"))
            complaints.append(
                f'{path}: source number {number} ({name}) has no id: write id = "..."'
            )
        elif source_id in found:
            complaints.append(f"{path}: source {source_id}: id stands twice: give one another id")
        else:
            found[source_id] = table
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_FILE_BYTES:
            raise SourceError(f"{path} is {len(raw)} bytes: keep it under {_MAX_FILE_BYTES}")
        return tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 at byte {error.start}: save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path} is not TOML: {error}") from error
