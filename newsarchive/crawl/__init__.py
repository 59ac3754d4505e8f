"""Between Scrapy and the sites: pace, robots.txt, raw capture, and where a site's pages really come from."""
