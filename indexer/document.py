"""The document: what the index holds of one article, with the unit and meaning of every field.

`Document.as_record` is the JSON object sent to the search server. Which fields are
searched, filtered, counted and sorted, `indexer.search.index_settings` alone says.
"""

from dataclasses import dataclass, field, fields
from typing import Any

SCHEMA_VERSION = 2

# fields that tell people what a document is, in their order; see `Document.as_record`
READ_FIRST = (
    *("id", "title", "summary", "image", "source_name", "published", "url", "authors"),
    *("topics", "regions", "companies", "funding", "language", "access", "outlets"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article, ready to be searched. Lists are empty, scalars None, when nothing is known.

    id: 24 hex digits from the canonical URL. url: canonical address.
    title: the headline readers see; alternative_titles: what its page calls the story elsewhere.
    text: plain text, paragraphs parted by newlines. summary: plain text, one paragraph.
    authors: people. agencies: wire services credited (Reuters, AFP).
    source: id in the registry of whose page it is, or its host; source_name: for people.
    publisher: another one that the page names (an agency's, a syndicated story's), or None.
    source_country: ISO 3166-1 alpha-2 of the newsroom; source_region: "East Asia", ...
    audience: place the edition is written for, or None.
    language: BCP 47 tag of the text.
    published_at: UNIX seconds, UTC. published_day: UNIX seconds of that UTC day's start.
    published: the date's evidence: {iso, raw, offset_minutes, precision, source, confidence}.
    modified_at, crawled_at: UNIX seconds.
    topics: {"lvl0": ["Space"], "lvl1": ["Space > Satellites & constellations"]}; topic_phrases:
        the words of the text that told them.
    regions: places the text is about: {"lvl0": ["East Asia"], "lvl1": ["East Asia > China"],
        "lvl2": ["East Asia > China > Hangzhou"]}; countries: their ISO codes; geo: main city's
        {"lat", "lng"} in degrees, sent as `_geo`.
    companies: canonical names. tickers: "NASDAQ:NVDA".
    funding: {kind, company, amount, currency, usd, stage, lead, investors, phrase} or None;
        kind: equity, debt, ipo, acquisition (company: the one bought), grant or fund; amount,
        currency and usd are None where the text says the sum is not told;
        funding_stage and funding_usd (US dollars) repeat two of them for facets.
    image: absolute URL. section, tags: the publisher's own.
    story_id: id shared by the copies of one story; outlets: how many sources carry it;
        story_lead: True for the copy that represents the story.
    access: "free", "metered" or "teaser"; text_share: part of the text seen, 0..1.
    quality: how sure the text is the story, whole and alone, 0..1; None where nothing judged it.
    word_count: words of the text (characters / 2 for Chinese, Japanese and Thai).
    seen_at: aggregators' addresses. text_from: "page", or "feed" where the page could not be read.
    rights: marks of what the publisher asks of those who use the article: "no-training", ...;
        `indexer/foundation/marks.py` has them all.
    version: 1, 2, ... counts changed texts of this URL.
    revision: microseconds of the last change of anything here; the ledger sets it.
    schema: version of this very list of fields.
    """

    id: str
    url: str
    title: str
    alternative_titles: list[str]
    summary: str
    text: str
    source: str
    source_name: str
    crawled_at: int
    story_id: str
    authors: list[str]
    agencies: list[str]
    source_country: str | None
    source_region: str | None
    publisher: str | None
    audience: str | None
    language: str | None
    published_at: int | None
    published_day: int | None
    published: dict[str, Any] | None
    modified_at: int | None
    topics: dict[str, list[str]]
    topic_phrases: list[str]
    regions: dict[str, list[str]]
    countries: list[str]
    geo: dict[str, float] | None
    companies: list[str]
    tickers: list[str]
    funding: dict[str, Any] | None
    funding_stage: str | None
    funding_usd: float | None
    image: str | None
    section: str | None
    tags: list[str]
    outlets: int
    story_lead: bool
    access: str
    text_share: float
    quality: float | None
    word_count: int
    seen_at: list[str]
    text_from: str = "page"
    rights: list[str] = field(default_factory=list)
    version: int = 1
    revision: int = 0
    schema: int = SCHEMA_VERSION

    def as_record(self) -> dict[str, Any]:
        """The JSON object of this document; `geo` becomes `_geo`, and is left out when unknown.

        Its fields stand in the order in which people read them, as Meilisearch's dashboard shows
        them: what it is first, the long text last.
        """
        values = {name: getattr(self, name) for name in _NAMES}  # asdict would copy every list
        geo = values.pop("geo")
        text = values.pop("text")
        record = {name: values[name] for name in READ_FIRST} | values
        if geo is not None:
            record["_geo"] = geo
        return record | {"text": text}


_NAMES = tuple(item.name for item in fields(Document))


def upgraded(record: dict[str, Any]) -> dict[str, Any]:
    """A record of an older schema as this one has it: fields it lacks are empty."""
    empty: dict[str, Any] = {
        item.name: [] if "list" in str(item.type) else None
        for item in fields(Document)
        if item.name != "geo"
    }
    empty["text_from"] = "page"
    return {**empty, **record, "schema": SCHEMA_VERSION}
