"""The words of `words.yaml` by their kind, and the common words no name is believed for."""

from functools import cache

from crawler.enrichment.gazetteer import HERE
from indexer.vocabulary.tables import lines, listed, load_yaml

WORDS = HERE / "companies" / "words.yaml"
COMMON_WORDS = HERE / "companies" / "common_words.txt"


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Kind -> its words, each once."""
    found = {}
    for kind, told in load_yaml(WORDS).items():
        every = (
            word for line in ([told] if isinstance(told, str) else told) for word in listed(line)
        )
        found[kind] = tuple(dict.fromkeys(every))
    return found


@cache
def common_words() -> frozenset[str]:
    """Words of the languages served that no name is believed for."""
    return frozenset(word for line in lines(COMMON_WORDS) for word in line.split())
