"""Which sources a list shows, by names as people write them."""

import pytest

from crawler.errors import SourceError
from crawler.sources.choosing import chosen
from crawler.sources.source import Source
from indexer.foundation.errors import UnknownName


def source(name: str, country: str, region: str, language: str, *focus: str) -> Source:
    home = f"https://{name}.example/"
    return Source(
        id=name,
        name=name,
        homepage=home,
        country=country,
        region=region,
        language=language,
        focus=focus,
    )


SOURCES = (
    source("london", "GB", "Europe", "en", "ai"),
    source("kyiv", "UA", "Europe", "uk", "startups"),
    source("tbilisi", "GE", "Global", "ka"),
    source("tokyo", "JP", "East Asia", "ja", "ai", "robotics"),
    source("taipei", "TW", "East Asia", "zh-Hant"),
    source("recife", "BR", "Latin America", "pt-BR"),
)


def ids(**asked: str) -> list[str]:
    return [one.id for one in chosen(SOURCES, **asked)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"region": "europe"}, ["london", "kyiv"]),
        ({"region": "UK"}, ["london"]),
        ({"region": "Georgia"}, ["tbilisi"]),
        ({"region": "global"}, ["tbilisi"]),
        ({"region": "日本"}, ["tokyo"]),
        ({"region": "Asia"}, ["tokyo", "taipei"]),
        ({"language": "uk"}, ["kyiv"]),
        ({"language": "Japanese"}, ["tokyo"]),
        ({"language": "zh"}, ["taipei"]),
        ({"language": "pt"}, ["recife"]),
        ({"language": "pt-br"}, ["recife"]),
        ({"focus": "AI", "region": "East Asia"}, ["tokyo"]),
        ({}, [one.id for one in SOURCES]),
    ],
)
def test_sources_are_chosen_by_names(asked: dict[str, str], found: list[str]) -> None:
    assert ids(**asked) == found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"region": "Ukrane"}, "did you mean Europe > Ukraine"),
        ({"region": "Lagos"}, "Lagos is a city"),
        ({"language": "klingon"}, "no language like 'klingon'"),
        ({"focus": "cooking"}, "no focus like 'cooking': write one of ai, biotech"),
    ],
)
def test_a_name_nobody_knows_is_no_empty_list(asked: dict[str, str], said: str) -> None:
    with pytest.raises((SourceError, UnknownName)) as refused:
        ids(**asked)
    assert said in str(refused.value)
