"""Articles shaped like real news, and what people ask of them: the same in every run."""

import random
from typing import Any

VARIANTS = 60  # different queries of each shape
SEED = 7

SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["title", "summary", "companies", "text", "authors"],
    "filterableAttributes": [
        {
            "attributePatterns": [
                "topics.*", "regions.*", "source", "language", "companies", "access",
            ],
            "features": {"facetSearch": True, "filter": {"equality": True, "comparison": False}},
        },
        {
            "attributePatterns": ["published_at", "funding_usd", "outlets"],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": True}},
        },
    ],
    "sortableAttributes": ["published_at"],
    "rankingRules": [
        "sort", "words", "typo", "proximity", "attributeRank", "published_day:desc",
        "wordPosition", "exactness", "published_at:desc",
    ],
    "typoTolerance": {"disableOnNumbers": True, "disableOnAttributes": ["authors", "companies"]},
    "distinctAttribute": "story_id",
    "faceting": {"maxValuesPerFacet": 200, "sortFacetValuesBy": {"*": "count"}},
}  # fmt: skip
FACETS = ["topics.lvl0", "regions.lvl0", "source", "language", "companies"]


class News:
    """A made-up press: Zipf-distributed words, skewed sources, topics, regions and companies."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)
        syllables = [
            a + b for a in "bcdfghklmnprstvwz" for b in ("a", "e", "i", "o", "u", "ar", "en")
        ]
        words: dict[str, None] = {}
        while len(words) < 60_000:
            words["".join(self.random.choices(syllables, k=self.random.randint(1, 4)))] = None
        self.words = list(words)
        self.weights: list[float] = []
        total = 0.0
        for rank in range(1, len(self.words) + 1):
            total += 1 / rank**1.05
            self.weights.append(total)
        self.sources = [f"source-{number:03}" for number in range(300)]
        self.companies = [
            self.words[self.random.randrange(2_000, 50_000)].title() for _ in range(8_000)
        ]

    def text(self, count: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=count))

    def skewed(self, choices: list[str]) -> str:
        return choices[min(len(choices) - 1, int(self.random.expovariate(1) * len(choices) / 5))]

    def document(self, number: int) -> dict[str, Any]:
        pick = self.random
        published = 1_700_000_000 + pick.randrange(730 * 86_400)
        topic, region = pick.randrange(14), pick.randrange(8)
        words = max(40, min(3_000, int(pick.lognormvariate(5.55, 0.6))))
        return {
            "id": f"{number:024x}",
            "url": f"https://example.org/{number}",
            "title": self.text(9).capitalize(),
            "summary": self.text(28),
            "text": self.text(words),
            "authors": [f"{self.text(1)} {self.text(1)}".title()],
            "companies": [self.skewed(self.companies) for _ in range(pick.randrange(4))],
            "source": self.skewed(self.sources),
            "language": self.skewed(["en", "en", "en", "zh", "de", "fr", "es", "pt", "ja"]),
            "topics": {
                "lvl0": [f"Topic {topic}"],
                "lvl1": [f"Topic {topic} > Part {pick.randrange(6)}"],
            },
            "regions": {
                "lvl0": [f"Region {region}"],
                "lvl1": [f"Region {region} > Country {pick.randrange(VARIANTS)}"],
                "lvl2": [f"Region {region} > Country 1 > City {pick.randrange(30)}"],
            },
            "published_at": published,
            "published_day": published - published % 86_400,
            "funding_usd": pick.randrange(1, 500) * 100_000 if pick.random() < 0.08 else None,
            "story_id": f"s{number if pick.random() < 0.7 else pick.randrange(number + 1)}",
            "outlets": pick.randrange(1, 9),
            "access": self.skewed(["free", "metered", "teaser"]),
        }


def shapes(news: News) -> dict[str, list[dict[str, Any]]]:
    """Query shapes, each with its variants; the seed makes them the same in every run."""
    pick = random.Random(SEED + 1)

    def word(low: int = 100, high: int = 5_000, letters: int = 1) -> str:
        while len(found := news.words[pick.randrange(low, high)]) < letters:
            pass
        return found

    def typo(text: str) -> str:
        at = pick.randrange(2, len(text) - 1)
        return text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]

    rich = {
        "facets": FACETS,
        "sort": ["published_at:desc"],
        "filter": [
            "language = en",
            "access = free",
            "outlets >= 2",
            "published_at 1710000000 TO 1750000000",
        ],
    }
    page = {
        "attributesToRetrieve": ["title", "summary", "url", "published_at"],
        "attributesToHighlight": ["title", "summary"],
        "attributesToCrop": ["text:40"],
    }
    return {
        "one common word": [{"q": word(0, 60) + " "} for _ in range(VARIANTS)],
        "two words": [{"q": f"{word()} {word()} "} for _ in range(VARIANTS)],
        "three words, as typed": [{"q": f"{word()} {word()} {word()}"} for _ in range(VARIANTS)],
        "prefix of three letters": [{"q": word(letters=4)[:3]} for _ in range(VARIANTS)],
        "one typo": [{"q": typo(word(letters=6)) + " "} for _ in range(VARIANTS)],
        "phrase": [{"q": f'"{word(0, 40)} {word(0, 40)}"'} for _ in range(VARIANTS)],
        "word, 4 filters, 5 facets, sort": [
            {"q": word(20, 400) + " ", **rich} for _ in range(VARIANTS)
        ],
        "filter, 5 facets": [
            {"q": "", "facets": FACETS, "filter": f'"topics.lvl0" = "Topic {number % 14}"'}
            for number in range(VARIANTS)
        ],
        "everything, 5 facets": [{"q": "", "facets": FACETS}],
        "a page with highlights": [{"q": f"{word()} {word()} ", **page} for _ in range(VARIANTS)],
    }  # fmt: skip
