"""Names of months (→ their number) and weekdays in many languages, as `months.tsv` lists them."""

from functools import cache
from importlib.resources import files

_FIRST = ("en", "de", "fr", "es", "it", "pt", "nl")
_LEVANTINE = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول",
    "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip
_EXTRA = {name: number for number, name in enumerate(_LEVANTINE, 1)}
_EXTRA |= {"jänner": 1, "jän": 1, "feber": 2, "märz": 3, "mrz": 3, "mrt": 3, "sept": 9}
_EXTRA |= {"setiembre": 9}
_HEBREW_IN = "ב"  # written in one with the month: "24 באפריל"


def month_number(word: str, language: str | None = None) -> int | None:
    """1..12, or None when it is no month's name.

    language: tried first: "listopad" is November in Czech and October in Croatian.
    """
    word = word.lower().rstrip(".,")
    if word in _EXTRA:
        return _EXTRA[word]
    own = (language or "").split("-")[0].lower()
    names = _names()
    for code in (own, *_FIRST):
        if number := names.get(code, {}).get(word):
            return number
    if word[:1] == _HEBREW_IN and (number := names.get("he", {}).get(word[1:])):
        return number
    return _all_names().get(word)


def is_weekday(word: str) -> bool:
    return word.lower().rstrip(".,") in _weekdays()


@cache
def _rows() -> list[tuple[str, int, list[str]]]:
    text = (files(__package__) / "months.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return [(language, int(number), names.split("|")) for language, number, names in rows]


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(name for _, number, names in _rows() if number == 0 for name in names)


@cache
def _names() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for language, number, names in _rows():
        if number:
            found.setdefault(language, {}).update(dict.fromkeys(names, number))
    return found


@cache
def _all_names() -> dict[str, int]:
    """Every name; the first language that has it decides."""
    merged: dict[str, int] = {}
    for names in _names().values():
        merged = names | merged
    return merged
