"""The documents' commands, typed as they stand there, over a newsroom on loopback.

The two publishers that they name are sites of the newsroom here, and no other source is enabled;
addresses at example.org stand for an article of the newsroom and for a receiver of webhooks. What
runs until it is stopped, or needs another machine, is only read (`tests/test_documents.py`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.demo import Newsroom, open_newsroom
from crawler.sources.registry import USER_FILE, load_sources
from tests.documented import ROOT, Told, in_blocks, parsed
from tests.journeys.program import Program
from tests.loopback import Answer, Asked, serving

PUBLISHERS = {
    "techcrunch": "bay",
    "heise-online": "werkbank",
}  # there -> of the newsroom
UNTIL_STOPPED = {"up", "watch", "serve"}
ELSEWHERE = {
    "migrate",
    "restore",
}  # names a PostgreSQL; tests/crawler/state/test_migration.py moves to one

DOCUMENTS = [ROOT / "README.md", ROOT / "docs/tutorial.md", *sorted(ROOT.glob("docs/how-to/*.md"))]
IN_BLOCKS = [told for path in DOCUMENTS for told in in_blocks(path)]
TOLD = [told for told in IN_BLOCKS if parsed(told)[0] not in UNTIL_STOPPED]
RUN = [told for told in TOLD if parsed(told)[0] not in ELSEWHERE]


@dataclass(frozen=True)
class Desk:
    """A deployment that has crawled once. story, hook: what stands for their addresses."""

    program: Program
    newsroom: Newsroom
    story: str
    hook: str

    def words(self, told: Told) -> list[str]:
        """The words as they stand, but for addresses that lead out of this machine."""
        ours = {"https://example.org/a-story": self.story, "https://example.org/hook": self.hook}
        return [ours.get(word, word) for word in told.words]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("readme") / "home"
    home.mkdir()
    program = Program(home=home, settings={"TECHWIRE_ALLOW_HOSTS": "127.0.0.1"})
    with (
        open_newsroom(datetime.now(UTC)) as newsroom,
        serving(accepts) as hook,
    ):
        (home / USER_FILE).write_text(only(newsroom))
        story = next(
            article.url
            for article in newsroom.articles
            if article.site_id == "bay" and article.kind == "article" and article.robots_allowed
        )
        files(home, story)
        assert program.run("crawl").returncode == 0
        yield Desk(program, newsroom, story, f"{hook.url}/hook")
    program.stop_engine()


def accepts(_: Asked) -> Answer:
    return Answer(status=204)


def only(newsroom: Newsroom) -> str:
    """A file for the data folder: their publishers are the newsroom's, all others are off."""
    tables = []
    for source in load_sources().all():
        lines = [f'id = "{source.id}"']
        if source.id in PUBLISHERS:
            site = newsroom.site(PUBLISHERS[source.id])
            for name in ("feeds", "sitemaps", "sections"):
                lines.append(f"{name} = {json.dumps(getattr(site, name))}")
            lines += [f'homepage = "{site.homepage}"', "delay_s = 0.0"]
        else:
            lines += ["enabled = false", 'reason = "not on loopback"']
        tables.append("\n".join(("[[source]]", *lines)))
    return "\n\n".join(tables) + "\n"


def files(home: Path, story: str) -> None:
    """What the commands read: pages and texts in bulk, a WARC file."""
    page = "<title>Chips</title><p>Orbisil opens a plant for memory chips.</p>" * 9
    text = "Chipmaker Orbisil opens a plant for memory chips."
    line = {"id": "1", "url": story, "title": "Chips", "text": text, "html": page}
    (home / "pages.jsonl").write_text(json.dumps(line) + "\n")
    (home / "texts.jsonl").write_text(json.dumps(line) + "\n")
    (warc,) = [word for told in RUN for word in told.words if word.endswith(".warc.gz")]
    with (home / warc).open("wb") as output:
        record = WARCWriter(output, gzip=True)
        answer = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        body, length = BytesIO(page.encode()), len(page.encode())
        record.write_record(
            record.create_warc_record(
                story, "response", payload=body, length=length, http_headers=answer
            )
        )


def test_nothing_here_leaves_this_machine(desk: Desk) -> None:
    registry = load_sources(desk.program.home / USER_FILE)

    assert {source.id for source in registry.crawled()} == set(PUBLISHERS)
    for source in registry.crawled():
        addresses = (source.homepage, *source.feeds, *source.sitemaps, *source.sections)
        assert {urlsplit(address).hostname for address in addresses} == {"127.0.0.1"}


def test_all_but_what_never_ends_or_needs_another_machine_is_run() -> None:
    left_out = {parsed(told)[0] for told in IN_BLOCKS} - {parsed(told)[0] for told in RUN}

    assert left_out == UNTIL_STOPPED | ELSEWHERE
    assert len(RUN) > 20


@pytest.mark.parametrize("told", RUN, ids=str)
def test_a_command_of_the_documents_does_what_it_says(desk: Desk, told: Told) -> None:
    done = desk.program.run(*desk.words(told))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    [
        "keys search partner",
        "keys tenant --region China",
        "keys list",
        "sources check",
        "sources list --region UK --disabled",
        "sources export all.opml",
        "audit --repair",
        "prune --trails 365d",
        "alerts remove rounds",
    ],
)
def test_a_command_that_its_text_mentions_does_what_it_says(desk: Desk, words: str) -> None:
    done = desk.program.run(*words.split())

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout


def test_what_was_read_in_bulk_and_exported_is_there(desk: Desk) -> None:
    home = desk.program.home

    assert json.loads((home / "facets.jsonl").read_text())["topics"]
    assert json.loads((home / "articles.jsonl").read_text())["title"] == "Chips"
    assert (home / "week.jsonl").exists()
    assert any(home.glob("digest-*.html"))


def test_the_beginning_of_an_id_is_answered_with_the_id(desk: Desk) -> None:
    done = desk.program.run("crawl", "techcrunch", "heise")

    assert done.returncode == 2
    assert done.stderr == (
        "techwire: source 'heise' is not in the registry: did you mean heise-online?\n"
    )
