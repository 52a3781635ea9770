"""From documents to search: outbox, pusher, search engine, page, alerts."""
