"""Cuts `months.tsv` out of the Unicode CLDR (Unicode License) that Babel carries; for developers.

    python -m crawler.formats.build_months

Babel would merge all of CLDR for each of 56 languages to name their months: 59 MB and 0.2 s.
"""

from collections.abc import Iterator
from pathlib import Path

from babel import UnknownLocaleError
from babel.dates import get_day_names, get_month_names

_LANGUAGES = """
en de fr es it pt nl sv nb da fi is pl cs sk hu ro bg ru uk sr hr sl el tr ar fa he hi bn ta te
mr ur th vi id ms ca eu gl lt lv et sw zu af sq az ka hy kk uz ko
"""
_HEAD = (
    "# Language, number of the month or 0 for the days of the week, names in lower case."
    " Cut by build_months.py from Unicode CLDR (Unicode License) by Babel; do not edit.\n"
)


def main() -> None:
    rows = [row for language in _LANGUAGES.split() for row in rows_of(language)]
    path = Path(__file__).parent / "months.tsv"
    path.write_text(_HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def rows_of(language: str) -> Iterator[str]:
    """The table's rows of one language, as they stand in it."""
    days = (name.lower() for name in get_day_names("wide", "format", language).values())
    yield f"{language}\t0\t{'|'.join(dict.fromkeys(days))}"
    months: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            try:
                found = get_month_names(width, context, language)
            except (UnknownLocaleError, KeyError):
                continue
            for number, name in found.items():
                if len(name) > 1 and not name[0].isdigit():
                    months.setdefault(name.lower().rstrip("."), int(number))
    for number in range(1, 13):
        if same := [name for name, own in months.items() if own == number]:
            yield f"{language}\t{number}\t{'|'.join(same)}"


if __name__ == "__main__":
    main()
