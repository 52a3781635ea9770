"""One process that crawls, once or for ever, and what runs beside it."""
