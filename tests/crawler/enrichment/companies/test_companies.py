"""Companies of the gazetteer, and words that only look like them."""

import pytest

from crawler.enrichment.companies import find_companies


def names(title: str, body: str = "") -> list[str]:
    return [company.name for company in find_companies(title, body)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("深度求索发布新模型", "DeepSeek"),
        ("台積電擴大投資", "TSMC"),
        ("AT&T expands its fibre network", "AT&T"),
        ("Shares of Sea Limited rose", "Sea"),
        ("任天堂、新型ゲーム機を発売", "Nintendo"),
        ("e& buys a cloud firm", "e&"),
    ],
)
def test_an_alias_stands_for_its_company(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "A venda de celulares e o preço do dólar",
        "Le prix du téléphone et le coût du réseau",
        "The sea is rising, and so is X in the equation",
        "My strategy for a toss-up: wise choices only",
        "E a gente vai de ônibus",
    ],
)
def test_plain_words_are_no_companies(text: str) -> None:
    assert names(text) == []


def test_the_company_of_the_title_comes_first() -> None:
    body = "Google and Microsoft said nothing. Google again. Google once more."

    assert names("Zalando buys a rival", body)[0] == "Zalando"


@pytest.mark.parametrize(
    "text",
    [
        "Apple growers in Tyrol lost half of the harvest",
        "Forest loss in the Amazon fell",
        "The Oracle of Omaha hands over",
        "A Meta study of 40 trials",
        "Löwen gewinnen in der SAP Arena",
        "The Clippers play in the Intuit Dome",
        "山西沁县小米产量创新高",
        "楽天イーグルス、サヨナラ勝ち。楽天は9回裏に逆転した。",
        "ソフトバンク、日本シリーズ制覇",
        "SMBCベンチャーキャピタルが出資した",
        "Harrison Ford returns to the cinema. Ford said he was glad.",
        "Flooding in Santander closes the port",
        "Russell wins the Grand Prix, Ferrari and Mercedes follow",
        "Arm und Reich rücken auseinander",
        "The GPT Codex Spark model is fast",
        "Nothing said so far",
    ],
)
def test_a_name_that_stands_for_something_else_is_no_company(text: str) -> None:
    assert names(text) == []


def test_a_name_that_is_a_word_is_the_listed_company_when_the_text_says_so() -> None:
    assert names("Online-Bank", "Das Start-up Electra baut Ladesäulen.") == ["Electra"]
    assert names("", "The startup Moss, which makes cards, grows.") == ["Moss"]


def test_a_name_that_a_town_or_a_person_bears_is_the_company_where_nothing_says_otherwise() -> None:
    assert names("Ford recalls 40,000 cars") == ["Ford"]
    assert names("Autobauer Ford streicht Stellen") == ["Ford"]
    assert names("A fund takes a stake in Toyota") == ["Toyota"]
    assert names("Santander cuts 500 jobs in Madrid") == ["Santander"]
