"""What must hold of everything that is read, however damaged it is.

Of every page: a verdict, in bounded time, never an exception. **No half article**: an article verdict comes with an
article of that kind which says something, can be printed, stored and written. It may come without one only where nothing
in the page says which article it is. Nothing but an article verdict has an article.

Of a page that is only cut off, which is what really happens: it is `empty` or `other`, or the very article that the whole
page gives (identity, title, text, pictures). Of a list that is cut off, the articles and identities that were read are
among those of the whole list. Copies in plain Markdown and tables do not show where they end, so this is not asked of them.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from exports.imports import label, read_archive
from newsarchive.cli.page_json import labels
from newsarchive.errors import UnreadableMarkdownError
from newsarchive.items.article import Article
from newsarchive.items.verdict import ARTICLE_KINDS, Verdict
from newsarchive.markdown.writer import write_body
from newsarchive.parsing.js_literal import JsLiteralError, parse_at, parse_object
from newsarchive.parsing.json_text import objects_in, read_json, value_after
from newsarchive.records.page import Reading
from newsarchive.sites.reading import read
from newsarchive.sites.weixin.state import STATE_SHAPE
from newsarchive.storage.merging import storable
from tests.fuzz.mutations import Mutant
from tests.fuzz.samples import Sample

SECONDS, SECONDS_PER_MEGABYTE = 2.0, 3.0
"""What one reading may take of the processor: some hundred times what whole pages take, a hang for anybody who waits."""


class TooSlowError(BaseException):
    """The time is up. No `Exception`, so that no reader can swallow it."""


class BrokenPromiseError(Exception):
    """A reading that must not be."""


def check(sample: Sample, damaged: Mutant) -> None:
    """Read a damaged input. Raises BrokenPromiseError, TooSlowError, or whatever the reader let through."""
    whole = sample.whole if sample.reader == "page" and damaged.cut else None
    with _limited(len(damaged.content)):
        if sample.reader == "archive":
            _check_archive(damaged.content.decode("utf-8", "replace"), sample.name)
        elif sample.reader == "script":
            _check_script(damaged.content)
        else:
            page = sample.page(damaged.content)
            if damaged.address is not None:
                page = replace(page, url=damaged.address)
            reading = read(page, None if damaged.address == "" else sample.site)
            _check_reading(reading)
            if whole and sample.ends_itself:
                _check_cut(reading, whole)


@contextmanager
def _limited(size: int) -> Iterator[None]:
    """A limit by the processor's clock, so that what else the machine does does not matter."""

    def stop(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS + SECONDS_PER_MEGABYTE * size / 1e6)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _check_archive(text: str, name: str) -> None:
    try:
        archive = read_archive(text, name)
    except UnreadableMarkdownError:
        return
    label(archive)


def _check_script(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    for shape in (None, STATE_SHAPE):
        with suppress(JsLiteralError):
            parse_object(text, 0, shape)
    with suppress(JsLiteralError):
        parse_at(text)
    read_json(text)
    objects_in(text)
    value_after(b"x = " + content, b"x")


def _check_reading(reading: Reading) -> None:
    if reading.verdict not in ARTICLE_KINDS:
        _expect(reading.article is None, f"{reading.verdict} with an article")
    elif reading.article is None:
        _expect(reading.identity is None, f"{reading.verdict} of {reading.identity} without an article")
    else:
        _check_article(reading.article)
        _expect(
            reading.article.kind is reading.verdict, f"{reading.verdict} with one of {reading.article.kind}"
        )
        _expect(reading.article.identity == (reading.identity or ""), "two identities")
    for article in reading.bodies:
        _check_article(article)
        _expect(bool(article.identity), "an article in a list without an identity")
    for item in reading.listing.items if reading.listing else ():
        _expect(item.identity is None or bool(item.keys), f"{item.identity} without keys")
    json.dumps([*labels("page", reading)], ensure_ascii=False).encode()


def _check_article(article: Article) -> None:
    says = article.text or article.images or article.media or article.extra.get("background_images")
    _expect(bool(says), "an article that says nothing")
    stored, _ = storable(article)
    write_body(stored.body)


def _check_cut(reading: Reading, whole: Reading) -> None:
    if reading.verdict in ARTICLE_KINDS:
        _expect(reading.verdict is whole.verdict, f"{reading.verdict} of a {whole.verdict} that was cut off")
        _expect(
            _words(reading.article) == _words(whole.article), "half an article of a page that was cut off"
        )
    elif whole.verdict in ARTICLE_KINDS:
        known = {Verdict.EMPTY, Verdict.OTHER}
        _expect(reading.verdict in known, f"{reading.verdict} of a {whole.verdict} that was cut off")
    bodies = {_words(article) for article in whole.bodies}
    for article in reading.bodies:
        _expect(_words(article) in bodies, f"half of {article.identity} from a list that was cut off")
    if reading.listing and whole.listing:
        named = {item.identity for item in whole.listing.items}
        for item in reading.listing.items:
            _expect(item.identity in named, f"{item.identity} from a list that was cut off before it")


def _words(article: Article | None) -> tuple[object, ...]:
    if article is None:
        return ()
    return (article.identity, article.title, article.text, *(image.url for image in article.images))


def _expect(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise BrokenPromiseError(what)
