"""Article -> facets: language, topics, places, companies, funding, fingerprints.

Pure and offline; the data files stand beside the code, names of topics, places and companies in
`indexer.vocabulary`. `enrich` is the way in; `crawler.state.stories` makes stories of
the fingerprints.
"""

from pathlib import Path

from crawler.enrichment.facets import enrich, load
from indexer.vocabulary import own

__all__ = ["enrich", "load", "use_vocabulary"]


def use_vocabulary(file: Path) -> None:
    """Tag by this file's topics, places and companies too, in this process from now on."""
    own.use(file)
    own.forget(__name__, but=f"{__name__}.language")
    load()
