"""The generated parts of the documentation say what the code says."""

from __future__ import annotations

import pytest

from docs.generate import DOCS, GENERATED, updated
from newsarchive.errors import NewsarchiveError


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_generated_part_is_current(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == updated(name), "run `make docs`"


def test_every_error_has_its_own_exit_code() -> None:
    codes = [error.exit_code for error in NewsarchiveError.__subclasses__()]
    assert len(codes) == len(set(codes))
    assert not set(codes) & {0, 1, 2}
