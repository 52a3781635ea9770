"""Names of months (→ their number) and weekdays in many languages, from CLDR by Babel."""

from functools import cache

from babel import UnknownLocaleError
from babel.dates import get_day_names, get_month_names

_FIRST = ("en", "de", "fr", "es", "it", "pt", "nl")
_LANGUAGES = """
en de fr es it pt nl sv nb da fi is pl cs sk hu ro bg ru uk sr hr sl el tr ar fa he hi bn ta te mr
ur th vi id ms ca eu gl lt lv et sw zu af sq az ka hy kk uz ko
"""
_LEVANTINE = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول",
    "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip
_EXTRA = {name: number for number, name in enumerate(_LEVANTINE, 1)}
_EXTRA |= {"jänner": 1, "jän": 1, "feber": 2, "märz": 3, "mrz": 3, "mrt": 3, "sept": 9}
_EXTRA |= {"setiembre": 9}


def month_number(word: str, language: str | None = None) -> int | None:
    """1..12, or None when it is no month's name.

    language: tried first: "listopad" is November in Czech and October in Croatian.
    """
    word = word.lower().rstrip(".,")
    if word in _EXTRA:
        return _EXTRA[word]
    own = (language or "").split("-")[0].lower()
    for code in (own, *_FIRST):
        if number := _names(code).get(word):
            return number
    return _all_names().get(word)


def is_weekday(word: str) -> bool:
    return word.lower().rstrip(".,") in _weekdays()


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(
        name.lower()
        for code in _LANGUAGES.split()
        for name in get_day_names("wide", "format", code).values()
    )


@cache
def _names(code: str) -> dict[str, int]:
    names: dict[str, int] = {}
    if code not in _LANGUAGES.split():
        return names
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            try:
                months = get_month_names(width, context, code)
            except (UnknownLocaleError, KeyError):
                continue
            for number, name in months.items():
                if len(name) > 1 and not name[0].isdigit():
                    names.setdefault(name.lower().rstrip("."), int(number))
    return names


@cache
def _all_names() -> dict[str, int]:
    merged: dict[str, int] = {}
    for code in _LANGUAGES.split():
        for name, number in _names(code).items():
            merged.setdefault(name, number)
    return merged
