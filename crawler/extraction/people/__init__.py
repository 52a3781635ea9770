"""Who wrote an article: names in data and markup, split, cleaned, people told from agencies."""
