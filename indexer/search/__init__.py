"""Questions to the search server: names, filters, keys, export, and how answers look."""
