"""The engine's HTTP API: routes, rights, bodies, and the processes that answer searches.

`app.create_app` makes the application. Routes (`routes_*`, `multi_search`) are functions of a
`calls.Call`; `endpoints` runs them in a thread, or in a process of `readers`.
"""
