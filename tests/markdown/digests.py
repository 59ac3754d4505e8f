"""Monthly digests of our own writing, in the real shape."""

from __future__ import annotations

from datetime import date

SHORT = "https://mp.weixin.qq.com/s/"


def link(number: int) -> str:
    """A short link with its 22 characters, another for each number."""
    return f"{SHORT}{f'-aB_{number}':x<22}"


def entry(number: int, text: str, url: str) -> str:
    """An item with the link on its own line, indented to its text."""
    mark = f"{number}. "
    return f"{mark}{text}\n\n{' ' * len(mark)}{url}"


def day(of: date, *entries: str, label: str | None = None) -> str:
    """A day's section."""
    line = f"{of:%Y年%m月%d日} 💡行业快讯" if label is None else label
    return "\n\n".join([f"## {of:%Y.%m.%d}", line, *entries])


def month(title: str, *days: str, tail: str = "\n") -> str:
    """A whole file."""
    return "\n\n\n\n".join([f"# {title}", *days]) + tail
