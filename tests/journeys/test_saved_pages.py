"""The whole path on real pages: served by host, crawled, indexed, found by search."""

import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from crawler.urls import document_id
from tests.journeys.program import Program
from tests.newsroom.saved_pages import SAVED_PAGES, asked_url, saved_web

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not (SAVED_PAGES / "truth.jsonl").exists(),
        reason="the saved real pages are not beside this checkout (../shared/data/pages-dev)",
    ),
]

LEAST_DOCUMENTS = 650  # of 692; the others are told one by one


def test_the_saved_real_pages_become_searchable_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with saved_web() as web:
        sources = tmp_path / "saved.toml"
        sources.write_text(web.sources_toml)
        settings = {"http_proxy": web.proxy, "no_proxy": "127.0.0.1"}
        program = Program(tmp_path / "home", settings)
        try:
            report = program.json(
                "crawl", "--sources", str(sources), "--all-topics", "--since", "9999d"
            )
            documents = program.documents()
            by_id = {document["id"]: document for document in documents.values()}
            why = _whys(tmp_path / "home" / "techwire.db")
            missing = {
                page["url"]: why.get(document_id(asked_url(page["url"])), "never listed")
                for page in web.truth
                if document_id(asked_url(page["url"])) not in by_id
                and why.get(document_id(asked_url(page["url"]))) != "stored"
            }
            _search_finds_them(program, list(documents.values()))
        finally:
            program.stop_engine()
    with capsys.disabled():
        print(f"\n{len(documents)} of {len(web.truth)} saved pages became searchable documents")
        reasons = Counter(words.partition(":")[0] for words in missing.values())
        for reason, number in reasons.items():
            print(f"  {number} not: {reason}")
        for url, reason in sorted(missing.items()):
            print(f"    {url}: {reason}")
    assert report["waiting"] == 0, report["index_error"]
    assert len(documents) >= LEAST_DOCUMENTS


def _search_finds_them(program: Program, documents: list[dict[str, str]]) -> None:
    for document in documents[:: max(1, len(documents) // 10)]:
        answer = program.json("search", f'"{document["title"]}"', "--limit", "50", "--copies")
        assert document["url"] in {hit["url"] for hit in answer["hits"]}, document["title"]


def _whys(database: Path) -> dict[str, str]:
    connection = sqlite3.connect(database)
    try:
        rows = connection.execute("SELECT url_id, outcome, reason FROM seen").fetchall()
    finally:
        connection.close()
    return {own_id: "stored" if end == "stored" else str(reason) for own_id, end, reason in rows}
