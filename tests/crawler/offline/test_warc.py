"""WARC files of many makers, whole and damaged: what can be read is, what cannot is said."""

import gzip
import sys
import zipfile
from pathlib import Path

import brotli
import pytest

from crawler.errors import CrawlerError
from crawler.offline.archives import pages_in

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = b"<html><p>Orbisil opens a plant.</p></html>"


def record(number: int, body: bytes = PAGE, coding: str = "") -> bytes:
    named = f"Content-Encoding: {coding}\r\n" if coding else ""
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{named}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.ng/{number}\r\n"
        f"WARC-Date: 2026-11-20T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def packed(*numbers: int) -> bytes:
    """Each record a gzip member, as the format wants it."""
    return b"".join(gzip.compress(record(number)) for number in numbers)


def broken(member: bytes) -> bytes:
    return member[:30] + bytes(255 - byte for byte in member[30:60]) + member[60:]


def read(tmp_path: Path, content: bytes, name: str = "a.warc.gz") -> tuple[list[int], list[str]]:
    """The numbers of the pages, and what was said."""
    (tmp_path / name).write_bytes(content)
    told: list[str] = []
    pages = [kept.page for kept in pages_in(tmp_path / name, told.append)]
    assert {page.body for page in pages} <= {PAGE}
    return [int(page.url.rpartition("/")[2]) for page in pages], told


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", brotli.compress(PAGE)),
        ("zstd", zstd.compress(PAGE)),
        ("gzip", gzip.compress(PAGE)),
        ("gzip", PAGE),  # kept unpacked, the header left as it was
        ("identity", PAGE),
    ],
)
def test_pages_are_read_in_whatever_they_travelled(
    coding: str, body: bytes, tmp_path: Path
) -> None:
    assert read(tmp_path, gzip.compress(record(1, body, coding))) == ([1], [])


def test_pages_in_a_coding_nobody_knows_are_counted(tmp_path: Path) -> None:
    strange = gzip.compress(record(1, b"\x01\x02", "lzma"))

    found, told = read(tmp_path, strange + packed(2))

    assert found == [2]
    assert told == [f"{tmp_path / 'a.warc.gz'}: 1 pages could not be unpacked"]


@pytest.mark.parametrize(
    "content",
    [
        packed(0, 1) + broken(packed(2)) + packed(3, 4),
        packed(0, 1) + bytes(100) + packed(3, 4),
        packed(0, 1) + packed(2)[:40] + packed(3, 4),
    ],
)
def test_reading_goes_on_at_the_record_behind_a_damage(content: bytes, tmp_path: Path) -> None:
    found, (told,) = read(tmp_path, content)

    assert found == [0, 1, 3, 4]
    assert told.endswith("is damaged in a place: what stood there is lost")


def test_so_it_does_where_nothing_is_packed(tmp_path: Path) -> None:
    records = [record(n) for n in range(5)]
    records[2] = records[2].replace(b"Content-Length: ", b"Content-Length: 9")

    found, (told,) = read(tmp_path, b"".join(records), "a.warc")

    assert found == [0, 1, 3, 4]
    assert "damaged in a place" in told


def test_two_damages_and_a_missing_end_are_told_in_one_line(tmp_path: Path) -> None:
    bad = broken(packed(2))

    found, (told,) = read(tmp_path, packed(0) + bad + packed(1) + bad + packed(3) + bad[:50])

    assert found == [0, 1, 3]
    assert "damaged in 2 places, and breaks off after record 3" in told


def test_all_records_in_one_gzip_member_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(b"".join(map(record, range(4))))) == ([0, 1, 2, 3], [])


def test_a_member_of_many_records_that_breaks_off_says_so(tmp_path: Path) -> None:
    found, (told,) = read(tmp_path, gzip.compress(b"".join(map(record, range(300))))[:-40])

    assert 100 < len(found) < 300
    assert found == list(range(len(found)))
    assert "breaks off after record" in told


def test_a_file_of_beginnings_alone_is_given_up(tmp_path: Path) -> None:
    found, (told,) = read(tmp_path, packed(0) + gzip.compress(b"no record") * 2_000)

    assert found == [0]
    assert "damaged too much behind record 1" in told


def test_a_wacz_is_read_like_the_files_it_packs(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as wacz:
        wacz.writestr("archive/b.warc.gz", packed(2))
        wacz.writestr("archive/a.warc.gz", packed(0, 1))
        wacz.writestr("pages/pages.jsonl", "{}")

    pages = pages_in(tmp_path)  # found in a folder too

    assert [kept.page.url for kept in pages] == [f"https://a.ng/{n}" for n in range(3)]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "a.wacz"])
@pytest.mark.parametrize("content", [b"", b"hello" * 50, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_refused_by_name(name: str, content: bytes, tmp_path: Path) -> None:
    with pytest.raises(CrawlerError, match=rf"{name} is no WA(RC|CZ)"):
        read(tmp_path, content, name)
