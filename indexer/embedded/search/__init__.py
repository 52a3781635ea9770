"""How the engine answers a search: words, filters, ranking, facets, formatting.

`search.search` answers one: `parameters` reads the request, `preparing` makes the query with its
filters and ranking rules, `ordering` finds the best documents, `formatting` cuts and highlights
their texts. `facets` counts values and searches among them.
"""
