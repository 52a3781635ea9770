"""Names of months and days in the languages of the sources."""

from importlib.resources import files

import pytest

from crawler.formats.build_months import rows_of
from crawler.formats.months import is_weekday, month_number


@pytest.mark.parametrize(
    ("word", "language", "number"),
    [
        ("May", "en", 5),
        ("Sept.", None, 9),
        ("março", "pt", 3),
        ("листопада", "uk", 11),
        ("listopad", "cs", 11),
        ("listopad", "hr", 10),
        ("شباط", "ar", 2),
        ("Monday", "en", None),
    ],
)
def test_a_month_is_known_by_its_name_in_the_pages_language_first(word, language, number):
    assert month_number(word, language) == number


def test_days_of_the_week_are_no_months():
    assert all(map(is_weekday, ("Monday", "mardi", "Mittwoch", "четвер")))
    assert not is_weekday("May")


@pytest.mark.parametrize("language", ["en", "de", "es", "ru"])
def test_the_table_is_what_babel_says(language):
    table = (files("crawler.formats") / "months.tsv").read_text("utf-8").splitlines()
    assert [row for row in table if row.startswith(f"{language}\t")] == list(rows_of(language))
