"""The house's rules: who may import whom, who knows SQL, Scrapy, `.env`; how large a module is."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES = 300

# A room imports only rooms of a lower level, and itself. A package is one room.
LEVELS = {
    "crawler": {
        0: "article urls errors freshness logs reserved settings",
        1: "sources newsroom scrapy_project",
        2: "discovery extraction enrichment",
        3: "state warm",
        4: "workers middlewares oversight",
        5: "pipelines offline",
        6: "spiders visits",
        7: "runs",
        8: "commands",
        9: "demo",
        10: "cli",
        11: "__main__ supervised",
    },
    "indexer": {
        0: "document errors guard index_settings embedded upgrades",
        1: "config database open_network statements owners times vocabulary",
        2: "ledger search_server probes sender",
        3: "outbox query",
        4: "rebuild export printing audit keys doctor web",
        5: "pusher alerts",
        6: "following cli_names",
        7: "cli_care cli_alerts watched",
        8: "cli",
    },
}

SCRAPY_ROOMS = {
    "crawler": {"spiders", "pipelines", "middlewares", "settings", "scrapy_project", "runs"},
    "indexer": set[str](),
}
SQL_ROOMS = {
    "crawler": {"state"},
    "indexer": {
        *(
            "alerts",
            "database",
            "statements",
            "upgrades",
            "ledger",
            "outbox",
            "audit",
            "rebuild",
            "embedded",
        ),
        "sender",
    },
}
PASSED_ON = {"Engine", "Connection"}  # SQLAlchemy's types that any room may name
# search_server hands the environment on to the engine, which takes its key from there
ENVIRONMENT_MODULES = {"indexer.config", "indexer.search_server", "indexer.embedded.__main__"}
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
    for package in LEVELS:
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


def imports_at_start(module: Module) -> frozenset[str]:
    """The same, without what functions import when they are called."""
    tree = tree_of(module)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = []
    return frozenset(_imports(tree))


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


def level_of(module_name: str) -> int | None:
    """The level of a module of ours; None for others and for a package itself."""
    package, _, rest = module_name.partition(".")
    if package not in LEVELS:
        return None
    room = rest.partition(".")[0]
    found = [level for level, rooms in LEVELS[package].items() if room in rooms.split()]
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


def test_a_room_imports_only_lower_rooms() -> None:
    broken = []
    for module in MODULES:
        for name in imports(module):
            own, other = level_of(module.name), level_of(name)
            if module.room and own is None:
                broken.append(f"give {module.package}/{module.room} a level in this file")
            elif (
                own is not None
                and other is not None
                and not (
                    other < own
                    or name.split(".")[:2] == module.name.split(".")[:2]
                    or name.partition(".")[0] != module.package
                )
            ):
                broken.append(f"{module.name} (level {own}) imports {name} (level {other})")

    assert broken == []


def test_the_indexer_knows_nothing_of_the_crawler() -> None:
    assert [m.name for m in MODULES if m.package == "indexer" and "crawler" in roots(m)] == []


def test_the_embedded_engine_knows_nothing_of_ours_and_nobody_imports_it() -> None:
    broken = [
        f"{module.name} imports {name}"
        for module in MODULES
        for name in imports(module)
        if name.partition(".")[0] in LEVELS
        and name.startswith("indexer.embedded") != (module.room == "embedded")
        and (module.room == "embedded" or name.startswith("indexer.embedded"))
    ]

    assert broken == []


def test_only_the_rooms_around_the_spiders_know_scrapy() -> None:
    assert strangers(SCRAPY_ROOMS, {"scrapy", "twisted"}) == []


def test_only_a_few_rooms_know_sql() -> None:
    """Others may pass an engine or a connection on, by its type."""
    assert strangers(SQL_ROOMS, {"sqlalchemy", "sqlite3", "psycopg"}) == []


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
    assert strangers({"indexer": {"config"}, "crawler": set()}, {"dotenv"}) == []


def test_a_module_is_short() -> None:
    assert {m.name: len(m.lines) for m in MODULES if len(m.lines) > MOST_LINES} == {}


def test_a_module_opens_by_saying_what_it_is_for() -> None:
    assert [m.name for m in MODULES if not (ast.get_docstring(tree_of(m)) or "").strip()] == []


def test_no_module_is_a_drawer_for_leftovers() -> None:
    assert [m.name for m in MODULES if DRAWERS & set(m.name.split("."))] == []


def test_no_two_modules_import_each_other() -> None:
    graph = {
        module.name: {name for name in imports_at_start(module) if name in NAMES} - {module.name}
        for module in MODULES
    }
    for package in [name for name in graph if "." in name or name in LEVELS]:
        inside = {name for name in graph if name.startswith(f"{package}.")}
        for name in inside:  # a module may name its package's siblings through the package
            graph[name].discard(package)

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_every_room_of_the_table_exists() -> None:
    for package, levels in LEVELS.items():
        named = {room for rooms in levels.values() for room in rooms.split()}
        assert named == {module.room for module in MODULES if module.package == package} - {""}
