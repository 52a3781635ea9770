"""The engine's HTTP API: routes, rights, bodies, and the processes that answer searches."""
