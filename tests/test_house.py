"""The house's rules: who may import whom, who knows SQL, Scrapy, `.env`; how large a module is."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES = 450

# Package -> its rooms, lowest first: a room imports only rooms of a lower line, and itself.
LEVELS = {
    "crawler": (
        "article urls errors settings",
        "formats",
        "sources rights",
        "discovery",
        "extraction enrichment",
        "state",
        "workers net oversight",
        "middlewares",
        "pipelines offline",
        "spiders visits",
        "runs",
        "demo",
        "cli",
        "__main__",
    ),
    "crawler.extraction": (
        "phrases parsing surroundings",
        "title_parts",
        "titles inflating embedded listing",
        "paragraphs",
        "aggregators body dates people metadata access refusal",
        "extract from_feed",
    ),
    "crawler.enrichment": (
        "matching shingles language amounts steps",
        "gazetteer",
        "terms companies build_common_names",
        "topics places funding build_language_words",
        "facets",
    ),
    "indexer": (
        "listening",
        "foundation document embedded",
        "vocabulary",
        "search",
        "delivery",
        "web",
        "alerts",
        "cli",
    ),
    "indexer.embedded": (
        "index",
        "search",
        "tasks",
        "http",
        "__main__",
    ),
}
PACKAGES = [name for name in LEVELS if "." not in name]

SCRAPY_ROOMS = {
    "crawler": {"spiders", "pipelines", "middlewares", "settings", "net", "runs"},
    "indexer": set[str](),
}
SQL_ROOMS = {
    "crawler": {"state"},
    "indexer": {"foundation", "delivery", "alerts", "embedded"},
}
PASSED_ON = {"Engine", "Connection"}  # SQLAlchemy's types that any room may name
# search_server hands the environment on to the engine, which takes its key from there
ENVIRONMENT_MODULES = {
    "indexer.foundation.config",
    "indexer.search.search_server",
    "indexer.embedded.__main__",
}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}


@dataclass(frozen=True)
class Module:
    """One file of the product. name: dotted. room: first name below the package, "" for it."""

    name: str
    path: Path

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]

    @property
    def room(self) -> str:
        return self.name.partition(".")[2].partition(".")[0]

    @property
    def lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()


def modules() -> list[Module]:
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "node_modules" in parts:
                continue
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path))
    return found


MODULES = modules()
NAMES = {module.name for module in MODULES}


def tree_of(module: Module) -> ast.Module:
    return ast.parse(module.path.read_text(encoding="utf-8"))


@cache
def imports(module: Module) -> frozenset[str]:
    """Dotted names of all modules this one imports, inside functions too."""
    return frozenset(_imports(tree_of(module)))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            if node.module == "sqlalchemy" and {a.name for a in node.names} <= PASSED_ON:
                continue
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in NAMES else str(node.module)


def room_in(package: str, module_name: str) -> str | None:
    """The room of a package that a module stands in; None for the package itself and for others."""
    if not module_name.startswith(f"{package}."):
        return None
    return module_name.removeprefix(f"{package}.").partition(".")[0]


def level_of(package: str, room: str) -> int | None:
    found = [level for level, rooms in enumerate(LEVELS[package]) if room in rooms.split()]
    return found[0] if found else None


def roots(module: Module) -> set[str]:
    """Packages this module imports."""
    return {name.partition(".")[0] for name in imports(module)}


def strangers(rooms: dict[str, set[str]], packages: set[str]) -> list[str]:
    """Modules outside of these rooms that import one of these packages."""
    return [
        f"{module.name} imports {package}"
        for module in MODULES
        if module.room not in rooms[module.package]
        for package in sorted(roots(module) & packages)
    ]


@pytest.mark.parametrize("package", LEVELS)
def test_a_room_imports_only_lower_rooms(package: str) -> None:
    broken = []
    for module in MODULES:
        own_room = room_in(package, module.name)
        if own_room is None:
            continue
        own = level_of(package, own_room)
        if own is None:
            broken.append(f"give {package}.{own_room} a level in this file")
            continue
        for name in sorted(imports(module)):
            other_room = room_in(package, name)
            other = level_of(package, other_room) if other_room is not None else None
            if other_room != own_room and other is not None and other >= own:
                broken.append(f"{module.name} (level {own}) imports {name} (level {other})")

    assert broken == []


def test_the_indexer_knows_nothing_of_the_crawler() -> None:
    assert [m.name for m in MODULES if m.package == "indexer" and "crawler" in roots(m)] == []


def test_the_embedded_engine_knows_nothing_of_ours_and_nobody_imports_it() -> None:
    broken = [
        f"{module.name} imports {name}"
        for module in MODULES
        for name in imports(module)
        if name.partition(".")[0] in PACKAGES
        and name.startswith("indexer.embedded") != (module.room == "embedded")
        and (module.room == "embedded" or name.startswith("indexer.embedded"))
        and not name.startswith("indexer.listening.")
    ]

    assert broken == []


def test_what_the_engine_shares_with_our_other_servers_knows_nothing_of_ours_either() -> None:
    listening = [module for module in MODULES if module.room == "listening"]
    broken = [
        f"{module.name} imports {name}"
        for module in listening
        for name in imports(module)
        if name.partition(".")[0] in PACKAGES and not name.startswith("indexer.listening.")
    ]

    assert len(listening) > 1
    assert broken == []


def test_only_the_rooms_around_the_spiders_know_scrapy() -> None:
    assert strangers(SCRAPY_ROOMS, {"scrapy", "twisted"}) == []


def test_only_a_few_rooms_know_sql() -> None:
    """Others may pass an engine or a connection on, by its type."""
    assert strangers(SQL_ROOMS, {"sqlalchemy", "sqlite3", "psycopg"}) == []


def test_whoever_opens_a_database_closes_it() -> None:
    """`state_database` does, after its block; everything else that opens one stands here."""
    openers = {"connect", "engine_at", "create_engine", "sqlite3.connect"}
    found = {
        (module.name, name)
        for module in MODULES
        for node in ast.walk(tree_of(module))
        for name in names_in(node) & openers
    }

    assert found == {
        ("indexer.foundation.database", "create_engine"),  # `connect`, which is `state_database`'s
        ("indexer.delivery.backup", "sqlite3.connect"),  # the copy's, closed when it is whole
        ("indexer.embedded.index.store", "sqlite3.connect"),  # each thread's, and `close` for all
        ("indexer.embedded.tasks.dumps", "sqlite3.connect"),
        ("crawler.spiders.fleet", "connect"),  # closed at the signal that ends the spider
        ("crawler.state.migration", "engine_at"),
    }


def names_in(node: ast.AST) -> set[str]:
    """What a node imports from where engines are made, or `x.y` where it asks x for y."""
    if isinstance(node, ast.ImportFrom) and node.module in (
        "indexer.foundation.database",
        "sqlalchemy",
    ):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return {f"{node.value.id}.{node.attr}"}
    return set()


# rooms and modules that only look at the state database: a write of theirs would be a fault
LOOKERS = (
    "crawler.oversight",
    "crawler.runs.numbers",
    "crawler.runs.metrics",
    "crawler.runs.vitals",
    "indexer.alerts.silence",
    "indexer.search",
    "indexer.web",
)
WRITE_DOORS = {"begin", "transact", "one_writer"}
ENGINE_NAMES = {"engine", "_engine", "database"}


def test_who_only_looks_at_the_database_cannot_write_it() -> None:
    """A reader that opens a transaction as a writer does keeps all others from writing."""
    broken = [
        f"{module.name} imports {alias.name}"
        for module in MODULES
        if any(f"{module.name}.".startswith(f"{room}.") for room in LOOKERS)
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.ImportFrom) and node.module == "indexer.foundation.database"
        for alias in node.names
        if alias.name in WRITE_DOORS
    ]

    assert broken == []
    assert [room for room in LOOKERS if not any(name.startswith(room) for name in NAMES)] == []


def test_the_database_is_read_and_written_by_its_two_doors_alone() -> None:
    """`reading` and `begin`: an engine's own `begin` or `connect` would be a third way."""
    broken = [
        f"{module.name}:{node.lineno}"
        for module in MODULES
        if module.name != "indexer.foundation.database"
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute)
        and node.attr in ("begin", "connect")
        and getattr(node.value, "attr", getattr(node.value, "id", "")) in ENGINE_NAMES
    ]

    assert broken == []


