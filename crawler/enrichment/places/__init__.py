"""Which places an article is about, with the words that say so."""
