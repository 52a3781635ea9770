"""The indexer's commands; `crawler.cli` mounts them beside its own."""
