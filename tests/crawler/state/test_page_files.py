"""Archived pages come back as they were, whether they travelled packed or plain."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.article import Page
from crawler.state import page_files
from crawler.state.page_files import PageFiles
from crawler.urls import document_id
from tests.factories import NOW

SECRET = b"what must not be kept "

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


def test_an_erased_page_is_gone_from_its_file_and_all_others_stay_where_they_are(
    files: PageFiles, tmp_path: Path
) -> None:
    secret = replace(PLAIN, url="https://n.example/secret", body=b"<html>" + SECRET * 900)
    places = [files.write(page) for page in (PLAIN, secret, PACKED)]
    (path,) = tmp_path.iterdir()
    size = path.stat().st_size

    assert files.erase(places[1])

    assert path.stat().st_size == size
    assert files.read(places[1]) is None
    for place, url in ((places[0], PLAIN.url), (places[2], PACKED.url)):
        back = files.read(place)
        assert back is not None
        assert (back.url, back.body) == (url, HTML)
    assert SECRET not in gzip.decompress(path.read_bytes())
    with path.open("rb") as stream:  # as other tools read it
        kinds = [record.rec_type for record in ArchiveIterator(stream)]
    assert kinds == ["response", "metadata", "response"]
    later = files.write(PLAIN)
    assert files.read(later) is not None, "the file still grows at its end"


def test_the_smallest_record_and_every_length_can_be_filled() -> None:
    for length in (*range(21, 400), 1_000_003):
        member = page_files._empty_member(length)
        assert len(member) == length
        assert gzip.decompress(member) in (page_files._EMPTY_RECORD, b"")


def test_what_does_not_stand_there_is_not_erased(files: PageFiles, tmp_path: Path) -> None:
    place = files.write(PLAIN)
    (path,) = tmp_path.iterdir()
    before = path.read_bytes()

    assert not files.erase(replace(place, place=place.place + 3))
    assert not files.erase(replace(place, place=len(before)))
    assert not files.erase(replace(place, file="2026-11-23-elsewhere.warc.gz"))
    assert path.read_bytes() == before


def test_all_copies_of_a_page_are_found_whatever_table_forgot_them(
    files: PageFiles, tmp_path: Path
) -> None:
    first = files.write(PLAIN)
    files.write(PACKED)
    again = files.write(replace(PLAIN, url="https://n.example/a?utm_source=x"))
    (path,) = tmp_path.iterdir()
    with path.open("ab") as file:  # a kill cut the last record
        file.write(gzip.compress(b"WARC/1.0\r\n")[:9])

    told: list[str] = []
    found = list(files.find({document_id(PLAIN.url)}, on_broken=told.append))
    assert found == [first, again]
    assert told == [f"{path} cannot be read to its end: what stands there is not erased"]


def test_whole_files_are_looked_through_without_a_word(files: PageFiles) -> None:
    files.write(PLAIN)
    place = files.write(PACKED)
    files.erase(place)

    told: list[str] = []
    assert list(files.find({document_id(PACKED.url)}, on_broken=told.append)) == []
    assert told == []
