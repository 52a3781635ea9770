"""Names found as they are written, and Chinese, Japanese and Korean as people type them."""

from typing import NamedTuple

import pytest

from tests.indexer.embedded.engines import Shelf, texts


class Case(NamedTuple):
    rule: str
    documents: list[str]
    query: str
    expected: list[int]


NAMES = [
    Case("C++ is not C", ["C is old", "C++ is fast", "plain"], "C++ ", [2]),
    Case("C is found beside C++", ["C is old", "C++ is fast"], "C ", [1]),
    Case("C# is not C", ["C is old", "C# is typed", "F# too"], "C# ", [2]),
    Case("F# is found", ["F is a note", "F# is a language"], "f# ", [2]),
    Case(".NET is not a net", ["fishing net", "the .NET runtime"], ".NET ", [2]),
    Case(".NET is found in lower case", ["the .NET runtime"], ".net ", [1]),
    Case("ASP.NET is found", ["built with ASP.NET core", "asp vipers"], "ASP.NET ", [1]),
    Case("Node.js is one name", ["Node.js server", "a node of js", "a js node"], "Node.js ", [1]),
    Case("Node.js is found by its beginning", ["Node.js server"], "Node.j", [1]),
    Case("Next.js is not Node.js", ["Node.js", "Next.js"], "next.js ", [2]),
    Case("GPT-5 is not GPT-4", ["GPT-4 arrives", "GPT-5 arrives"], "GPT-5 ", [2]),
    Case("GPT-5 is found without its hyphen", ["GPT5 arrives", "GPT 5 arrives"], "GPT-5 ", [2, 1]),
    Case("GPT-5 is not GPT and a 5 elsewhere", ["GPT grew 5 times", "GPT-5"], "gpt-5 ", [2]),
    Case("GPT-5 goes on to GPT-5.1 when typed last", ["GPT-5.1 arrives"], "GPT-5", [1]),
    Case("a CVE number is one name", ["CVE-2026-1234 fixed", "CVE-2026-1235 fixed"],
         "CVE-2026-1234 ", [1]),
    Case("a CVE number is found by its beginning", ["CVE-2026-1234 fixed", "CVE-2025-1234"],
         "CVE-2026-12", [1]),
    Case("a version is one name", ["version 3.5 is out", "3 of 5 people"], "3.5 ", [1]),
    Case("AT&T is one name", ["AT&T merges", "at the t junction"], "AT&T ", [1]),
    Case("U.S. is one name", ["the U.S. market", "you and s"], "U.S. ", [1]),
    Case("O'Reilly is one name", ["O'Reilly media", "o dear reilly"], "o'reilly ", [1]),
    Case("a hyphen between plain words joins nothing", ["open the source", "open-source"],
         "open-source ", [2, 1]),
    Case("an @ name is found", ["mail ada@example", "ada went to example"], "ada@example ", [1]),
    Case("a hashtag is found by its word", ["about #startups"], "startups ", [1]),
    Case("5G is a word", ["5G masts", "5 masts"], "5G ", [1]),
    Case("H100 is a word", ["H100 chips", "H200 chips"], "h100 ", [1]),
    Case("gpt5 is found as GPT-5 too", ["gpt5 arrives", "GPT-5 arrives"], "gpt5 ", [1, 2]),
    Case("us is found as U.S. too", ["join us", "the U.S. market"], "us ", [1, 2]),
    Case("thousands are found without their comma", ["1,000 jobs", "1 job"], "1000 ", [1]),
    Case("thousands are found with a comma", ["1000 jobs", "1 of 000"], "1,000 ", [1]),
    Case("a comma between words joins nothing", ["one and two"], "one,two ", [1]),
    Case("a number keeps its digits", ["$1,500 raised"], "1,500 ", [1]),
]  # fmt: skip
LETTERS = [
    Case("decomposed: an accent that stands apart is folded", ["Mu\u0308nchen fu\u0308r alle"],
         "für münchen ", [1]),
    Case("decomposed: in the query", ["München für alle"], "fu\u0308r mu\u0308nchen ", [1]),
    Case("Turkish: a capital I with a dot", ["İlk yatırım"], "ilk ", [1]),
    Case("Turkish: in the query", ["ilk yatırım"], "İlk ", [1]),
    Case("Arabic: the forms of alef", ["إيران"], "ايران", [1]),
    Case("Arabic: the other way round", ["ايران"], "إيران", [1]),
    Case("Arabic: Persian letters", ["ایران شرکت"], "إيران شركت", [1]),
    Case("Arabic: vowel signs and stretched letters", ["شَرِكــة"], "شركة", [1]),
    Case("Arabic: without the article of the text", ["الذكاء الاصطناعي"], "ذكاء اصطناعي", [1]),
    Case("Arabic: with an article that the text has not", ["ذكاء اصطناعي"], "الذكاء", [1]),
    Case("Arabic: the beginning of a word with its article", ["الذكاء"], "الذك", [1]),
    Case("Chinese: simplified for traditional", ["系統升級完成"], "升级", [1]),
    Case("Chinese: traditional for simplified", ["系统升级完成"], "升級", [1]),
]  # fmt: skip
SENTENCES = [
    Case("a phrase does not cross a full stop", ["deep. Sea", "deep, sea"], '"deep sea"', [2]),
    Case("nor the end of a line", ["deep\nsea", "deep sea"], '"deep sea"', [2]),
    Case("a point inside a name ends nothing", ["node.js runs"], '"node js runs"', [1]),
    Case("words of one sentence are nearer", ["deep. Sea", "deep x y sea"], "deep sea ", [2, 1]),
    Case("two sentences in quotes are two phrases", ["deep sea. Blue sky", "deep. Sea blue sky"],
         '"deep sea. blue sky"', [1]),
    Case("a Chinese phrase does not cross a full stop", ["深度。求索", "深度求索"], '"深度求索"',
         [2]),
    Case("a Chinese sentence beside Latin ones", ["深度. Deep sea", "深度. Deep. Sea"],
         '"deep sea"', [1]),
]  # fmt: skip
CJK = [
    Case("Chinese: a word inside a sentence", ["杭州人工智能公司深度求索完成融资", "上海新闻"],
         "人工智能", [1]),
    Case("Chinese: a word at the start", ["杭州人工智能公司"], "杭州", [1]),
    Case("Chinese: a word at the end", ["公司完成融资"], "融资", [1]),
    Case("Chinese: one character", ["杭州新闻", "上海新闻"], "杭", [1]),
    Case("Chinese: the last character alone", ["公司完成融资"], "资", [1]),
    Case("Chinese: characters that stand apart are no word", ["人类工作智慧能源"], "人工智能", []),
    Case("Chinese: two words", ["杭州公司融资", "杭州天气"], "杭州 融资", [1, 2]),
    Case("Chinese: beside Latin letters", ["深度求索DeepSeek发布新模型"], "deepseek", [1]),
    Case("Chinese: behind Latin letters", ["DeepSeek发布新模型"], "新模型", [1]),
    Case("Chinese: a phrase in quotes", ["杭州人工智能", "人工的智能"], '"人工智能"', [1]),
    Case("Chinese: a phrase goes on over numbers", ["獎開出18張", "開出獎18張"], '"開出18張"', [1]),
    Case("Chinese: a phrase goes on over signs", ["你嗎？1-2月期", "你嗎月期1-2"],
         '"嗎？1-2月期"', [1]),
    Case("Chinese: signs part words", ["融资，杭州"], "资杭", []),
    Case("Chinese: excluded", ["杭州新闻", "杭州天气"], "杭州 -天气", [1]),
    Case("Japanese: kanji inside", ["東京の新興企業が資金調達を発表"], "資金調達", [1]),
    Case("Japanese: katakana inside", ["東京のスタートアップ企業"], "スタート", [1]),
    Case("Japanese: hiragana and kanji", ["新しい半導体工場"], "新しい半導体", [1]),
    Case("Japanese: half-width katakana", ["ｽﾀｰﾄｱｯﾌﾟ企業"], "企業", [1]),
    Case("Korean: a word with its particle", ["삼성전자가 반도체를 발표"], "삼성전자", [1]),
    Case("Korean: inside a word", ["삼성전자가 발표"], "전자", [1]),
    Case("Korean: two words", ["삼성전자 반도체", "삼성 라면"], "삼성 반도체", [1, 2]),
]  # fmt: skip
CASES = [*NAMES, *LETTERS, *SENTENCES, *CJK]


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_names_and_scripts_are_found_as_people_type_them(shelf: Shelf, case: Case) -> None:
    index = shelf.index(texts(*case.documents))

    assert index.ids(case.query) == case.expected


