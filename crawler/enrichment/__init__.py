"""Article -> facets: language, topics, places, companies, funding, fingerprints.

Pure and offline; the data files stand beside the code, names of topics, places and companies in
`indexer.vocabulary`. `enrich` is the way in; `crawler.state.stories` makes stories of
the fingerprints.
"""

from crawler.enrichment.facets import enrich, load

__all__ = ["enrich", "load"]
