"""Which country, clock and order of dates an address and a language speak for."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from crawler.formats.countries import (
    country_of_host,
    country_of_language,
    date_order,
    date_order_of_page,
    home_zone,
)


@pytest.mark.parametrize(
    ("host", "country"),
    [
        ("www.heise.de", "DE"),
        ("a.co.uk", "GB"),
        ("news.com.co", "CO"),
        ("startup.co", None),
        ("agency.ai", None),
        ("example.com", None),
        ("", None),
    ],
)
def test_an_ending_names_a_country_unless_it_is_liked_for_its_sound(host, country):
    assert country_of_host(host) == country


@pytest.mark.parametrize(
    ("tag", "country"),
    [("pt-BR", "BR"), ("ja", "JP"), ("zh_TW", "TW"), ("en-XX", None), ("es", None), (None, None)],
)
def test_a_language_names_a_country_by_its_region_or_its_only_home(tag, country):
    assert country_of_language(tag) == country


@pytest.mark.parametrize(
    ("url", "language", "zone"),
    [
        ("https://a.co.jp/x", "en", "Asia/Tokyo"),
        ("https://a.com/x", "ko", "Asia/Seoul"),
        ("https://a.com/x", "en-US", "America/New_York"),
        ("https://a.bd/x", None, "Asia/Dhaka"),
        ("https://a.ru/x", "ru", "Europe/Moscow"),
    ],
)
def test_a_newsroom_keeps_its_hosts_clock_else_its_languages(url, language, zone):
    assert home_zone(url, language) == ZoneInfo(zone)


@pytest.mark.parametrize("url", ["https://a.com/x", "https://a.com.au/x", "https://a.co/x", "//["])
def test_no_clock_is_taken_from_what_names_none_or_several(url):
    assert home_zone(url, "en") is UTC


@pytest.mark.parametrize(
    ("url", "language", "order"),
    [
        ("https://a.com/x", "en", "MDY"),
        ("https://a.com/x", "en-GB", "DMY"),
        ("https://a.co.uk/x", "en-US", "MDY"),
        ("https://a.ph/x", "en", "MDY"),
        ("https://a.com/x", "zh-CN", "YMD"),
        ("https://a.com/x", "ja", "YMD"),
        ("https://a.ca/x", "fr-CA", "DMY"),
        ("https://a.com/x", "de", "DMY"),
        ("https://a.org/x", None, "DMY"),
    ],
)
def test_numbers_stand_as_the_pages_country_or_language_has_them(url, language, order):
    assert date_order_of_page(url, language) == order


def test_a_known_newsrooms_numbers_stand_as_its_country_has_them():
    assert date_order("US", "en") == date_order("JP", "en") == "MDY"
    assert date_order("HK", "en") == date_order("CA", "fr") == date_order(None, None) == "DMY"
    assert date_order("KR", "ko") == "YMD"
