"""Do copies of one story find each other? Pair recall and precision, and documents a second.

    python bench/stories.py [STORIES]

Real texts (the saved pages beside the checkout; without them the demo's articles) are edited, cut
and given newsletter blocks that all articles of a site share, then arrive in random order, the
state database being reopened now and then. A pair is two documents in one story.
"""

import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crawler.demo import open_newsroom  # noqa: E402
from crawler.enrichment.shingles import shingles  # noqa: E402
from crawler.state import stories  # noqa: E402
from crawler.state.stories import MEMBERS, StoryMember  # noqa: E402
from indexer.foundation.database import begin, connect  # noqa: E402
from tests.newsroom.saved_pages import SAVED_PAGES, read_truth  # noqa: E402

SITES = 12
REOPEN_EVERY = 150
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    dice = random.Random(7)
    texts = [text for text in sample_texts() if len(text) > 600]
    dice.shuffle(texts)
    texts = texts[:wanted]
    copies = [
        (number, site, copy)
        for number, text in enumerate(texts)
        for site, copy in printings(text, dice)
    ]
    dice.shuffle(copies)
    homes, seconds = arrive(copies)
    report(homes, copies, seconds, len(texts))


def sample_texts() -> list[str]:
    if (SAVED_PAGES / "truth.jsonl").exists():
        return list({page["url"]: page["body"] for page in read_truth() if page["body"]}.values())
    with open_newsroom(datetime.now(UTC)) as newsroom:
        return list({a.group or a.url: a.text for a in newsroom.articles}.values())


def printings(text: str, dice: random.Random) -> list[tuple[int, str]]:
    """One to four printings of a text on different sites: as it is, edited, cut, both."""
    makers = [lambda t: t, lambda t: edited(t, dice), cut, lambda t: cut(edited(t, dice))]
    sites = dice.sample(range(SITES), dice.choice((1, 2, 3, 4)))
    return [
        (site, with_blocks(make(text), site, dice))
        for site, make in zip(sites, makers, strict=False)
    ]


def edited(text: str, dice: random.Random) -> str:
    """Every sixth sentence gone, every fifteenth word another."""
    sentences = re.split(r"(?<=[.!?。！？])\s*", text)
    kept = [sentence for sentence in sentences if dice.random() > 1 / 6]
    words = " ".join(kept or sentences).split(" ")
    return " ".join("altered" if dice.random() < 1 / 15 else word for word in words)


def cut(text: str) -> str:
    return text[: max(400, len(text) * 55 // 100)]


def with_blocks(text: str, site: int, dice: random.Random) -> str:
    """The site's own block at the end and everybody's in the middle, on four pages of five."""
    if dice.random() > 0.8:
        return text
    block = random.Random(site)
    own = " ".join(f"site{site}word{block.randrange(60)}" for _ in range(40))
    everybodys = "Sign up now to get our newsletter delivered to your inbox every weekday morning."
    half = len(text) // 2
    return f"{text[:half]} {everybodys} {text[half:]}\n{own}"


def arrive(copies: list[tuple[int, int, str]]) -> tuple[dict[str, str], float]:
    """Every copy into the state database. Returns: document id -> story id, and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/stories.db"
        engine = connect(url)
        seconds = 0.0
        for place, (number, site, text) in enumerate(copies):
            if place % REOPEN_EVERY == REOPEN_EVERY - 1:
                engine.dispose()
                engine = connect(url)
            runs = shingles(text, "zh" if CJK.search(text) else "en")
            member = StoryMember(
                document_id=f"{number}-{site}",
                source_id=f"site-{site}",
                country=None,
                published_at=place,
                crawled_at=place,
                words=len(text.split()),
                teaser=False,
            )
            began = time.perf_counter()
            with begin(engine) as connection:
                stories.join(connection, member, runs)
            seconds += time.perf_counter() - began
        with begin(engine) as connection:
            rows = connection.execute(MEMBERS.select()).all()
        engine.dispose()
    return {row.document_id: row.story_id for row in rows}, seconds


def report(
    homes: dict[str, str], copies: list[tuple[int, int, str]], seconds: float, texts: int
) -> None:
    same_text = Counter(number for number, _, _ in copies)
    true_pairs = sum(n * (n - 1) // 2 for n in same_text.values())
    members: dict[str, list[str]] = defaultdict(list)
    for document, story in homes.items():
        members[story].append(document.partition("-")[0])
    made = [pair for group in members.values() for pair in combinations(group, 2)]
    right = sum(a == b for a, b in made)
    print(f"{texts} stories, {len(copies)} printings, {len(members)} stories found")
    print(f"pair recall {right / true_pairs:.4f}, pair precision {right / max(1, len(made)):.4f}")
    print(f"{len(copies) / seconds:.0f} documents a second (SQLite, one transaction each)")


if __name__ == "__main__":
    main()
