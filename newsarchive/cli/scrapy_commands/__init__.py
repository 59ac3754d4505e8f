"""Scrapy's own commands where newsarchive has to say more: `scrapy crawl`."""
