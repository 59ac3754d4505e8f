"""RSS and Atom: what the feeds of these sites look like, and what hostile ones try."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsing.feeds import Feed, is_feed, read_feed


def rss(items: str, head: str = "<title>样例</title><link>https://example.com</link>") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def read(content: bytes) -> Feed:
    assert is_feed(content)
    feed = read_feed(content)
    assert feed is not None
    return feed


def test_cdata_around_links_and_a_date_with_two_blanks() -> None:
    entry = read(
        rss(
            "<item><title><![CDATA[一条 & 两条]]></title><link><![CDATA[https://36kr.com/p/3853011900142848?f=rss]]></link>"
            "<pubDate>2026-07-15 11:05:44  +0800</pubDate><description><![CDATA[<p>正文</p>]]></description></item>"
        )
    ).entries[0]
    assert entry.title == "一条 & 两条"
    assert entry.link == "https://36kr.com/p/3853011900142848?f=rss"
    assert entry.published == "2026-07-15 11:05:44 +0800"
    assert entry.description == "<p>正文</p>"


def test_a_body_in_two_adjacent_cdata_sections_is_one_body() -> None:
    feed = read(rss("<item><description><![CDATA[<p>前半]]><![CDATA[后半</p>]]></description></item>"))
    assert feed.entries[0].description == "<p>前半后半</p>"


def test_an_escaped_body_is_unescaped_once() -> None:
    feed = read(rss("<item><description>&lt;p&gt;1 &amp;lt; 2&lt;/p&gt;</description></item>"))
    assert feed.entries[0].description == "<p>1 &lt; 2</p>"


def test_cdata_marks_that_were_escaped_themselves_are_taken_off() -> None:
    items = (
        "<item><description>&lt;![CDATA[ 摘要 ]]&gt;</description>"
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "&lt;![CDATA[ &lt;p&gt;正文&lt;/p&gt; ]]&gt;</content:encoded></item>"
    )
    entry = read(rss(items)).entries[0]
    assert (entry.description.strip(), entry.content.strip()) == ("摘要", "<p>正文</p>")


def test_a_description_that_was_never_escaped_keeps_its_markup() -> None:
    content = (
        b'   \n<rss version="2.0"><channel><item><title>one</title><description>\n<p data-v="1">First.</p>'
        b'<p><img src="https://img.example.com/a.jpg" class="x"></p></description></item>'
        b"<item><title>two</title></item></channel></rss>"
    )
    feed = read(content)
    assert [entry.title for entry in feed.entries] == ["one", "two"]
    assert '<img src="https://img.example.com/a.jpg"' in feed.entries[0].description


def test_old_fields_author_category_and_guid() -> None:
    entry = read(
        rss(
            "<item><author>周某</author><category>深度</category><guid>http://36kr.com/p/5055230.html</guid>"
            "<pubDate><![CDATA[Wed, 26 Oct 2016 16:53:42 +0800]]>\n</pubDate><source>36氪</source></item>"
        )
    ).entries[0]
    assert (entry.author, entry.categories) == ("周某", ["深度"])
    assert entry.guid == "http://36kr.com/p/5055230.html"
    assert entry.published == "Wed, 26 Oct 2016 16:53:42 +0800"


def test_atom() -> None:
    content = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>订阅</title><link rel="self" href="https://example.com/atom"/>'
        '<link href="https://example.com/"/><entry><title type="html">标题&lt;em&gt;一&lt;/em&gt;</title>'
        '<link rel="alternate" href="https://www.ithome.com/1/008/914.htm"/><id>tag:1</id>'
        "<published>2026-09-30T21:24:53+08:00</published><updated>2026-10-01T00:00:00Z</updated>"
        '<author><name>作者</name></author><category term="AI"/><content type="html">&lt;p&gt;正文&lt;/p&gt;</content></entry></feed>'
    ).encode()
    feed = read(content)
    entry = feed.entries[0]
    assert (feed.title, feed.link) == ("订阅", "https://example.com/")
    assert (entry.title, entry.link, entry.author) == (
        "标题一",
        "https://www.ithome.com/1/008/914.htm",
        "作者",
    )
    assert entry.published == "2026-09-30T21:24:53+08:00"
    assert (entry.categories, entry.content) == (["AI"], "<p>正文</p>")


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "utf-16", "no-such-charset"])
def test_the_bytes_decide_the_encoding_not_the_declaration(declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><rss><channel><title>中文标题</title></channel></rss>'
    assert read(text.encode()).title == "中文标题"
    assert read(text.encode("gb18030")).title == "中文标题"


def test_characters_that_xml_forbids_are_dropped() -> None:
    feed = read(
        rss("<item><title>a\x0bb\x00c &nbsp;&hellip;</title></item><item><title>second</title></item>")
    )
    assert [entry.title for entry in feed.entries] == ["abc …", "second"]


def test_entities_and_the_network_stay_closed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET", encoding="utf-8")
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    content = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "x">{bomb}<!ENTITY file SYSTEM "{secret.as_uri()}">'
        '<!ENTITY % net SYSTEM "http://203.0.113.1/x.dtd">%net;]>'
        "<rss><channel><title>&file;&a11;</title><item><title>still here</title></item></channel></rss>"
    ).encode()
    feed = read_feed(content)
    assert feed is not None
    assert "TOP SECRET" not in feed.title
    assert len(feed.title) < 100


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"<html><body>rss</body></html>",
        b'{"rss": 1}',
        b"plain text <rss",
        b"<!DOCTYPE html><html>",
    ],
)
def test_what_is_no_feed(content: bytes) -> None:
    assert not is_feed(content)
    assert read_feed(content) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_none(content: bytes) -> None:
    read_feed(b"<rss><channel><item><title>" + content)
    assert read_feed(content) is None or is_feed(content) or b"<" in content


@given(st.lists(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20), max_size=5))
def test_titles_come_back_in_order(titles: list[str]) -> None:
    titles = [title.replace("<", "").replace("&", "").replace("]", "") or "x" for title in titles]
    items = "".join(f"<item><title><![CDATA[{title}]]></title></item>" for title in titles)
    assert [entry.title for entry in read(rss(items)).entries] == titles
