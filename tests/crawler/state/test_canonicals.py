"""A canonical address that several articles claim is nobody's; one that is right stays right."""

from collections.abc import Mapping

from sqlalchemy import Engine, select

from crawler.state import seen
from crawler.state.canonicals import SHARED, is_same_text
from crawler.state.seen import SEEN
from crawler.state.store import Found, store
from indexer.delivery import ledger
from indexer.foundation.database import begin
from tests.factories import NOW, a_site, an_article, an_entry, some_facets

CHIPS = (
    "Chipmaker Orbisil said on Monday that its second plant in Dresden will make memory chips for "
    "servers, with tools from two suppliers and a budget of 900 million euros until 2029. "
)
LOANS = (
    "Le prêteur Finbee a levé quarante millions pour financer des boulangeries, selon sa "
    "fondatrice, qui veut ouvrir douze agences au Portugal avant la fin de cette année. "
)
RIDES = "杭州一家公司推出了新的电动滑板车，最高时速二十公里，预计明年在欧洲销售。" * 4
CLAIMED = "https://example.example/article"


def read(database: Engine, *pages: tuple[str, str, str]) -> dict[str, str]:
    """Store pages in turn: name, address claimed, text. Returns: address -> text, of documents."""
    for name, claimed, text in pages:
        with begin(database) as connection:
            seen.found(connection, [an_entry(name)], now=NOW)
        harvest = ((an_article(name, url=claimed, title=name, text=text), some_facets()),)
        found = Found(entry=an_entry(name), site=a_site(), http_status=200, articles=harvest)
        store(database, found, now=NOW)
    with begin(database) as connection:
        return {
            record["url"].rpartition("/")[2]: record["text"]
            for record in ledger.records(connection)
        }


def waiting(database: Engine) -> list[str]:
    with begin(database) as connection:
        entries = seen.pending(connection, "example", now=NOW)
    return [entry.url.rpartition("/")[2] for entry in entries]


def test_an_address_that_three_articles_claim_is_nobodys(database: Engine) -> None:
    kept: Mapping[str, str] = read(database, ("a", CLAIMED, CHIPS), ("b", CLAIMED, LOANS))

    assert kept == {"b": LOANS}
    assert waiting(database) == ["a"]  # it stood under the claimed address: read again
    kept = read(database, ("a", CLAIMED, CHIPS), ("c", CLAIMED, RIDES))
    assert kept == {"a": CHIPS, "b": LOANS, "c": RIDES}
    assert waiting(database) == []
    with begin(database) as connection:
        row = connection.execute(select(SEEN).where(SEEN.c.url == CLAIMED)).one()
    assert (row.outcome, row.reason) == ("dropped", SHARED)


def test_two_addresses_of_one_article_stay_one_document_though_it_was_edited(
    database: Engine,
) -> None:
    edited = CHIPS.replace("900 million", "950 million") + "The company will hire 300 people."

    kept = read(database, ("a", CLAIMED, CHIPS), ("b", CLAIMED, edited))

    assert kept == {"article": edited}
    assert waiting(database) == []


def test_an_article_that_claims_the_address_of_another_leaves_it_that(database: Engine) -> None:
    own = "https://example.example/a"

    kept = read(database, ("a", own, CHIPS), ("b", own, LOANS))

    assert kept == {"a": CHIPS, "b": LOANS}
    assert waiting(database) == []


def test_texts_of_several_scripts_are_told_apart_and_edits_are_not() -> None:
    assert is_same_text(RIDES, RIDES.replace("二十", "三十"))
    assert not is_same_text(RIDES, "深圳一家芯片公司完成了新一轮融资，将用于建设第二座工厂。" * 4)
    assert not is_same_text(CHIPS, LOANS)
