"""Where the command writes: results to standard output, everything else to standard error."""

from __future__ import annotations

from rich.console import Console

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)


def complain(message: str) -> None:
    """One line on standard error; no markup in it is read, whatever page or path it quotes."""
    ERR.print(f"newsarchive: {message}", style="red", markup=False, soft_wrap=True)
