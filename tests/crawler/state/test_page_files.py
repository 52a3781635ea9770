"""Archived pages come back as they were, whether they travelled packed or plain."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.article import Page
from crawler.state.page_files import PageFiles
from tests.factories import NOW

HTML = "<html><p>Grüße aus Hangzhou</p></html>".encode()
PLAIN = Page(url="https://n.example/a", body=HTML, fetched_at=NOW, encoding="utf-8")
PACKED = Page(
    url="https://n.example/b",
    body=gzip.compress(HTML),
    fetched_at=NOW,
    encoding="utf-8",
    coding="gzip",
)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[PageFiles]:
    opened = PageFiles(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("page", [PLAIN, PACKED], ids=["plain", "packed"])
def test_a_page_comes_back_with_its_html(files: PageFiles, page: Page) -> None:
    files.write(PLAIN)
    place = files.write(page)
    files.write(PACKED)

    back = files.read(place)

    assert back is not None
    assert (back.url, back.body, back.coding) == (page.url, HTML, None)
