"""What publishers say is counted by source, and a mark outlives its page being read again."""

from sqlalchemy import Engine

from crawler.article import Signal
from crawler.state import seen
from crawler.state.rights import said
from crawler.state.seen import Outcome, Settlement, entry_from_json, entry_to_json
from crawler.state.store import store_in
from crawler.urls import document_id
from indexer.delivery import ledger
from indexer.foundation.database import begin, reading
from tests.crawler.state.test_store import of
from tests.factories import NOW, an_article, an_entry, some_facets

TRAINING = Signal(mark="no-training", words="robots.txt Content-Usage: train-ai=n")
IMAGES = Signal(mark="no-image-ai", words="meta robots: noimageai")


def test_marks_and_refusals_are_listed_by_source_with_their_last_words(database: Engine) -> None:
    refused = an_entry("two")
    end = Settlement(outcome=Outcome.DROPPED, reason="tdm: meta robots: noai (no-ai)")
    with begin(database) as connection:
        for name in ("one", "three"):
            article = an_article(name, rights=(TRAINING,))
            store_in(connection, of(article, some_facets(), name=name), now=NOW)
        seen.found(connection, [refused], now=NOW)
        seen.settle(connection, refused, end, now=NOW)

    with reading(database) as connection:
        found = [(one.mark, one.pages, one.words) for one in said(connection, ["example"])]
        assert said(connection, ["other"]) == []

    assert found == [
        ("refused", 1, "meta robots: noai (no-ai)"),
        ("no-training", 2, "robots.txt Content-Usage: train-ai=n"),
    ]


def test_a_page_read_again_keeps_the_marks_that_only_its_host_gave(database: Engine) -> None:
    with begin(database) as connection:
        for replayed, rights in ((False, (TRAINING,)), (True, (IMAGES,))):
            found = of(an_article(rights=rights), some_facets())
            store_in(connection, found, now=NOW, replayed=replayed)
        record = ledger.read(connection, document_id(an_entry().url))

    assert record is not None
    assert record["rights"] == ["no-training", "no-image-ai"]


def test_what_a_feed_says_waits_with_its_entry() -> None:
    entry = an_entry(rights=(TRAINING,))

    assert entry_from_json(entry_to_json(entry)) == entry
