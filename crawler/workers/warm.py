"""Imported by the fork server of `workers.pool` alone: what every worker shares is loaded here.

Workers are forked from it with their data in memory, so that neither the first page nor a worker's
replacement waits for files.
"""

import gc

from crawler import enrichment, extraction
from crawler.extraction.aggregators import splitting as aggregators

assert aggregators, extraction  # imported for every page

gc.disable()  # half a million objects and none of them garbage: looking for it took a third
enrichment.load()
gc.freeze()  # a worker's own collections leave them alone, and their memory shared
gc.enable()
