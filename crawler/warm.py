"""Imported by the fork server of `crawler.workers` alone: what every worker shares is loaded here.

Workers are forked from it with their data in memory, so that neither the first page nor a worker's
replacement waits for files.
"""

from crawler import enrichment, extraction

extraction.load()
enrichment.load()
