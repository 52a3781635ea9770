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
