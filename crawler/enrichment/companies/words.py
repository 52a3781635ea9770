"""The words of `words.yaml`, by their kind."""

from functools import cache

from crawler.enrichment.gazetteer import HERE
from indexer.vocabulary.tables import listed, load_yaml

WORDS = HERE / "companies" / "words.yaml"


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Kind -> its words, each once."""
    found = {}
    for kind, lines in load_yaml(WORDS).items():
        every = (
            word for line in ([lines] if isinstance(lines, str) else lines) for word in listed(line)
        )
        found[kind] = tuple(dict.fromkeys(every))
    return found


COMMON_WORDS = HERE / "companies" / "common_words.txt"


@cache
def common_words() -> frozenset[str]:
    """Words that English and German write so often that a name spelt so proves nothing."""
    return frozenset(COMMON_WORDS.read_text(encoding="utf-8").split())
