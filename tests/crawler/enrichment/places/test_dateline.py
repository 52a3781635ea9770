"""The city before a report's first sentence."""

import pytest

from crawler.enrichment.places.dateline import find_dateline


@pytest.mark.parametrize(
    ("body", "city", "country"),
    [
        ("HANGZHOU – A robot maker opened a lab.", "Hangzhou", "CN"),
        ("[SYDNEY] A battery maker raised money.", "Sydney", "AU"),
        ("NEW YORK (Reuters) - Shares fell on Monday.", "New York City", "US"),
        ("MANCHESTER, England — The cup was won.", "Manchester", "GB"),
        ("SAN FRANCISCO, May 12 (AP) — A lab closed.", "San Francisco", "US"),
        ("新华社北京4月24日电 工信部发布新规。", "Beijing", "CN"),
        ("【東京】スタートアップが資金を調達した。", "Tokyo", "JP"),
        ("(서울=연합뉴스) 반도체 수출이 늘었다.", "Seoul", "KR"),
        ("BERLIN. Das Start-up hat Geld bekommen.", "Berlin", "DE"),
        ("MONTERREY.- Tres empresas construirán líneas.", "Monterrey", "MX"),
        ("JAKARTA — Perusahaan rintisan mengumumkan pendanaan.", "Jakarta", "ID"),
        ("دبي – أعلنت شركة عن جولة تمويل.", "Dubai", "AE"),
        ("LIANGZHU, China — A quarter of studios opened.", "Hangzhou", "CN"),
        ("【熊本】半導体工場の進出が続く。", "Kumamoto", "JP"),
        ("NAIROBI (Savanna News Service): A fintech won a prize.", "Nairobi", "KE"),
    ],
)
def test_a_dateline_names_its_city(body: str, city: str, country: str) -> None:
    found = find_dateline(body)

    assert found is not None
    assert (found.name, found.country) == (city, country)


@pytest.mark.parametrize(
    "body",
    [
        "The company said on Monday - after months - that it would hire.",
        "UPDATE: The service is back.",
        "Phones are getting cheaper.",
        "",
        "- - - - - - - - -",
        "A" * 5_000,
    ],
)
def test_other_beginnings_are_no_datelines(body: str) -> None:
    assert find_dateline(body) is None


def test_towns_too_small_for_the_text_are_known_in_a_dateline() -> None:
    found = find_dateline("SAGUNTO, España.- Una nave abre sus puertas.")

    assert found is not None
    assert (found.name, found.country) == ("Sagunto", "ES")
