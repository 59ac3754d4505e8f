"""Which crawl runs when: schedules of newsarchive.toml, what is due of them, and jobs that run them."""
