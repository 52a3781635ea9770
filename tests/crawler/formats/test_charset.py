"""Text out of bytes, whatever charset they are in and whatever they claim to be in."""

import codecs
from dataclasses import replace

import pytest

from crawler.discovery.feeds import parse_feed
from crawler.extraction.parsing import parse_page
from crawler.formats.charset import charset_of, decode
from tests.crawler.extraction.pages import page_of

FRENCH, KOREAN, CHINESE = "Médias à Zürich", "스타트업 투자", "芯片公司融资"
# (text, codec it is in, charset of the header or None, charset it declares or None)
CASES = [
    (FRENCH, "utf-8", None, None),
    (FRENCH, "utf-8", "iso-8859-1", "windows-1252"),
    (FRENCH, "utf-8-sig", None, "windows-1252"),
    (FRENCH, "utf-8", None, "utf-16"),
    (FRENCH, "utf-8", "utf-16", None),
    (FRENCH, "cp1252", None, None),
    (FRENCH, "cp1252", None, "utf-8"),
    (FRENCH, "cp1252", "utf-8", None),
    (FRENCH, "cp1252", "iso-8859-1", None),
    ("“Médias” – Zürich", "cp1252", "iso-8859-1", None),
    (KOREAN, "euc-kr", "euc-kr", None),
    (KOREAN, "euc-kr", None, "euc-kr"),
    (KOREAN, "euc-kr", "utf-8", "euc-kr"),
    (KOREAN, "euc-kr", "nonsense", "ks_c_5601-1987"),
    (CHINESE, "gb18030", None, "gb2312"),
    ("技術と投資", "shift_jis", None, "Shift_JIS"),
    ("技術と投資", "iso-2022-jp", None, "iso-2022-jp"),
    ("技術と投資", "euc-jp", "euc-jp", None),
    (CHINESE, "utf-16", None, None),
    (CHINESE, "utf-16", None, "utf-16"),
    (CHINESE, "utf-16-le", None, "utf-16"),
    (CHINESE, "utf-16-be", "utf-16", None),
]
IDS = [f"{codec}, header {header}, declared {declared}" for _, codec, header, declared in CASES]


@pytest.mark.parametrize(("text", "codec", "header", "declared"), CASES, ids=IDS)
def test_a_listing_is_read_in_its_charset(text, codec, header, declared):
    declaration = f' encoding="{declared}"' if declared else ""
    body = (
        f'<?xml version="1.0"{declaration}?><rss><channel><item><title>{text}</title>'
        "<link>https://a.example/a-story</link></item></channel></rss>"
    ).encode(codec)
    kind = f"text/xml; charset={header}" if header else "text/xml"

    listing = parse_feed(body, url="https://a.example/f", source_id="a", content_type=kind)

    assert listing.entries[0].title == text
    assert listing.problems == ()


@pytest.mark.parametrize(("text", "codec", "header", "declared"), CASES, ids=IDS)
def test_a_page_is_read_in_its_charset(text, codec, header, declared):
    meta = f'<meta charset="{declared}">' if declared else ""
    body = f"<html><head>{meta}<title>{text}</title></head><body><p>{text}</p></body></html>"

    parsed = parse_page(replace(page_of(""), body=body.encode(codec), encoding=header))

    assert parsed.title_tag == text


def test_a_few_broken_bytes_leave_the_rest_as_it_is_declared():
    assert decode(KOREAN.encode("euc-kr") + b"\xff", "euc-kr") == KOREAN + "\ufffd"
    assert decode(FRENCH.encode() * 9 + b"\xe4") == FRENCH * 9 + "\ufffd"


def test_a_mark_is_no_text():
    assert decode(codecs.BOM_UTF8 + b"text") == decode("text".encode("utf-16")) == "text"


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/html; charset=EUC-KR", "euc-kr"),
        ('text/html;charset="utf-8"; boundary=x', "utf-8"),
        ("text/html", None),
        ("text/html; charset=", None),
        (None, None),
    ],
)
def test_a_headers_charset(header, charset):
    assert charset_of(header) == charset


@pytest.mark.parametrize("name", ["unicode_escape", "raw-unicode-escape", "punycode", "utf-7"])
def test_a_page_cannot_ask_for_what_is_no_charset_of_the_web(name):
    page = f'<meta charset="{name}">caf\\x41 +AEE- \xe9'
    assert decode(page.encode("cp1252")) == page


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_no_control_character_is_left_whatever_the_charset(encoding):
    body = "<p>\x01 \x1f \x7f \f &#1; &#x1F; \ufffe芯片</p>".encode(encoding)
    assert decode(body, encoding).split() == ["<p>", "芯片</p>"]
