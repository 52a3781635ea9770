"""What the engine keeps: documents, settings, layout, words, and the files of an index."""
