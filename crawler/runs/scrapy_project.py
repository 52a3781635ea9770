"""What `scrapy crawl` reads through scrapy.cfg: our settings for the deployment in `.env`."""

import logging

from crawler.settings import scrapy_settings
from indexer.foundation.config import load
from indexer.foundation.errors import ConfigError
from indexer.foundation.rights import keep_private
from indexer.foundation.terminal import TellingRecord

keep_private()
logging.setLogRecordFactory(TellingRecord)  # the handlers are Scrapy's
try:
    globals().update(scrapy_settings(load()))
except ConfigError as error:
    raise SystemExit(f"techwire: {error}") from None

LOG_ENABLED = True
LOG_INSTALL_ROOT_HANDLER = True
LOG_LEVEL = "INFO"
