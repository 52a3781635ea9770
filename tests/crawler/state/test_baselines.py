"""The extraction guard: a redesign raises a flag, ordinary days do not."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from crawler.article import Access, Article
from crawler.state import baselines
from crawler.state.baselines import Flag, flags, qualities
from indexer.foundation.database import begin
from tests.factories import NOW, a_date, an_article

GOOD = an_article(text="word " * 400, published=a_date())


def pages(database: Engine, article: Article | None, *, count: int, when: datetime) -> None:
    with begin(database) as connection:
        for _ in range(count):
            articles = () if article is None else (article,)
            baselines.note(connection, "example", articles, now=when)


def found(database: Engine) -> list[Flag]:
    with begin(database) as connection:
        return flags(connection, now=NOW)


def a_usual_week(database: Engine) -> None:
    for days in range(3, 10):
        pages(database, GOOD, count=10, when=NOW - timedelta(days=days))


def test_a_source_that_goes_on_as_ever_raises_nothing(database: Engine) -> None:
    a_usual_week(database)
    pages(database, GOOD, count=10, when=NOW)

    assert found(database) == []


def test_texts_that_shrink_raise_a_flag(database: Engine) -> None:
    a_usual_week(database)
    pages(database, an_article(text="word " * 50, published=a_date()), count=10, when=NOW)

    (flag,) = found(database)
    assert (flag.measure, flag.before, flag.now) == ("length", 2000.0, 250.0)
    assert flag.words() == "articles are 250 characters long, were 2000"


def test_dates_that_vanish_raise_a_flag(database: Engine) -> None:
    a_usual_week(database)
    pages(database, an_article(text="word " * 400, published=None), count=10, when=NOW)

    assert [flag.measure for flag in found(database)] == ["dated"]


def test_pages_that_turn_teasers_raise_a_flag(database: Engine) -> None:
    a_usual_week(database)
    teaser = an_article(text="word " * 400, published=a_date(), access=Access.TEASER)
    pages(database, teaser, count=10, when=NOW)

    assert [flag.measure for flag in found(database)] == ["teasers"]


def test_pages_that_give_no_article_any_more_raise_a_flag(database: Engine) -> None:
    a_usual_week(database)
    pages(database, None, count=8, when=NOW)
    pages(database, GOOD, count=2, when=NOW)

    assert [flag.measure for flag in found(database)] == ["articles"]


def test_a_handful_of_pages_says_nothing(database: Engine) -> None:
    a_usual_week(database)
    pages(database, None, count=3, when=NOW)

    assert found(database) == []


def test_a_sources_quality_is_the_mean_of_its_texts_that_were_judged(database: Engine) -> None:
    for quality in (0.9, 0.5, None):
        article = an_article(text="word " * 400, quality=quality)
        pages(database, article, count=1, when=NOW - timedelta(days=2))
    pages(database, None, count=3, when=NOW)

    with begin(database) as connection:
        assert qualities(connection, now=NOW) == {"example": 0.7}
        assert qualities(connection, now=NOW + timedelta(days=90)) == {}
