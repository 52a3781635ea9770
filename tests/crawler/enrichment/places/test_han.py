"""Chinese and Japanese: the longest word wins, and a name across two words is none."""

import pytest

from crawler.enrichment.places.han import across_words
from crawler.enrichment.places.places import find_places


def countries(title: str, body: str = "", language: str = "zh-Hans") -> set[str]:
    return {place.country_code for place in find_places(title, body, language)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-Hans", "单元大楼装上传感器"),
        ("zh-Hans", "京东京造上新"),
        ("zh-Hans", "工作台新版本发布"),
        ("zh-Hans", "利润扩大同比增长"),
        ("zh-Hans", "任天堂马里奥新作"),
        ("zh-Hans", "网上海淘平台升级"),
        ("zh-Hans", "早上海尔发布新品"),
        ("zh-Hans", "龙芯中科发布新品"),
        ("zh-Hant", "單元大樓裝上感測器"),
        ("zh-Hans", "保时捷卡宴纯电版"),
        ("ja", "仕組みとしては簡単"),
        ("ja", "スーパーマリオの新作"),
    ],
)
def test_a_name_inside_or_across_longer_words_does_not_count(language: str, text: str) -> None:
    assert countries(text, text, language) == set()


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("zh-Hans", "上海地铁引入AI", {"CN"}),
        ("zh-Hans", "公司在东京设立研究院", {"JP"}),
        ("zh-Hans", "北京大学发布模型", {"CN"}),
        ("zh-Hans", "与美国企业合作", {"US"}),
        ("zh-Hans", "中国和日本本周会谈", {"CN", "JP"}),
        ("zh-Hant", "元大證券看好市場", {"TW"}),
        ("ja", "東京都が補助金を決定", {"JP"}),
        ("ja", "つくば市に研究所", {"JP"}),
    ],
)
def test_a_word_of_its_own_does(language: str, text: str, codes: set[str]) -> None:
    assert countries(text, "", language) == codes


def test_the_words_on_both_sides_decide() -> None:
    assert across_words("京东京造", 1, 3)
    assert not across_words("在东京造", 1, 3)