def test_a_chinese_match_is_highlighted(shelf: Shelf) -> None:
    index = shelf.index(texts("杭州人工智能公司"))

    hit = index.search("人工智能", attributesToHighlight=["title"])["hits"][0]

    assert hit["_formatted"]["title"] == "杭州<em>人工智能</em>公司"


def test_a_sign_of_a_name_is_highlighted_with_it(shelf: Shelf) -> None:
    index = shelf.index(texts("We like C++ more"))

    hit = index.search("c++ ", attributesToHighlight=["title"])["hits"][0]

    assert hit["_formatted"]["title"] == "We like <em>C++</em> more"


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("wifi ", "Wi-Fi works", "<em>Wi-Fi</em> works"),
        ("Wi-Fi ", "wifi works", "<em>wifi</em> works"),
        ("open ai ", "OpenAI works", "<em>OpenAI</em> works"),
        ("openai ", "open AI works", "<em>open AI</em> works"),
        ("ذكاء ", "قال الذكاء هنا", "قال <em>الذكاء</em> هنا"),
        ("升级", "系統升級完成", "系統<em>升級</em>完成"),
        ("ilk ", "İşte İlk adım", "İşte <em>İlk</em> adım"),
        ('"deep sea"', "deep seas, deep sea", "deep seas, <em>deep sea</em>"),
    ],
)
def test_what_is_written_apart_or_as_one_is_highlighted_as_it_stands(
    shelf: Shelf, query: str, text: str, shown: str
) -> None:
    index = shelf.index(texts(text))

    hit = index.search(query, attributesToHighlight=["title"])["hits"][0]

    assert hit["_formatted"]["title"] == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“The café” — l’Opéra’s", "“The <em>café</em>” — l’Opéra’s"),
        ("Straße, Café, café\u00a0noir", "Straße, <em>Café</em>, <em>café</em>\u00a0noir"),
        ("кафе и cafe\u0301, café…", "кафе и <em>cafe\u0301</em>, <em>café</em>…"),
        ("東京 café・café", "東京 <em>café</em>・<em>café</em>"),
    ],
)
def test_signs_and_letters_beyond_ascii_do_not_move_a_highlight(
    shelf: Shelf, text: str, shown: str
) -> None:
    index = shelf.index(texts(text))

    hit = index.search("cafe ", attributesToHighlight=["title"])["hits"][0]

    assert hit["_formatted"]["title"] == shown


@pytest.mark.parametrize("places", [(), (0,), (3,), (59,), (0, 30), (10, 14, 50), (52, 55, 58)])
def test_a_text_is_cropped_alike_whether_or_not_a_letter_is_beyond_ascii(
    shelf: Shelf, places: tuple[int, ...]
) -> None:
    words = ["needle" if number in places else f"w{number}" for number in range(60)]
    plain = ", ".join(words) + "."
    index = shelf.index(
        [{"id": 1, "text": plain}, {"id": 2, "text": plain.replace("w20,", "ж20,")}]
    )

    asked = {"attributesToHighlight": ["text"], "attributesToCrop": ["text:7"]}
    one, other = (hit["_formatted"]["text"] for hit in index.search("w1 needle ", **asked)["hits"])

    assert one == other
    assert len(one.split()) == 7
    assert one.count("<em>") > 0
