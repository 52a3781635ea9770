"""`techwire remove`: an article leaves state, archive and index, and nothing brings it back."""

from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.demo import Newsroom
from tests.journeys.program import Program, sources_toml

SITE = "werkbank"  # tells when an entry was updated, so that a changed one is fetched again


@pytest.fixture
def sources(newsroom: Newsroom, tmp_path: Path) -> str:
    path = tmp_path / "one.toml"
    path.write_text(sources_toml(newsroom, SITE))
    return str(path)


def archived(program: Program) -> set[str | None]:
    """Addresses of all pages that the page archive holds."""
    found = set()
    for path in (program.home / "pages").glob("*.warc.gz"):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                found.add(record.rec_headers.get_header("WARC-Target-URI"))
    return found


def test_a_removed_article_is_gone_everywhere_and_nothing_brings_it_back(
    newsroom: Newsroom, program: Program, sources: str
) -> None:
    program.json("crawl", "--sources", sources)
    before = program.documents()
    url = next(a.url for a in newsroom.articles if a.site_id == SITE and a.url in before)
    title = before[url]["title"]
    assert url in archived(program)

    done = program.run("remove", url)

    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert f'removed "{title}" ({url})' in line
    assert "1 archived pages erased" in line
    assert "gone from the index; it is not fetched again" in line
    assert url not in archived(program)

    newsroom.requests.clear()
    report = program.json("crawl", "--sources", sources, "--refresh", "--no-index")
    assert report["stored"] == len(before) - 1
    assert url not in {request.url for request in newsroom.requests}
    assert program.run("index", "--rebuild").returncode == 0
    assert program.documents().keys() == before.keys() - {url}
    assert program.json("audit")["clean"]
