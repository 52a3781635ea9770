"""What our documents and messages tell people to type is what the program reads.

Nothing runs here and nothing is asked of the web; `tests/journeys/test_documents.py` runs what can
run on a fresh data folder.
"""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler.sources.registry import Registry, load_sources
from indexer.search.query import Names, conditions_of
from indexer.vocabulary.meaning import ATTRIBUTES, Meaning
from indexer.vocabulary.names import resolve
from indexer.web.question import query_of
from tests.documented import (
    ROOT,
    Told,
    UsageError,
    in_blocks,
    in_messages,
    in_text,
    parsed,
    techwire_words,
    unknown_beside,
)

README = ROOT / "README.md"
MADE = ROOT / "docs/reference/commands.md"  # by the program itself
DOCUMENTS = sorted({README, ROOT / "bench/README.md", *(ROOT / "docs").rglob("*.md")} - {MADE})
FILES = [ROOT / name for name in (".env.example", "docker-compose.yml", "Makefile", ".ci/run")]
FILES += sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file())
MODULES = sorted(
    path
    for package in ("crawler", "indexer")
    for path in (ROOT / package).rglob("*.py")
    if "node_modules" not in path.parts
)

WHOLE = [told for path in DOCUMENTS for told in in_blocks(path)]
MENTIONED = [told for path in (*DOCUMENTS, *FILES) for told in in_text(path)]
MENTIONED += [told for path in MODULES for told in in_messages(path)]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_sources()


def named(told: Told) -> Iterator[tuple[str, str]]:
    """Kind and text of every name that a command line gives; "id" for a source's id."""
    command, params = parsed(told)
    if command.startswith("sources "):
        return
    for key in (*ATTRIBUTES, "sources", "silent"):
        given = params.get(key) or ()
        if not isinstance(given, str):  # `migrate` reads a SOURCE that is a database
            kind = key if key in ATTRIBUTES else "id"
            yield from ((kind, text) for text in given if text != "all")


def test_the_readme_is_a_page_or_two() -> None:
    assert len(README.read_text().splitlines()) <= 180


def test_the_documents_are_read() -> None:
    commands = {parsed(told)[0] for told in WHOLE}

    assert len(WHOLE) > 25
    assert {"crawl", "search", "alerts add", "index", "doctor", "export", "migrate"} <= commands
    assert any("crawl.log" not in told.words and "--json" in told.words for told in WHOLE)
    assert len(MENTIONED) > 40


@pytest.mark.parametrize("told", [*WHOLE, *MENTIONED], ids=str)
def test_what_people_are_told_to_type_is_a_command_with_these_options(told: Told) -> None:
    parsed(told)
    assert unknown_beside(told) == set()


@pytest.mark.parametrize(
    "told", [told for told in [*WHOLE, *MENTIONED] if any(named(told))], ids=str
)
def test_every_name_in_a_command_means_something(told: Told, registry: Registry) -> None:
    rights = told.words[:2] == ("keys", "tenant")
    for kind, text in named(told):
        if kind == "id":
            assert registry.get(text).id == text
        else:
            assert resolve(kind, text, sources=registry.known(), exactly=rights).values


def test_the_source_ids_of_the_scrapy_command_are_in_the_registry(registry: Registry) -> None:
    (ids,) = re.findall(r"scrapy crawl news -a\s+source=(\S+)", README.read_text())

    assert [registry.get(one).id for one in ids.split(",")] == ids.split(",")


def test_the_addresses_of_feeds_are_understood(registry: Registry) -> None:
    text = (ROOT / "docs/how-to/alerts.md").read_text()
    addresses = re.findall(r"http://127\.0\.0\.1:8710/feed\.\S+?(?=`)", text)

    assert addresses
    for address in addresses:
        asked = parse_qsl(urlsplit(address).query)
        assert conditions_of(query_of(asked, Names(sources=registry.known)))


def test_the_facet_values_that_are_shown_are_ones_there_are() -> None:
    text = (ROOT / "docs/reference/search.md").read_text()
    (body,) = re.findall(r"-d '(\{.*?\})'", text, re.DOTALL)
    filters = [one for one in json.loads(body)["filter"] if " = " in one]
    shown = [condition.split(" = ", 1) for condition in filters]
    shown += [
        [field, json.dumps(value)]
        for field, value in re.findall(r'`([a-z.]+\d?)` \("([^"]+)"', text)
    ]

    assert len(shown) >= 3
    for attribute, value in shown:
        kind = next(kind for kind, attributes in ATTRIBUTES.items() if attribute in attributes)
        meant: Meaning = resolve(kind, json.loads(value))
        assert meant.values == ((attribute, json.loads(value)),)


def test_a_line_is_read_as_a_shell_and_cron_read_it() -> None:
    cron = "*/20 * * * *  cd /srv/techwire && .venv/bin/techwire crawl --json >> crawl.log 2>&1"
    assert techwire_words(cron) == ("crawl", "--json")
    assert techwire_words('techwire search "a b"   # finds --x') == ("search", "a b")
    assert techwire_words("docker compose up -d  # techwire") == ()


@pytest.mark.parametrize(
    "words",
    [("crawl", "--sinse", "2d"), ("export",), ("alert", "list"), ("search", "--limit", "0")],
)
def test_a_slip_in_a_document_is_found(words: tuple[str, ...]) -> None:
    with pytest.raises((UsageError, LookupError)):
        parsed(Told("here", words, whole=True))
