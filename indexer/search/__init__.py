"""Questions to the search server: names, filters, keys, export, and how answers look.

`search_server.search_server` finds or starts the server, `query.run` asks it, `printing` shows the
answer; `task_queue` tells whether the server's tasks move.
"""
