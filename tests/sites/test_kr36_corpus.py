"""Every captured page of 36kr against its label."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import corpus_labels
from tests.sites.label_check import differences, reading_of


@pytest.mark.parametrize("label", corpus_labels("36kr"), ids=lambda label: label["file"].partition("/")[2])
def test_the_reading_is_as_labelled(label: dict[str, Any], corpus: Path) -> None:
    assert differences(label, corpus) == []


def test_bodies_of_the_whole_feed_of_2016(corpus: Path) -> None:
    label = next(one for one in corpus_labels("36kr") if one["file"].endswith("rss-36kr-feed-20161026.xml"))
    bodies = reading_of(corpus / label["file"], "36kr").bodies
    measured = [(len("".join(article.text.split())), len(article.images)) for article in bodies]
    assert measured == [(item["body_chars"], item["images"]) for item in label["items"]]
