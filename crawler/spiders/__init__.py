"""Scrapy spiders: they ask and yield, they decide nothing."""
