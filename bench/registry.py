"""What does the bundled registry hold? Counts by language, tag, country and kind of listing.

    python bench/registry.py [--all]

"crawled" is asked by `techwire crawl`, "waits" once its check has passed, "off" has a reason. The
peer is the registry without what lists of others name. `--all` prints every language.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crawler.sources.registry import Registry, load_sources  # noqa: E402
from crawler.sources.source import Source  # noqa: E402

ASKED_FOR = ("zh", "ja", "ko", "es", "pt", "de", "fr")  # 25 each
AS_MANY_AS_KNOWN = ("hi", "ar", "id", "vi", "tr", "ru", "uk", "pl", "it", "he")
UNKNOWN = "none known"
LOADS = 9


def main() -> None:
    known, chosen = load_sources(), load_sources(imported=False)
    table("sources", [known, chosen], lambda source: ["all"])
    languages = [*ASKED_FOR, *AS_MANY_AS_KNOWN, "en", UNKNOWN]
    table("language", [known, chosen], language, None if "--all" in sys.argv else languages)
    table("tag", [known, chosen], lambda source: source.tags or ["none"])
    table("listing", [known, chosen], listings)
    table("told of it", [known, chosen], told)
    countries = {source.country for source in known.all() if source.country}
    print(
        f"{len(countries)} countries, {len({source.language for source in known.all()}) - 1} tags"
    )
    both = load_ms(lambda: load_sources()), load_ms(lambda: load_sources(imported=False))
    print("CPU ms of loading the registry: {:.0f} whole, {:.0f} without the lists".format(*both))


def language(source: Source) -> list[str]:
    return [(source.language or UNKNOWN).partition("-")[0]]


def listings(source: Source) -> list[str]:
    kinds = {"feed": source.feeds, "sitemap": source.sitemaps, "section": source.sections}
    return [kind for kind, urls in kinds.items() if urls] or [UNKNOWN]


def told(source: Source) -> list[str]:
    fields = ("country", "language", "owner", "known_from", "last_seen")
    return [field for field in fields if getattr(source, field)]


def table(
    heading: str,
    registries: list[Registry],
    kinds: Callable[[Source], Iterable[str]],
    only: Iterable[str] | None = None,
) -> None:
    """One line a kind: crawled, waiting, off; the same of the peer behind it."""
    counts = [Counter(of(registry, kinds)) for registry in registries]
    whole = Counter(kind for kind, _ in counts[0].elements())
    rows = only or [kind for kind, _ in whole.most_common()]
    print(f"{heading:14} {'all':>6} {'crawled':>8} {'waits':>6} {'off':>5}   without lists")
    for kind in rows:
        crawled, waits, off = (counts[0][kind, state] for state in ("crawled", "waits", "off"))
        before = sum(count for (one, _), count in counts[1].items() if one == kind)
        print(f"{kind:14} {whole[kind]:6} {crawled:8} {waits:6} {off:5}   {before:6}")
    print()


def of(registry: Registry, kinds: Callable[[Source], Iterable[str]]) -> list[tuple[str, str]]:
    return [
        (kind, "crawled" if source.crawled else "waits" if source.waits else "off")
        for source in registry.all()
        for kind in kinds(source)
    ]


def load_ms(load: Callable[[], object]) -> float:
    spent = []
    for _ in range(LOADS):
        began_s = time.process_time()
        load()
        spent.append(1000 * (time.process_time() - began_s))
    return median(spent)


if __name__ == "__main__":
    main()
