"""Documents for the page's tests: languages, places, topics, copies of a story, hostile words."""

import time
from collections.abc import Callable
from typing import Any

from indexer.document import Document

Record = dict[str, Any]

DAY_S = 86_400

AI, MODELS, CHIPS = "AI", "AI > Models", "Semiconductors"
EXPORTS, FUNDING = "Semiconductors > Export controls", "Funding"
ROUNDS, POLICY = "Funding > Rounds", "Policy"

HOSTILE_TITLE = (
    '<script>document.title="owned"</script><img src=x onerror="document.title=1"> chips'
)
LONG_WORD_TITLE = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

TOPICS = [[MODELS], [EXPORTS], [ROUNDS, AI], [POLICY, AI], [CHIPS], [ROUNDS]]
PLACES = [
    "Asia > China > Hangzhou",
    "Europe > Germany > Berlin",
    "Africa > Nigeria > Lagos",
    "North America > United States > San Francisco",
    "Asia > Japan > Tokyo",
    "South America > Brazil > São Paulo",
]
SOURCES = ["Harbour Tech", "Lagos Ledger", "Berlin Bytes", "Bay Wire", "東京技術通信", "Diário Tec"]
COMPANIES = ["Lumen Robotics", "Ferro Semi", "Kite AI", "Solara", "Nagare", "Pixel & Sons"]
STAGES = [None, "seed", "series-a", "series-b", None, "series-c"]


def sample_documents(now: float | None = None) -> list[dict[str, Any]]:
    """72 records of the last month, newest first, in fixed proportions."""
    now = time.time() if now is None else now
    plain = [_plain(position, now) for position in range(60)]
    return [*_story(now), *_special(now), *plain]


def articles(which: Callable[[Record], bool]) -> int:
    """How many sample articles are such."""
    return sum(1 for document in sample_documents() if which(document))


def about(level: str, value: str) -> Callable[[Record], bool]:
    field, depth = level.split(".")
    return lambda document: value in document[field].get(depth, [])


def document(title: str, published_at: float | None, **fields: Any) -> dict[str, Any]:
    """One record; what is not given is empty or plain."""
    number = fields.pop("number")
    moment = int(published_at or 0)
    empty: dict[str, Any] = dict.fromkeys(Document.__dataclass_fields__)
    lists = ("authors", "agencies", "topic_phrases", "countries", "companies", "tickers", "tags")
    empty |= {name: [] for name in (*lists, "alternative_titles", "seen_at")}
    known = {
        "id": f"{number:024x}",
        "url": f"https://news.example/{number}",
        "title": title,
        "summary": f"What readers should know about it: {title}",
        "text": f"{title}\nA second paragraph with the details of case {number}.",
        "source": "harbour-tech",
        "source_name": "Harbour Tech",
        "crawled_at": moment + 60,
        "story_id": f"story-{number}",
        "language": "en",
        "published_at": moment or None,
        "published_day": moment - moment % DAY_S or None,
        "published": {"iso": "", "raw": "as written", "precision": "second", "source": "jsonld"},
        "topics": levels(AI),
        "regions": levels(PLACES[0]),
        "outlets": 1,
        "story_lead": True,
        "access": "free",
        "text_share": 1.0,
        "quality": 0.9,
        "word_count": 40,
        "version": 1,
        "schema": 1,
    }
    return Document(**(empty | known | fields)).as_record()


def levels(*paths: str) -> dict[str, list[str]]:
    """{"lvl0": ["Asia"], "lvl1": ["Asia > China"], ...} of hierarchical paths."""
    found: dict[str, list[str]] = {}
    for path in paths:
        steps = path.split(" > ")
        for depth in range(len(steps)):
            value = " > ".join(steps[: depth + 1])
            values = found.setdefault(f"lvl{depth}", [])
            if value not in values:
                values.append(value)
    return found


