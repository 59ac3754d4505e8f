"""Small charts as SVG, each with its values in words for whoever does not see it."""

from __future__ import annotations

from collections.abc import Sequence

from newsarchive.parsing.html_tree import Element
from newsarchive.report.markup import element

HEIGHT = 48
_STEP = 10
_LEAST = 1.5
"""A bar of something is this high at least, so that one is told from none."""


def bars(values: Sequence[float], titles: Sequence[str], label: str) -> Element:
    """A bar a value, from left to right, as wide as there is room; `titles` say what each is."""
    most = max(values, default=0) or 1
    drawn = []
    for place, (value, title) in enumerate(zip(values, titles, strict=True)):
        height = max(value / most * HEIGHT, _LEAST) if value > 0 else 0
        whole = element("rect", class_="hit", x=place * _STEP, y=0, width=_STEP, height=HEIGHT)
        bar = element(
            "rect", class_="bar", x=place * _STEP + 1, y=round(HEIGHT - height, 2), width=_STEP - 2, height=round(height, 2)
        )  # fmt: skip
        drawn.append(element("g", element("title", title), whole, bar))
    return _chart(drawn, len(values) * _STEP, label)


def line(values: Sequence[float | None], label: str) -> Element:
    """A line through what is known, the least value near the bottom."""
    known = [(place * _STEP + _STEP / 2, value) for place, value in enumerate(values) if value is not None]
    low, high = (f([value for _, value in known], default=0.0) for f in (min, max))
    span = (high - low) or 1
    points = [(x, HEIGHT - 4 - (value - low) / span * (HEIGHT - 8)) for x, value in known]
    path = " ".join(f"{x:g},{y:.2f}" for x, y in points)
    drawn = [element("polyline", class_="line", points=path)] if len(points) > 1 else []
    return _chart(drawn, max(len(values), 1) * _STEP, label)


def _chart(drawn: Sequence[Element], width: float, label: str) -> Element:
    return element(
        "svg",
        *drawn,
        class_="chart",
        role="img",
        aria_label=label,
        viewBox=f"0 0 {max(width, _STEP)} {HEIGHT}",
        preserveAspectRatio="none",
    )
