"""What things are called: topics, places, languages, companies with their aliases.

`names.resolve` tells which facet values a name means. Data files stand beside their plain loaders;
nothing here reads an index or the web. `crawler`'s enrichment finds the same names in texts.
"""
