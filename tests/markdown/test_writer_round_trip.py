"""Whatever a page says in whatever style: rendered by a CommonMark tool, the Markdown shows just that."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.items.article import Article
from newsarchive.items.body import Block, Paragraph
from newsarchive.markdown.writer import Style, write_body
from newsarchive.records.page import Page
from newsarchive.sites import SITES
from newsarchive.sites.reading import read
from tests.conftest import corpus_labels
from tests.markdown import hostile_bodies
from tests.markdown.round_trip import differences, in_markdown, in_tree

MKDOCS = Style(heading_shift=1, list_indent=4, hard_break="blanks", bare_urls="angle", references=True)

numbers = st.integers(0, 2**48)
thousands = settings(deadline=None, derandomize=True, database=None, max_examples=2000)


@thousands
@given(numbers)
def test_a_paragraph_shows_what_it_says(number: int) -> None:
    body: list[Block] = [Paragraph(hostile_bodies.inlines(number))]
    style = hostile_bodies.style(number)
    written = write_body(body, style)
    assert not list(differences(in_tree(body, style), in_markdown(written))), written


@thousands
@given(numbers)
def test_a_body_shows_what_it_says(number: int) -> None:
    body, style = hostile_bodies.body(number), hostile_bodies.style(number)
    written = write_body(body, style)
    assert not list(differences(in_tree(body, style), in_markdown(written))), written


@pytest.fixture(scope="module")
def articles(corpus: Path) -> list[Article]:
    """All articles with a body that the sites' readers find in the captured pages."""
    found: list[Article] = []
    for label in corpus_labels():
        path = corpus / str(label["file"]).partition("#")[0]
        if label["site"] not in SITES or not path.is_file():
            continue
        content = path.read_bytes()
        page = Page(gzip.decompress(content) if path.suffix == ".gz" else content, url=label["url"] or "")
        reading = read(page, label["site"])
        found += [article for article in (reading.article, *reading.bodies) if article and article.body]
    assert found, "no article of the corpus has a body"
    return found


@pytest.mark.parametrize("style", [Style(), MKDOCS], ids=["plain", "mkdocs"])
def test_every_captured_article_shows_what_its_page_says(style: Style, articles: list[Article]) -> None:
    wrong = {
        article.identity or article.url: found
        for article in articles
        if (
            found := list(
                differences(in_tree(article.body, style), in_markdown(write_body(article.body, style)))
            )
        )
    }
    assert not wrong
