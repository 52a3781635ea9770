"""The registry of publishers: sources.toml, its loader, OPML in and out."""
