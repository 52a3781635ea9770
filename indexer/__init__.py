"""From documents to search: the outbox, the pusher, the search engine, the page."""
