"""The search page and its small server. The search itself is the search server's.

`serving.page_server` runs it beside a command, `app.create_app` makes the application.
"""
