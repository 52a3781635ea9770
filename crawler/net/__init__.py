"""The way out to the web: what hosts want, when they may be asked, why a request was not sent."""
