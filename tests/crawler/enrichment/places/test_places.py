"""Which countries and cities a story is about, with the traps of names."""

import pytest

from crawler.article import Article
from crawler.enrichment import enrich
from crawler.enrichment.places.places import find_places


def countries(
    title: str, body: str = "", language: str = "en", site: str | None = None
) -> set[str]:
    return {place.country_code for place in find_places(title, body, language, site)}


@pytest.mark.parametrize(
    "text",
    [
        "The Wall Street Journal and The Washington Post report on a new phone",
        "Bank of America lifts its forecast for handset sales",
        "The gadget costs US$ 499 and a case US$20",
        "Paris Hilton launches a game for phones",
        "Michael Jordan invests in a battery maker",
        "Jordan Peterson opens an online academy",
        "Chad Hurley, a founder of YouTube, starts again",
        "Reading a book on the new tablet is a joy",
        "A Nice surprise for Mobile users: longer battery life",
        "Java developers get a faster compiler",
        "Roast Turkey with a smart oven: Thanksgiving Turkey made easy",
        "Joaquin Phoenix stars in a film about robots",
        "Austin Russell leaves the lidar maker he founded",
        "Why the Split between Orange and Puma matters",
    ],
)
def test_a_name_that_is_no_place_here_names_no_country(text: str) -> None:
    assert countries(text) == set()


@pytest.mark.parametrize(
    ("language", "title", "code"),
    [
        ("en", "Start-ups in Georgia, Tbilisi's tech park says, doubled", "GE"),
        ("en", "A data centre rises near Atlanta, Georgia", "US"),
        ("en", "A chip designer in Reading, England hires engineers", "GB"),
        ("en", "Robotaxis start in Phoenix, Arizona", "US"),
        ("en", "Fintech lab opens in Amman, Jordan", "JO"),
        ("en", "Turkey's drone maker opens a second plant", "TR"),
        ("en", "A central bank app for Chad's N'Djamena traders", "TD"),
        ("pt", "Governo brasileiro cria fundo para startups", "BR"),
        ("es", "La empresa mexicana abre un laboratorio", "MX"),
        ("de", "Die deutsche Regierung fördert Chips", "DE"),
        ("de", "Münchner Firma baut Raketen", "DE"),
        ("fr", "Une start-up lyonnaise recycle les batteries", "FR"),
        ("ja", "インドの新興企業が増える", "IN"),
        ("zh-Hans", "印度手机市场增长", "IN"),
        ("ar", "الشركة الإماراتية تطلق خدمة جديدة", "AE"),
        ("ko", "한국 반도체 수출이 늘었다", "KR"),
        ("zh-Hans", "工信部发布新规", "CN"),
        ("ja", "経済産業省が補助金を決定", "JP"),
        ("en", "RBI tightens rules for digital lenders", "IN"),
        ("de", "BaFin prüft Krypto-Börse", "DE"),
        ("fr", "La CNIL sanctionne une application", "FR"),
        ("id", "OJK awasi pinjaman online", "ID"),
        ("es", "La CNBV multa a una fintech", "MX"),
        ("it", "La startup milanese cresce", "IT"),
        ("ru", "Российский сервис вышел на биржу", "RU"),
        ("hi", "भारतीय कंपनी ने नया फोन पेश किया", "IN"),
        ("hi", "गुजरात में सेमीकंडक्टर प्लांट का काम शुरू", "IN"),
        ("en", "Brussels delays part of the AI Act", "EU"),
    ],
)
def test_one_clear_mention_in_a_short_text_is_enough(language: str, title: str, code: str) -> None:
    assert code in countries(title, language=language)


def test_a_state_is_no_town_of_the_same_spelling_elsewhere() -> None:
    assert countries("गुजरात में सेमीकंडक्टर प्लांट का काम शुरू", language="hi") == {"IN"}


def test_latin_transcriptions_of_other_scripts_are_no_names() -> None:
    assert countries("Dabei sein ist alles", "Dabei zeigt das Handy neue Farben.", "de") == set()


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "OpenAI veröffentlicht GPT-6"),
        ("de", "Glasfaserausbau stockt auf dem Land"),
        ("ko", "지하철역에 배달 로봇이 늘었다"),
        ("ja", "コンビニの陳列、遠隔操作ロボットが担う"),
        ("zh-Hans", "多地房价环比继续下跌"),
        ("zh-Hant", "地瓜機器人完成1億美元A輪融資"),
        ("fi", "Hallitus leikkaa asumistuesta"),
        ("hi", "बैंक ग्राहकों से साइबर ठगी, पांच गिरफ्तार"),
        ("en", "Delivery robots spread through stations"),
    ],
)
def test_neither_language_nor_publisher_makes_a_story_about_a_country(
    language: str, title: str
) -> None:
    assert countries(title, title, language) == set()
    assert countries(title, title, language, site="AT") == set()


def test_a_companys_head_office_makes_no_story_about_its_country() -> None:
    for name in ("Zalando", "Huawei", "Xiaomi", "Rappi"):
        facets = enrich(Article(url="", title=f"{name} shows a new model", text="It costs more."))
        assert facets.companies == (name,)
        assert facets.countries == ()


def test_a_company_whose_name_names_its_country_does() -> None:
    assert countries("China Mobile buys servers") == {"CN"}
    assert countries("Bank of Canada tests a digital currency") == {"CA"}


def test_the_publishers_country_alone_says_nothing_of_an_english_story() -> None:
    assert countries("Delivery robots spread through stations", site="KE") == set()


def test_a_site_tells_cities_of_one_name_apart() -> None:
    story = ("Start-up opens office in Cambridge", "The lab in Cambridge will hire twenty people.")

    assert countries(*story, site="US") == {"US"}
    assert countries(*story, site="GB") == {"GB"}


def test_the_seat_of_an_investor_in_the_lead_is_no_subject() -> None:
    lead = "The round was led by a Danish fund. The young company will hire."

    assert countries("Lagos payments firm raises $14m", lead) == {"NG"}
    assert countries("Danish fund opens an office in Lagos") == {"DK", "NG"}


@pytest.mark.parametrize(
    ("language", "title", "codes"),
    [
        ("ja", "米、対中半導体規制を1年猶予", {"US", "CN"}),
        ("ko", "美, 中 반도체 장비 반입 허가 철회", {"US", "CN"}),
        ("ja", "米の平均価格が下がる", set()),
    ],
)
def test_one_character_stands_for_a_country_where_a_headline_parts(
    language: str, title: str, codes: set[str]
) -> None:
    assert countries(title, "", language) == codes


def test_one_late_mention_in_a_long_text_is_no_subject() -> None:
    body = "The tent is light and dry. " * 60 + "We tested it in Australia. " + "It is warm. " * 20

    assert countries("The best tents of the year", body) == set()


def test_a_city_comes_with_its_country_region_and_position() -> None:
    place = find_places("Hangzhou robot maker opens a lab", "HANGZHOU — The lab opened.", "en")[0]

    assert (place.city, place.country, place.region) == ("Hangzhou", "China", "East Asia")
    assert place.latitude == pytest.approx(30.3, abs=0.3)
    assert place.longitude == pytest.approx(120.2, abs=0.3)


def test_a_few_sentences_name_no_country_in_passing_and_a_long_text_does():
    told = "Manila, Philippines: two Danish rivals asked the Philippine regulator for spectrum."
    long = told + " The operator said more of its masts, plans and prices." * 30

    assert {place.country_code for place in find_places(told, "", "en")} == {"PH", "DK"}
    assert {place.country_code for place in find_places("", long, "en")} == {"PH"}