def _plain(position: int, now: float) -> dict[str, Any]:
    kind = position % 6
    company = COMPANIES[(position // 2) % 6]
    subjects = [
        f"{company} shows a language model that reads contracts",
        f"New export rules change what {company} may ship",
        f"{company} raises money to hire in four cities",
        f"Regulators ask {company} how its models were trained",
        f"{company} opens a line for chips made at two nanometres",
        f"Investors return to hardware, and {company} is first",
    ]
    stage = STAGES[kind]
    usd = float(1_000_000 * (position + 1)) if stage else None
    funding = {"company": company, "amount": usd, "currency": "USD", "usd": usd, "stage": stage}
    return document(
        f"{subjects[kind]} ({position})",
        now - position * 0.45 * DAY_S - 1800,
        number=position,
        source=f"source-{(position + position // 6) % 6}",
        source_name=SOURCES[(position + position // 6) % 6],
        topics=levels(*TOPICS[kind]),
        regions=levels(PLACES[(position + position // 12) % 6]),
        companies=[company],
        language=["en", "en", "de", "en", "es", "pt"][kind],
        access=["free", "metered", "free", "teaser", "free", "free"][kind],
        funding=funding if stage else None,
        funding_stage=stage,
        funding_usd=usd,
    )


def _story(now: float) -> list[dict[str, Any]]:
    """One wire story in five outlets."""
    return [
        document(
            f"Ferro Semi buys Nagare for its sensor chips, {name} reports",
            now - 3 * 3600 - position * 1200,
            number=100 + position,
            source=f"source-{position}",
            source_name=name,
            story_id="story-ferro",
            story_lead=position == 0,
            outlets=5,
            topics=levels(CHIPS),
            companies=["Ferro Semi", "Nagare"],
        )
        for position, name in enumerate(SOURCES[:5])
    ]


def _special(now: float) -> list[dict[str, Any]]:
    hour = 3600
    return [
        document(HOSTILE_TITLE, now - 2 * hour, number=200, summary=HOSTILE_TITLE),
        document(
            "شركة ناشئة في القاهرة تجمع تمويلا لتطوير الرقائق",
            now - 5 * hour,
            number=201,
            summary="أعلنت الشركة عن جولة تمويل جديدة بقيادة مستثمرين من المنطقة.",
            language="ar",
            regions=levels("Middle East > Egypt > Cairo"),
        ),
        document(
            "杭州初创公司发布新的推理芯片，能耗降低一半，已向三家云服务商供货",
            now - 6 * hour,
            number=202,
            summary="公司称新芯片在推理任务上的能耗只有上一代的一半，首批客户包括三家云服务商。",
            language="zh",
            topics=levels(CHIPS),
        ),
        document(LONG_WORD_TITLE, now - 7 * hour, number=203, language="de"),
        document("A link that must not run", now - 8 * hour, number=204, url="javascript:alert(1)"),
        document("An article without a date", None, number=205),
        document(
            "Quantum networking gets its first commercial customer",
            now - 20 * 60,
            number=206,
            summary="A bank links two data centres.",
            text="The word hollandaise appears only in this text.",
        ),
    ]


def sample_coverage() -> dict[str, object]:
    """What a crawler knows of its sources, as /api/coverage tells it."""
    now = int(time.time())
    places = [("Asia", "CN", "zh"), ("Africa", "NG", "en"), ("Europe", "DE", "de")]
    states = ["ok", "ok", "silent", "ok", "blocked", "ok"]
    sources = [
        {
            "id": f"source-{position}",
            "name": name,
            "region": places[position % 3][0],
            "country": places[position % 3][1],
            "language": places[position % 3][2],
            "last_seen": None if state == "blocked" else now - 3600 * (position + 1),
            "lag_s": None if state == "blocked" else 600 * position,
            "state": state,
        }
        for position, (name, state) in enumerate(zip(SOURCES, states, strict=True))
    ]
    return {"sources": sources}
