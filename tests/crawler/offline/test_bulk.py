"""Bulk work: a line in, a line out, in order; a bad line says why and costs nobody else."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import CrawlerError
from crawler.offline.bulk import MAX_PAGE_BYTES, enrich_line, extract_line, read_page, run_bulk
from indexer.foundation.terminal import Terminal
from tests.crawler import jobs

WORDS = "The chip maker opened a semiconductor plant for memory chips in Hangzhou, China. "
HTML = (
    '<html lang="en"><head><title>Chip plant opens</title>'
    '<meta property="article:published_time" content="2026-11-20T08:00:00+08:00"></head>'
    f"<body><article><h1>Chip plant opens</h1>{f'<p>{WORDS * 3}</p>' * 5}</article></body></html>"
)


@pytest.fixture
def console() -> Terminal:
    return Terminal(file=io.StringIO(), width=200)


def bulk(tmp_path: Path, lines: list[str], work: Any, console: Terminal) -> list[dict[str, Any]]:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogatepass")
    run_bulk(source, target, work, 2, console)
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def test_lines_come_out_in_the_order_they_went_in(tmp_path: Path, console: Terminal) -> None:
    lines = [str(number) for number in range(60)]
    lines[10], lines[25] = "exit", "bug"

    out = bulk(tmp_path, lines, jobs.line, console)

    assert len(out) == 60
    assert [line.get("id") for n, line in enumerate(out) if n not in (10, 25)] == [
        line for n, line in enumerate(lines) if n not in (10, 25)
    ]
    assert "crash" in out[10]["error"]
    assert "a bug in a reader" in out[25]["error"]
    assert "60 lines in" in console.file.getvalue()  # type: ignore[attr-defined]
    assert "2 with an error" in console.file.getvalue()  # type: ignore[attr-defined]


BAD_LINES = {
    "not json": "not JSON",
    "[1, 2]": "not a JSON object",
    "[" * 100_000: "JSON",
    '{"id": 1}': 'neither "html" nor "html_path"',
    '{"id": 2, "html": ""}': "empty",
    '{"id": 3, "html_path": "nowhere.html"}': "cannot be read",
    '{"id": 4, "html_path": 5}': "as a string",
    '{"id": 5, "html": "<p>x", "fetched_at": "yesterday"}': "yesterday",
    '{"id": 6, "html": "<p>x", "fetched_at": 1e300}': "1e+300",
    '{"id": 7, "html": "<p>x", "fetched_at": [1]}': "[1]",
    '{"id": 8, "html_path": "broken.gz"}': "cannot be read",
    '{"id": 9, "html_path": "cut.gz"}': "cannot be read",
    '{"id": 10, "html_path": "\\u0000"}': "null",
    '{"id": "half \\ud83d", "html": ""}': "empty",
}


def test_every_bad_line_says_why_and_the_good_ones_are_done(
    tmp_path: Path, console: Terminal
) -> None:
    packed = gzip.compress(HTML.encode() * 50)
    (tmp_path / "broken.gz").write_bytes(packed[:60] + b"\xff" * 40 + packed[100:])
    (tmp_path / "cut.gz").write_bytes(packed[:-20])
    good = json.dumps({"id": "good", "url": "https://news.example/plant", "html": HTML})

    out = bulk(tmp_path, [good, *BAD_LINES, good], extract_line, console)

    assert [line["id"] for line in (out[0], out[-1])] == ["good", "good"]
    assert "error" not in out[0]
    for said, (line, words) in zip(out[1:-1], BAD_LINES.items(), strict=True):
        assert words in said["error"], line[:60]
    assert [line["id"] for line in out[4:-1]] == [*range(1, 11), "half ?"]


def test_a_page_becomes_a_line_with_its_evidence(tmp_path: Path, console: Terminal) -> None:
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(HTML.encode()))
    line = {"id": [1], "url": "https://news.example/plant", "html_path": "page.html.gz"}

    (out,) = bulk(tmp_path, [json.dumps(line)], extract_line, console)

    assert out["id"] == [1]
    assert out["title"] == "Chip plant opens"
    assert out["published"] == "2026-11-20T08:00:00+08:00"
    assert out["text"].startswith("The chip maker opened")
    assert out["language"] == "en"
    assert out["tech_relevant"] is True
    assert "CN" in out["countries"]
    assert set(out["evidence"]) >= {"title", "text", "published"}


def test_a_line_tells_whose_the_page_is_by_its_host(tmp_path: Path, console: Terminal) -> None:
    html = HTML.replace("<head>", '<head><meta property="og:site_name" content="Kelp Wire">')
    urls = ("https://techcrunch.com/plant", "https://news.example/plant")
    lines = [json.dumps({"url": url, "html": html}) for url in urls]

    known, unknown = bulk(tmp_path, lines, extract_line, console)

    assert (known["source"], known["source_country"]) == ("techcrunch", "US")
    assert known["publisher"] == "Kelp Wire"
    assert (unknown["source"], unknown["source_country"]) == ("news.example", None)


def test_a_text_becomes_a_line_of_facets(tmp_path: Path, console: Terminal) -> None:
    line = json.dumps({"id": 1, "title": "Chip plant opens", "text": WORDS * 5})

    out = bulk(tmp_path, [line, "{}"], enrich_line, console)

    assert (out[0]["id"], out[0]["language"], out[0]["tech_relevant"]) == (1, "en", True)
    assert out[1]["id"] is None


def test_the_exit_code_says_whether_anything_worked(tmp_path: Path, console: Terminal) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    for text, code in (("1\nbug\n", 0), ("bug\nbug\n", 1), ("", 0), ("\n\n", 0)):
        source.write_text(text)
        assert run_bulk(source, target, jobs.line, 1, console) == code


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, console: Terminal) -> None:
    with pytest.raises(CrawlerError, match=r"nowhere.*No such file"):
        run_bulk(tmp_path / "nowhere", tmp_path / "out", jobs.line, 1, console)


def test_the_input_is_never_overwritten(tmp_path: Path, console: Terminal) -> None:
    source = tmp_path / "in"
    source.write_text("1\n")
    (tmp_path / "link").symlink_to(source)

    with pytest.raises(CrawlerError, match="the same file"):
        run_bulk(source, tmp_path / "link", jobs.line, 1, console)

    assert source.read_text() == "1\n"


def test_a_page_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(bytes(MAX_PAGE_BYTES + 10), 1))

    with pytest.raises(CrawlerError, match="is larger than"):
        read_page(bomb)


def test_a_pages_charset_is_told_only_when_it_is_sure(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes("Zürich".encode("latin-1"))
    assert read_page(page) == ("Zürich".encode("latin-1"), None)

    page.write_text("Zürich", encoding="utf-8")
    assert read_page(page)[1] == "utf-8"
