"""What spiders yield and pipelines work on: articles and events."""
