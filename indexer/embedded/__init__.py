"""A search server that speaks Meilisearch's HTTP API, on tantivy and SQLite, in one process.

It knows nothing of news and imports nothing of this project: any Meilisearch client can use it.
`http.app.create_app` is the way in, `python -m indexer.embedded --data DIR` the command.
"""
