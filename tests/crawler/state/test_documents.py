"""An article with its facets becomes the document that the index holds."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.article import Access, DateEvidence, Facets, Funding, Place, Precision, Topic
from crawler.state.documents import document_of, iso_string, word_count
from crawler.state.stories import Story
from crawler.urls import document_id
from indexer.document import Document
from tests.factories import NOW, PUBLISHED, a_date, a_site, an_article, some_facets

OWN_ID = document_id("https://example.example/one")
STORY = Story(
    id="story",
    lead=OWN_ID,
    outlets=3,
    first_source="example",
    first_at=None,
    countries=(),
    members=(OWN_ID,),
)


def document(facets: Facets | None = None, **article: Any) -> Document:
    return document_of(
        an_article(**article), facets or some_facets(), a_site(), STORY, now=NOW, version=2
    )


def test_identity_and_story_are_taken_over() -> None:
    made = document()

    assert (made.id, made.url) == (OWN_ID, "https://example.example/one")
    assert (made.source, made.source_name, made.source_country) == ("example", "Example", "GB")
    assert (made.story_id, made.outlets, made.story_lead) == ("story", 3, True)
    assert (made.version, made.crawled_at) == (2, int(NOW.timestamp()))


def test_another_copy_leads_the_story() -> None:
    story = replace(STORY, lead="another")

    made = document_of(an_article(), some_facets(), a_site(), story, now=NOW, version=1)
    assert not made.story_lead


def test_the_secrets_of_a_list_that_led_to_an_article_stay_out_of_its_document() -> None:
    made = document(seen_at=("https://me:secret@list.example/feed?token=secret",))

    assert made.seen_at == ["https://***@list.example/feed?token=***"]


def test_dates_are_seconds_with_their_evidence() -> None:
    made = document(published=a_date(offset_minutes=480), modified=a_date(NOW))

    assert made.published_at == int(PUBLISHED.timestamp())
    assert made.published_day == int(datetime(2026, 11, 22, tzinfo=UTC).timestamp())
    assert made.modified_at == int(NOW.timestamp())
    assert made.published == {
        "iso": "2026-11-22T17:30:00+08:00",
        "raw": PUBLISHED.isoformat(),
        "offset_minutes": 480,
        "precision": "minute",
        "source": "jsonld:datePublished",
        "confidence": 0.5,
    }


def test_an_undated_article_has_no_date() -> None:
    made = document(published=None)

    assert (made.published_at, made.published_day, made.published) == (None, None, None)


def test_a_date_before_1970_keeps_its_day() -> None:
    made = document(published=a_date(datetime(1969, 7, 20, 20, 17, tzinfo=UTC)))

    assert made.published_day == int(datetime(1969, 7, 20, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("precision", "offset", "iso"),
    [
        (Precision.SECOND, None, "2026-11-22T09:30:00+00:00"),
        (Precision.MINUTE, -330, "2026-11-22T04:00:00-05:30"),
        (Precision.DAY, None, "2026-11-22"),
    ],
)
def test_a_date_is_written_as_exactly_as_it_is_known(
    precision: Precision, offset: int | None, iso: str
) -> None:
    assert iso_string(a_date(precision=precision, offset_minutes=offset)) == iso


def test_a_day_is_the_newsrooms_day() -> None:
    midnight_in_tokyo = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    date = DateEvidence(
        instant=midnight_in_tokyo,
        precision=Precision.DAY,
        source="url",
        raw="2026/11/23",
        offset_minutes=540,
    )

    assert iso_string(date) == "2026-11-23"


def test_topics_and_places_become_levels() -> None:
    facets = some_facets(
        topics=(
            Topic(id="chips.memory", label="Memory", parent="Chips", score=3.0, phrases=("DRAM",)),
            Topic(id="chips", label="Chips", score=2.0, phrases=("chip",)),
            Topic(id="ai", label="AI", score=1.0),
        ),
        places=(
            Place(region="Asia", country="China", country_code="CN", score=2.0, city="Hangzhou"),
            Place(
                region="Asia",
                country="Japan",
                country_code="JP",
                score=1.0,
                city="Kobe",
                latitude=34.7,
                longitude=135.2,
            ),
        ),
        countries=("CN", "JP"),
    )
    made = document(facets)

    assert made.topics == {"lvl0": ["Chips", "AI"], "lvl1": ["Chips > Memory"]}
    assert made.topic_phrases == ["DRAM", "chip"]
    assert made.regions == {
        "lvl0": ["Asia"],
        "lvl1": ["Asia > China", "Asia > Japan"],
        "lvl2": ["Asia > China > Hangzhou", "Asia > Japan > Kobe"],
    }
    assert made.countries == ["CN", "JP"]
    assert made.geo == {"lat": 34.7, "lng": 135.2}


def test_funding_is_kept_whole_and_repeated_for_facets() -> None:
    funding = Funding(
        company="Kelp", amount=5e6, currency="EUR", usd=5.8e6, stage="seed", investors=("A", "B")
    )
    made = document(some_facets(funding=funding))

    assert (made.funding_stage, made.funding_usd) == ("seed", 5.8e6)
    assert made.funding is not None
    assert made.funding["investors"] == ["A", "B"]
    assert document().funding is None


def test_a_teaser_says_how_much_was_seen() -> None:
    made = document(access=Access.TEASER, text_share=0.33333)

    assert (made.access, made.text_share) == ("teaser", 0.333)


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("three plain words", "en", 3),
        ("杭州的人工智能", "zh", 3),
        ("杭州 的人 工智能", "zh-Hans", 3),
        ("서울 스타트업", "ko", 2),
        ("no language known", None, 3),
        ("", "en", 0),
    ],
)
def test_words_are_counted_as_the_language_writes_them(
    text: str, language: str | None, words: int
) -> None:
    assert word_count(text, language) == words
