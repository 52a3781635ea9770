"""Scrapy spiders: they send requests and pass answers on; decisions are made elsewhere."""
