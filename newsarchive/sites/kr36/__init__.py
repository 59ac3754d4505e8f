"""36kr.com."""
