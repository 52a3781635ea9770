"""Scrapy's settings, every default that matters stated. Values come from `foundation.config`.

The `techwire` commands call `scrapy_settings`; `scrapy` itself gets it by `runs.scrapy_project`.
"""

from typing import Any

from indexer.foundation.config import Config
from indexer.foundation.outbound import user_agent

MAX_BODY_BYTES = 20_000_000
ROBOTS_NAME = "techwire"  # what robots.txt files call us


def scrapy_settings(config: Config) -> dict[str, Any]:
    """What holds for every spider of the project: `scrapy shell`, and spiders of users, too."""
    return {
        "TECHWIRE_CONFIG": config,
        "BOT_NAME": "techwire",
        "SPIDER_MODULES": ["crawler.spiders"],
        "USER_AGENT": user_agent(config.contact),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        },
        # politeness: one connection a host, a second between two requests, robots.txt obeyed
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": ROBOTS_NAME,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 1.0,
        "AUTOTHROTTLE_ENABLED": False,  # it overrides Crawl-delay
        "COOKIES_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        # bounds: everything from the web is hostile
        "DOWNLOAD_MAXSIZE": MAX_BODY_BYTES,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": 60,  # at most; `download_handler` counts redirects in
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DNS_TIMEOUT": 20,
        "REDIRECT_MAX_TIMES": 6,
        "METAREFRESH_ENABLED": False,
        "URLLENGTH_LIMIT": 2083,
        "TWISTED_DNS_RESOLVER": "crawler.middlewares.addresses.GuardedResolver",
        "DOWNLOAD_HANDLERS": dict.fromkeys(("data", "file", "s3", "ftp")),
        "DOWNLOADER_MIDDLEWARES": {"crawler.middlewares.addresses.AddressGuardMiddleware": 20},
        # doors that stay closed
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        # logs: techwire's own lines; Scrapy speaks up only when something is wrong
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_LEVEL": "WARNING",
        "LOGSTATS_INTERVAL": 0,
        "STATS_DUMP": False,
        "DEFAULT_DROPITEM_LOG_LEVEL": "DEBUG",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }


def fleet_settings(config: Config) -> dict[str, Any]:
    """What only our own spiders have, whose state database, hosts and workers this reads."""
    return {
        "ROBOTSTXT_OBEY": False,  # Scrapy's way keeps it for ever; RobotsMiddleware obeys it daily
        "CONCURRENT_REQUESTS": 128,
        "DOWNLOAD_DELAY": 0.0,  # the download handler paces each host, over all machines
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # newest first
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.middlewares.download_handler.PoliteDownloadHandler",
            "https": "crawler.middlewares.download_handler.PoliteDownloadHandler",
            **dict.fromkeys(("data", "file", "s3", "ftp")),
        },
        # failures: tried again at once twice, later by the state database
        "RETRY_TIMES": 2,
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "HTTPERROR_ALLOWED_CODES": [304],
        # our own seen state does this work, on disk and exactly
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.middlewares.addresses.AddressGuardMiddleware": 20,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "crawler.middlewares.politeness.PolitenessMiddleware": 90,
            "crawler.middlewares.robots.RobotsMiddleware": 100,
            "crawler.middlewares.rights.RightsMiddleware": 120,
            "crawler.middlewares.conditional.ConditionalGetMiddleware": 450,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "crawler.middlewares.inflation.LateInflationMiddleware": 590,
            "crawler.middlewares.chains.ChainMiddleware": 650,  # sees redirects before Scrapy's own
        },
        "ITEM_PIPELINES": {
            "crawler.pipelines.ExtractPipeline": 100,
            "crawler.pipelines.StorePipeline": 200,
        },
        "CONCURRENT_ITEMS": 4 * config.workers,
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 5_000_000,
        "EXTENSIONS": {"scrapy.extensions.feedexport.FeedExporter": None},
    }
