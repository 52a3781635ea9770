"""A state, a province or a country behind a name says which of its namesakes is meant."""

import pytest

from crawler.enrichment.places.dateline import find_dateline
from crawler.enrichment.places.places import find_places


def countries(title: str, body: str = "", language: str = "en") -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.country_code for p in find_places(title, body, language)))


@pytest.mark.parametrize(
    ("language", "title", "code"),
    [
        ("en", "Rome, Georgia carpet mill hires robots", "US"),
        ("en", "Toledo, Ohio glass works adds sensors", "US"),
        ("en", "A fab rises near Manchester, New Hampshire", "US"),
        ("en", "Odessa, Tex. drillers test AI", "US"),
        ("en", "Cairo, Ill.-based battery maker expands", "US"),
        ("en", "Lima, OH plant builds tanks", "US"),
        ("en", "Cuba, Missouri gets fibre", "US"),
        ("en", "Peru, Ind. library lends laptops", "US"),
        ("en", "Durham, N.C. lab prints organs", "US"),
        ("en", "Windsor, Ont. battery plant opens", "CA"),
        ("en", "Sydney, N.S. port automates", "CA"),
        ("en", "Halifax, Nova Scotia start-up maps seabeds", "CA"),
        ("en", "Newcastle, NSW tests hydrogen", "AU"),
        ("en", "Ipswich, Qld lab builds satellites", "AU"),
        ("en", "Boston, England farms with robots", "GB"),
        ("en", "Hyderabad, Telangana chip park opens", "IN"),
        ("en", "Birmingham (Alabama) clinic uses AI", "US"),
        ("de", "Rechenzentrum in Hannover, Indiana", "US"),
        ("pt", "Startup de Santarém, PA, recebe aporte", "BR"),
        ("es", "Fábrica en Guadalajara, Jal., contrata", "MX"),
        ("es", "Córdoba, Ver., estrena centro de datos", "MX"),
        ("zh-Hans", "得克萨斯州巴黎的太阳能电站", "US"),
        ("ja", "米ジョージア州アテネに工場", "US"),
    ],
)
def test_what_stands_behind_a_name_rules_its_namesakes_out(
    language: str, title: str, code: str
) -> None:
    assert countries(title, language=language) == (code,)


def test_a_name_once_qualified_means_the_same_in_the_rest_of_the_text() -> None:
    body = "The plant in Dublin, Ohio opens in May. Dublin gave land. In Dublin, 300 will work."

    assert countries("Chip maker comes to Dublin", body) == ("US",)


def test_each_mention_keeps_its_own_qualifier() -> None:
    assert set(countries("Hamilton, Ont. and Hamilton, New Zealand share a lab")) == {"CA", "NZ"}


def test_the_qualifier_chooses_the_city_within_a_country() -> None:
    place = find_places("Columbus, Georgia gets a data centre", "", "en")[0]

    assert place.city == "Columbus"
    assert place.latitude == pytest.approx(32.5, abs=0.3)


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("Offices in London, New York and Tokyo", {"GB", "US", "JP"}),
        ("Rome, New York and Paris host the fair", {"IT", "US", "FR"}),
        ("Leaders of Lebanon, Syria and Egypt meet", {"LB", "SY", "EG"}),
        ("Start-ups in Germany, Austria and Poland grow", {"DE", "AT", "PL"}),
    ],
)
def test_a_list_of_places_qualifies_nothing(title: str, codes: set[str]) -> None:
    assert set(countries(title)) == codes


@pytest.mark.parametrize(
    ("body", "country", "city"),
    [
        ("BIRMINGHAM, Ala. (AP) — A lab opened.", "US", "Birmingham"),
        ("LONDON, Ont. — A plant opened.", "CA", "London"),
        ("PERTH, Scotland (Reuters) - A turbine turned.", "GB", "Perth"),
        ("PARIS, Texas (AP) — Panels were laid.", "US", "Paris"),
        ("VANCOUVER, Wash., May 12 (AP) — Servers hum.", "US", "Vancouver"),
        ("LEBANON, N.H. -- A device was cleared.", "US", "Lebanon"),
        ("MELBOURNE, Fla. — A rocket flew.", "US", "Melbourne"),
    ],
)
def test_a_dateline_is_read_with_its_state(body: str, country: str, city: str) -> None:
    found = find_dateline(body)

    assert found is not None
    assert (found.country, found.name) == (country, city)


def test_an_abbreviated_state_speaks_for_its_country_behind_a_town_that_no_table_has() -> None:
    body = "Jerry bought his dog in Caddo, Okla. and the neighbours in Poca, W.Va. helped."

    assert countries("Man finds his dog by chip", body) == ("US",)
