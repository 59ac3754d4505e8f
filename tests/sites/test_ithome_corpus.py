"""Every captured page of ithome against its label."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import corpus_labels
from tests.sites.label_check import differences


@pytest.mark.parametrize("label", corpus_labels("ithome"), ids=lambda label: label["file"].partition("/")[2])
def test_the_reading_is_as_labelled(label: dict[str, Any], corpus: Path) -> None:
    assert differences(label, corpus) == []
