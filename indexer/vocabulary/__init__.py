"""What things are called: topics, places and companies with their aliases.

Data files stand beside their plain loaders; nothing here reads an index or the web. `crawler`'s
enrichment finds the same names in texts.
"""
