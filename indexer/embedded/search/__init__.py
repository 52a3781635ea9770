"""How the engine answers a search: words, filters, ranking, facets, formatting."""
