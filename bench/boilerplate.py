"""What learning a site's own phrases brings: token precision and recall, before and after.

    python bench/boilerplate.py [TEXTS]

Real texts (the saved pages beside the checkout; without them the demo's articles) become pages of
six sites. Each site sets its own phrases within and between sentences of most of its paragraphs,
where no markup tells them from the story. Half of a site's pages are read first and learnt from;
the other half is scored. The peer is trafilatura, which sees one page at a time.
"""

import random
import re
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import trafilatura

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from stories import sample_texts  # noqa: E402

from crawler.article import Page  # noqa: E402
from crawler.errors import ExtractionError  # noqa: E402
from crawler.extraction import extract_article  # noqa: E402
from crawler.state.profiles import Lesson, learn  # noqa: E402

SITES = 6
SHARE = 0.6  # of a site's pages that carry a phrase of it
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 240
    dice = random.Random(11)
    texts = [text for text in sample_texts() if len(text) > 600]
    dice.shuffle(texts)
    sites: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, text in enumerate(texts[:wanted]):
        site = number % SITES
        sites[site].append((text, html_of(text, site, number, dice)))
    scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for site, pages in sites.items():
        half = len(pages) // 2
        read = (extracted(page, site, frozenset()) for _, page in pages[:half])
        known = learn(Lesson(texts=tuple(filter(None, read))))
        for text, page in pages[half:]:
            alone = trafilatura.extract(page, include_comments=False) or ""
            scores["trafilatura"].append(score(text, alone))
            scores["nothing learnt"].append(score(text, extracted(page, site, frozenset())))
            scores["learnt"].append(score(text, extracted(page, site, known)))
    print(f"{len(scores['learnt'])} pages of {SITES} sites, learnt from as many others")
    print(f"{'':<16} {'precision':>9} {'recall':>9}")
    for name, values in scores.items():
        precision, recall = (sum(column) / len(values) for column in zip(*values, strict=True))
        print(f"{name:<16} {precision:>9.4f} {recall:>9.4f}")


def phrases(site: int) -> list[str]:
    """What this site says on its pages, each of eight words or more."""
    name = f"{('Harbour', 'Mountain', 'Copper', 'Lantern', 'River', 'Signal')[site]} Dispatch"
    return [
        f"You are reading {name}, where {site + 3} reporters follow money and machines every day.",
        f"(Write to the desk of {name} under tips{site}@desk.example if you know more about it.)",
        f"{name} Pro members hear of such rounds first, {site + 1} days before everyone else does.",
    ]


def html_of(text: str, site: int, number: int, dice: random.Random) -> str:
    paragraphs = [line for line in text.split("\n") if line.strip()]
    for phrase in phrases(site):
        if dice.random() < SHARE:
            at = dice.randrange(len(paragraphs))
            sentences = re.split(r"(?<=[.!?。])\s+", paragraphs[at])
            sentences.insert(dice.randrange(len(sentences) + 1), phrase)
            paragraphs[at] = " ".join(sentences)
    story = "".join(f"<p>{escape(line)}</p>" for line in paragraphs)
    title = f"Story number {number} of this site"
    head = f"<head><title>{title}</title></head>"
    return f"<html>{head}<body><article><h1>{title}</h1>{story}</article></body></html>"


def extracted(page: str, site: int, known: frozenset[int]) -> str:
    """The text; "" when the page is refused."""
    try:
        return extract_article(
            Page(
                url=f"https://site{site}.example/story",
                body=page.encode(),
                encoding="utf-8",
                fetched_at=datetime.now(UTC),
                boilerplate=known,
            )
        ).text
    except ExtractionError:
        return ""


def score(wanted: str, found: str) -> tuple[float, float]:
    """Token precision and recall."""
    true, told = Counter(WORD.findall(wanted)), Counter(WORD.findall(found))
    both = (true & told).total()
    return both / max(1, told.total()), both / max(1, true.total())


if __name__ == "__main__":
    main()
