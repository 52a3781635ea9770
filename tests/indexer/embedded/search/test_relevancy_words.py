"""The rules about words: which match, how many must, typos, prefixes, phrases, exclusions."""

from typing import Any, NamedTuple

import pytest

from tests.indexer.embedded.engines import Shelf, texts


class Case(NamedTuple):
    """rule: what the documentation says. documents are numbered from 1."""

    rule: str
    documents: list[str]
    query: str
    expected: list[int]
    settings: dict[str, Any] | None = None
    asked: dict[str, Any] | None = None


WORDS = [
    Case("words: more matched words first", ["deep sea", "deep blue sea", "deep"],
         "deep blue sea", [2, 1, 3]),
    Case("words: the first word must match under `last`", ["blue sea", "deep"], "deep blue sea",
         [2]),
    Case("words: words are dropped from the end", ["one two", "one three", "one"],
         "one two three", [1, 2, 3]),
    Case("words: a later word without those before it earns nothing",
         ["one three", "one two"], "one two three", [2, 1]),
    Case("words: the query's order does not decide what matches", ["sea blue deep"],
         "deep blue sea", [1]),
    Case("words: upper case is lower case", ["DEEP Sea"], "deep SEA", [1]),
    Case("words: accents of Latin letters do not count", ["Crème brûlée"], "creme brulee", [1]),
    Case("words: accents in the query do not count", ["Creme brulee"], "crème brûlée", [1]),
    Case("words: sharp s is ss", ["Große Straße"], "grosse strasse", [1]),
    Case("words: signs part words", ["deep,sea;blue"], "sea", [1]),
    Case("words: an underscore parts words", ["deep_sea"], "sea ", [1]),
    Case("words: numbers are words", ["raised 500 million", "raised 50 million"], "500 ", [1]),
    Case("words: Cyrillic is found in lower case", ["Новый Стартап"], "стартап", [1]),
    Case("words: Greek is found", ["Νέα εταιρεία"], "εταιρεία", [1]),
    Case("words: Arabic is found", ["شركة ناشئة جديدة"], "ناشئة", [1]),
    Case("words: Hindi with vowel signs is found", ["नई स्टार्टअप कंपनी"], "स्टार्टअप", [1]),
    Case("words: an empty query finds everything", ["one", "two"], "", [1, 2]),
    Case("words: a query of blanks finds everything", ["one", "two"], "   ", [1, 2]),
    Case("words: a query of signs finds everything", ["one", "two"], "!?", [1, 2]),
    Case("words: nothing matches", ["one", "two"], "zebra", []),
    Case("words: only ten words count", ["a1 b1 c1 d1 e1 f1 g1 h1 i1 j1", "zz"],
         "a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 zz", [1], {}, {"matchingStrategy": "all"}),
]  # fmt: skip
STRATEGIES = [
    Case("all: every word must match", ["deep sea", "deep blue sea"], "deep blue sea", [2],
         {}, {"matchingStrategy": "all"}),
    Case("all: nothing is dropped", ["deep", "sea"], "deep sea", [], {},
         {"matchingStrategy": "all"}),
    Case("all: the last word is still a prefix", ["deep seas"], "deep se", [1],
         {}, {"matchingStrategy": "all"}),
    Case("all: typos are forgiven", ["deep ocean"], "deep ocaen", [1], {},
         {"matchingStrategy": "all"}),
    Case("last: the end is dropped", ["deep", "sea"], "deep sea", [1], {},
         {"matchingStrategy": "last"}),
    Case("frequency: the most frequent word is dropped first",
         ["the shazam", "the one", "the two", "the three"], "the shazam ", [1],
         {}, {"matchingStrategy": "frequency"}),
    Case("frequency: the rarest word must match", ["common rare", "common", "common"],
         "common rare ", [1], {}, {"matchingStrategy": "frequency"}),
    Case("frequency: a word is as frequent as all that it may stand for",
         ["alpha zebra", "phone", "phine", "phane", "zebra", "phene"], "phone zebra ", [1, 5],
         {}, {"matchingStrategy": "frequency"}),
    Case("frequency: dropped from the end it would be another",
         ["common x", "rare y", "common z"], "common rare ", [2], {},
         {"matchingStrategy": "frequency"}),
]  # fmt: skip
TYPOS = [
    Case("typo: one from five letters", ["phone"], "phine", [1]),
    Case("typo: none below five letters", ["news"], "nwws", []),
    Case("typo: two from nine letters", ["microscope"], "mycrascope", [1]),
    Case("typo: not two below nine letters", ["planets"], "plunots", []),
    Case("typo: not three", ["microscope"], "mycrascape", []),
    Case("typo: a missing letter", ["startup"], "startp", [1]),
    Case("typo: a letter too many", ["startup"], "starttup", [1]),
    Case("typo: two letters swapped are one", ["startup"], "satrtup", [1]),
    Case("typo: a wrong first letter counts two, too many for a short word", ["phone"], "bhone ",
         []),
    Case("typo: a wrong first letter is forgiven in a long word", ["microscope"], "nicroscope ",
         [1]),
    Case("typo: a wrong first letter and one more is too much", ["microscope"], "nicroscipe ", []),
    Case("typo: fewer typos first", ["phine", "phone"], "phone", [2, 1]),
    Case("typo: none before one before two", ["mycrascope", "microscipe", "microscope"],
         "microscope ", [3, 2, 1]),
    Case("typo: typos of all words are added", ["phane compater", "phone compater",
         "phone computer"],
         "phone computer ", [3, 2, 1]),
    Case("typo: more words before fewer typos", ["phone", "phine charger"], "phone charger ", [2,
         1]),
    Case("typo: off", ["phone"], "phine", [], {"typoTolerance": {"enabled": False}}),
    Case("typo: off for a word", ["phone"], "phine", [],
         {"typoTolerance": {"disableOnWords": ["phine"]}}),
    Case("typo: off for an attribute", ["phone"], "phine", [],
         {"typoTolerance": {"disableOnAttributes": ["title"]}}),
    Case("typo: off for numbers", ["20231"], "20241 ", [],
         {"typoTolerance": {"disableOnNumbers": True}}),
    Case("typo: on for numbers by default", ["20231"], "20241 ", [1]),
    Case("typo: the size for one can be changed", ["news"], "nexs", [1],
         {"typoTolerance": {"minWordSizeForTypos": {"oneTypo": 4}}}),
    Case("typo: the size for two can be changed", ["planets"], "plunots", [1],
         {"typoTolerance": {"minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 7}}}),
    Case("typo: words glued together are found apart, as one typo", ["sun flower field"],
         "sunflower ", [1]),
    Case("typo: words written apart are found glued", ["sunflower field"], "sun flower ", [1]),
    Case("typo: three words written apart are found glued", ["sunflowerfield"],
         "sun flower field ", [1]),
    Case("typo: a word that stands somewhere is parted where the pair is as frequent",
         ["our wifi works", "wi fi here", "Wi-Fi there"], "wifi ", [1, 2, 3]),
    Case("typo: not where the pair is a rare accident",
         ["around us", "around it", "around", "around here", "around 9", "around 8", "around 7",
          "around 6", "a round"], "around ", [3, 1, 2, 4, 5, 6, 7, 8]),
    Case("typo: not where the two never stand side by side", ["wifi", "wi", "fi"], "wifi ", [1]),
    Case("typo: not inside a phrase", ["deep ocean"], '"deep ocaen"', []),
]  # fmt: skip
PREFIXES = [
    Case("prefix: the last word may go on", ["startup"], "star", [1]),
    Case("prefix: a single letter is enough", ["startup", "zebra"], "s", [1]),
    Case("prefix: not after a space", ["startup"], "star ", []),
    Case("prefix: not the words before the last", ["startup news"], "star news", []),
    Case("prefix: a middle or end is none", ["startup"], "tup", []),
    Case("prefix: the whole word before what goes on", ["starting", "start"], "start", [2, 1],
         {"rankingRules": ["words", "exactness"]}),
    Case("prefix: with one typo", ["startups"], "strat", [1]),
    Case("prefix: typed in upper case", ["startup"], "STAR", [1]),
    Case("prefix: off by the settings", ["startup"], "star", [], {"prefixSearch": "disabled"}),
    Case("prefix: the last of several words", ["deep learning"], "deep lea", [1]),
    Case("prefix: a rare word begun beside the one before is nearer",
         [*["lead league leader", "lead league leader least"] * 3, "deep down least lever",
          "deep lever"], "deep lev", [8, 7]),
    Case("prefix: of a number", ["2026"], "202", [1]),
    Case("prefix: of many words, each is found",
         [f"ocean{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"], "ocean",
         list(range(1, 27))),
]  # fmt: skip
PHRASES = [
    Case("phrase: words side by side", ["deep sea", "deep blue sea"], '"deep sea"', [1]),
    Case("phrase: in this order", ["sea deep", "deep sea"], '"deep sea"', [2]),
    Case("phrase: case and signs do not count", ["Deep, Sea"], '"deep sea"', [1]),
    Case("phrase: no prefix", ["deep seas"], '"deep sea"', []),
    Case("phrase: of one word is exact", ["phones", "phone"], '"phone"', [2]),
    Case("phrase: mandatory, words beside it are not", ["deep sea", "fish"], 'fish "deep sea"',
         [1]),
    Case("phrase: words beside it raise", ["deep sea", "fish deep sea"], 'fish "deep sea"', [2, 1]),
    Case("phrase: two are both mandatory", ["deep sea", "deep sea blue sky"],
         '"deep sea" "blue sky"', [2]),
    Case("phrase: an open quote runs to the end", ["deep sea", "deep blue sea"], '"deep sea', [1]),
    Case("phrase: an empty one does nothing", ["one", "two"], '""', [1, 2]),
    Case("phrase: does not reach from one attribute into another", ["deep", "sea"], '"deep sea"',
         []),
    Case("phrase: a stop word in it stands for any word", ["lord of rings", "lord the rings"],
         '"lord of rings"', [1, 2], {"stopWords": ["of"]}),
]  # fmt: skip
EXCLUSIONS = [
    Case("exclusion: documents with the word go", ["deep sea", "deep sky"], "deep -sea", [1 + 1]),
    Case("exclusion: alone it leaves the rest", ["deep sea", "deep sky"], "-sea", [2]),
    Case("exclusion: a phrase", ["deep blue sea", "deep sea"], 'deep -"blue sea"', [2]),
    Case("exclusion: of a phrase leaves its words alone", ["sea blue", "blue sea"], '-"blue sea"',
         [1]),
    Case("exclusion: no prefix", ["deep seas", "deep sea"], "deep -sea", [1]),
    Case("exclusion: no typos", ["deep ocaen", "deep ocean"], "deep -ocean", [1]),
    Case("exclusion: a hyphen inside a word excludes nothing", ["deep-sea", "deep"], "deep-sea", [1,
         2]),
    Case("exclusion: several", ["a1 b1", "a1 c1", "a1 d1"], "a1 -b1 -c1", [3]),
    Case("exclusion: a hyphen alone does nothing", ["one", "two"], "-", [1, 2]),
]  # fmt: skip
CASES = [*WORDS, *STRATEGIES, *TYPOS, *PREFIXES, *PHRASES, *EXCLUSIONS]


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_words_match_by_the_documented_rule(shelf: Shelf, case: Case) -> None:
    index = shelf.index(texts(*case.documents), case.settings)

    assert index.ids(case.query, **(case.asked or {})) == case.expected


@pytest.mark.parametrize("case", STRATEGIES, ids=[case.rule for case in STRATEGIES])
def test_as_many_are_counted_as_are_found(shelf: Shelf, case: Case) -> None:
    index = shelf.index(texts(*case.documents), case.settings)

    counted = index.search(case.query, **(case.asked or {}), limit=0)["estimatedTotalHits"]

    assert counted == len(case.expected)
