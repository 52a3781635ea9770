"""Back up while a crawl runs, restore in another folder, and nothing is lost there."""

import time
from pathlib import Path

from crawler.demo import Newsroom
from crawler.state.archive import archived_rows
from crawler.state.page_files import PageFiles
from indexer.foundation.database import reading, state_database
from tests.journeys.program import Program, sources_toml


def unread(home: Path) -> list[str]:
    """Archived pages that the database knows and nobody can read."""
    database = state_database(f"sqlite:///{home / 'techwire.db'}")
    with database as engine, reading(engine) as connection:
        rows = archived_rows(connection)
    files = PageFiles(home / "pages")
    assert rows
    return [row.entry.url for row in rows if files.read(row.location) is None]


def test_a_crawl_backed_up_as_it_runs_is_whole_elsewhere(
    program: Program, newsroom: Newsroom, tmp_path: Path
) -> None:
    (tmp_path / "sources.toml").write_text(sources_toml(newsroom))
    words = ("--no-index", "--metrics", "off", "--sources", str(tmp_path / "sources.toml"))
    crawl = program.start("watch", *words)
    pages = program.home / "pages"
    while crawl.poll() is None and not (pages.is_dir() and any(pages.iterdir())):
        time.sleep(0.05)

    saved = program.run("backup", str(tmp_path / "news.techwire"))
    assert crawl.poll() is None, "it was to be backed up meanwhile"
    crawl.terminate()
    crawl.communicate()
    other = Program(home=tmp_path / "other", settings=program.settings)
    restored = other.run("restore", str(tmp_path / "news.techwire"))
    try:
        audit = other.json("audit")
    finally:
        other.stop_engine()

    assert (saved.returncode, restored.returncode) == (0, 0), saved.stderr + restored.stderr
    assert f"{audit['documents']} documents and" in saved.stdout
    assert audit["clean"], "0 lost"
    assert (audit["missing"], audit["waiting"]) == ([], 0)
    assert unread(other.home) == [], "pages of the archive"
