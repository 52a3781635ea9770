"""Bytes of a listing in, entries out: feeds, sitemaps, sections, aggregators, autodiscovery.

Pure: nothing here fetches, stores or reads a clock.
"""