def test_only_config_reads_settings_from_outside() -> None:
    readers = [
        module.name
        for module in MODULES
        if module.name not in ENVIRONMENT_MODULES
        and any(
            isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
            for node in ast.walk(tree_of(module))
        )
    ]

    assert readers == []
    assert [m.name for m in MODULES if "dotenv" in roots(m)] == ["indexer.foundation.config"]


# tools that build tables of ours, the engine with a log of its own, and the way itself
WRITERS = {
    "indexer.foundation.terminal",
    "indexer.embedded.__main__",
    "indexer.search.page_contract",
    "indexer.vocabulary.build_tables",
    "crawler.enrichment.build_common_names",
    "crawler.enrichment.build_language_words",
}
# their streams: the log's, and one that is closed because nobody reads it
STREAMS = {("crawler.runs.logs", "stderr"), ("crawler.cli.main", "stderr")}


def test_a_terminal_is_written_to_at_one_place() -> None:
    """So that a stranger's text is harmless, and an address without its secrets, on all of them."""
    found = {
        (module.name, name)
        for module in MODULES
        if module.name not in WRITERS
        for node in ast.walk(tree_of(module))
        if (name := writing(node))
    }

    assert found == STREAMS


def writing(node: ast.AST) -> str | None:
    """What of a terminal's a node uses past `foundation.terminal`."""
    if isinstance(node, ast.Attribute) and node.attr in ("stdout", "stderr", "echo", "secho"):
        return node.attr if getattr(node.value, "id", "") in ("sys", "typer") else None
    called = node.func if isinstance(node, ast.Call) else None
    return called.id if isinstance(called, ast.Name) and called.id in ("print", "Console") else None


CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "gmtime", "localtime"}  # what reads one
CLOCK_READERS = {"indexer.foundation.times", "indexer.embedded.index.clock"}


def test_the_clock_is_read_at_one_place_in_each_program() -> None:
    """So that it can be shared, and run wrong in a test."""
    broken = [
        f"{module.name}:{node.lineno}"
        for module in MODULES
        if module.name not in CLOCK_READERS
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute)
        and node.attr in CLOCKS
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date", "time")
    ]

    assert broken == []


def test_a_module_is_short() -> None:
    assert {m.name: len(m.lines) for m in MODULES if len(m.lines) > MOST_LINES} == {}


def test_a_module_opens_by_saying_what_it_is_for() -> None:
    assert [m.name for m in MODULES if not (ast.get_docstring(tree_of(m)) or "").strip()] == []


def test_no_module_is_a_drawer_for_leftovers() -> None:
    assert [m.name for m in MODULES if DRAWERS & set(m.name.split("."))] == []


def test_a_public_class_name_stands_once() -> None:
    """So that it means one thing; docs/glossary.md has the words."""
    places: dict[str, list[str]] = {}
    for module in MODULES:
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module.name)

    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_the_places_that_the_glossary_names_exist() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    named = re.findall(r"(?:`(\w+)` in\s+)?`((?:crawler|indexer)/[\w./]+)`", text)
    broken = [
        f"{name or ''} {place}".strip()
        for name, place in named
        if not (ROOT / place).is_file()
        or not re.search(
            rf"(?:class|def) {name}\b" if name else "", (ROOT / place).read_text(encoding="utf-8")
        )
    ]

    assert len(named) > 50
    assert broken == []


def test_no_two_modules_import_each_other() -> None:
    graph = {
        module.name: {name for name in imports(module) if name in NAMES} - {module.name}
        for module in MODULES
    }
    for package in [name for name in graph if "." in name or name in PACKAGES]:
        inside = {name for name in graph if name.startswith(f"{package}.")}
        for name in inside:  # a module may name its package's siblings through the package
            graph[name].discard(package)

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("package", LEVELS)
def test_every_room_of_the_table_exists(package: str) -> None:
    named = {room for rooms in LEVELS[package] for room in rooms.split()}

    assert named == {room for m in MODULES if (room := room_in(package, m.name)) is not None}


def test_the_architecture_names_every_package_once() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `((?:crawler|indexer)/\w+)` \|", text, re.M)
    packages = {m.name.replace(".", "/") for m in MODULES if m.path.name == "__init__.py"}

    assert sorted(named) == sorted(name for name in packages if name.count("/") == 1)
