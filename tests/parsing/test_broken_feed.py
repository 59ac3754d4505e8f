"""Feeds with a mistake in their XML: all but the entry that it stands in comes out as without it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsing.feeds import FeedEntry, is_feed, read_feed

NUMBERS = range(1, 5)


def rss(
    items: str, head: str = "<title>样例</title><link>https://example.com/</link>", more: str = ""
) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"{more}><channel>{head}\n{items}\n</channel></rss>\n'


ALL_CDATA = rss(
    "\n".join(
        f"<item><title><![CDATA[第 {n} 家 R&D 公司 <em>融资</em>]]></title><link><![CDATA[https://36kr.com/p/350000000000000{n}?f=rss&x=1]]>"
        f"</link><pubDate>2026-11-20 08:0{n}:00  +0800</pubDate><description><![CDATA[<p>公司 &amp; 投资 {n}<br>"
        '<img src="https://img.example/?a=1&b=2"></p>]]></description><author>作者</author></item>'
        for n in NUMBERS
    ),
    "<title><![CDATA[36氪]]></title><link>https://36kr.com</link><!-- made by hand -->",
)
ALL_ESCAPED = rss(
    "\n".join(
        f"<item><title>乙公司 {n} 扩大 R&amp;D，利润率 &lt; 5%</title><link>https://36kr.com/newsflashes/350000000000000{n}</link>"
        "<pubDate>2026-11-20 08:01:00  +0800</pubDate><description>&lt;p&gt;公司 &lt;a "
        f'href="https://example.org/?a=1&amp;amp;b={n}"&gt;公告&lt;/a&gt;，R&amp;amp;D。&lt;/p&gt;</description></item>'
        for n in NUMBERS
    )
)
TWO_SECTIONS = rss(
    "".join(
        f"<item><title>旧船票第 {n} 张 &amp; 更多</title><link>https://www.ithome.com/0/990/00{n}.htm</link>"
        f"<guid>https://www.ithome.com/0/990/00{n}.htm</guid><description><![CDATA[<p>第 {n} 张<!-- 注 -->，1 &lt; 5</p>]]>"
        f"<![CDATA[<p>后半</p>]]></description><pubDate>Fri, 20 Nov 2026 0{n}:00:00 GMT</pubDate></item>"
        for n in NUMBERS
    )
)
WITH_CONTENT = rss(
    "\n".join(
        f"""    <item>
      <title>文章 {n} A&amp;B</title>
      <link>https://mp.weixin.qq.com/s?__biz=MzA5&amp;mid=265123456{n}&amp;idx=1&amp;sn=0123456789abcdef0123456789abcdef</link>
      <description>摘要 &lt;{n}&gt;</description>
      <content:encoded><![CDATA[<div><p>正文 {n} & <b>粗</b></p></div>]]></content:encoded>
      <dc:creator>某人</dc:creator>
      <guid isPermaLink="false">id{n}</guid>
    </item>"""
        for n in NUMBERS
    ),
    more=' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"',
)
ATOM = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh"><title>订阅</title>'
    '<link rel="self" href="https://example.com/atom"/><link href="https://example.com/"/>\n'
    + "\n".join(
        f'<entry><title type="html">标题 {n}&lt;em&gt;一&lt;/em&gt; &amp;amp;</title>'
        f'<link rel="alternate" href="https://www.ithome.com/1/008/91{n}.htm?a=1&amp;b=2"/><id>tag:{n}</id>'
        "<published>2026-09-30T21:24:53+08:00</published><author><name>作者</name></author>"
        f'<category term="AI&amp;I"/><content type="html">&lt;p&gt;正文 {n} &amp;amp; &lt;br&gt;好&lt;/p&gt;</content></entry>'
        for n in NUMBERS
    )
    + "\n</feed>"
)
OWN_ENTITIES = (
    '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY co "A &amp; B">]>'
    + rss(
        "\n".join(
            f"<item><title>旧{n}&nbsp;&co;</title><link>https://www.ithome.com/0/990/00{n}.htm</link><description>&nbsp;{n}</description></item>"
            for n in NUMBERS
        )
    ).partition("\n")[2]
)
FEEDS = {
    "all in CDATA": ALL_CDATA,
    "all escaped": ALL_ESCAPED,
    "two sections": TWO_SECTIONS,
    "with content": WITH_CONTENT,
    "Atom": ATOM,
    "own entities": OWN_ENTITIES,
}
MISTAKES: list[str | bytes] = [
    "&", "&nbsp;", "&hellip;", "&#16;", "&#xD800;", "&#0;", "&#99999999;", "&bogus;", "&lt", "<", "a < b", "<3", "<br>", "<p>", "</p>",
    "<b>粗", '<a href="x>', "<script>a<b&&c</script>", "<![CDATA[", "]]>", "<!--", "-->", "<x:y>", "<x:y>z</x:y>", '<a b="1" b="2">z</a>',
    "<!DOCTYPE html>", '<?xml version="1.0"?>', "<?php", "\x00", "\x0b", "\x1b", "\ufffe", "<title>", "</title>", "<link/>", "</description>",
    b"\xff", b"\xe4", b"\xc4\xe3", b"\x80",
]  # fmt: skip


def entries(content: bytes) -> list[FeedEntry]:
    feed = read_feed(content)
    return feed.entries if feed else []


def spans(text: str) -> list[tuple[int, int]]:
    found = re.finditer(r"<(item|entry)[ >].*?</\1>", text, re.DOTALL)
    return [match.span() for match in found]


INTACT = {name: entries(text.encode()) for name, text in FEEDS.items()}


def is_within(some: list[FeedEntry], all_of: list[FeedEntry]) -> bool:
    """Whether the first are among the others, in their order."""
    rest = iter(all_of)
    return all(any(entry == other for other in rest) for entry in some)


@pytest.mark.parametrize("name", FEEDS)
@given(data=st.data())
def test_a_mistake_anywhere_changes_no_other_entry(name: str, data: st.DataObject) -> None:
    text = FEEDS[name]
    mistake = data.draw(st.sampled_from(MISTAKES))
    place = data.draw(st.integers(text.index("?>") + 2 if text.startswith("<?") else 0, len(text)))
    raw = mistake if isinstance(mistake, bytes) else mistake.encode()
    content = text[:place].encode() + raw + text[place:].encode()
    others = [
        entry
        for entry, (start, end) in zip(INTACT[name], spans(text), strict=True)
        if not start < place < end
    ]
    found = entries(content)
    assert is_within(others, found), (mistake, text[place - 20 : place], text[place : place + 20])
    assert len(found) <= len(INTACT[name])
    assert is_feed(content)


@pytest.mark.parametrize("name", FEEDS)
@given(data=st.data())
def test_what_is_missing_anywhere_changes_no_other_entry(name: str, data: st.DataObject) -> None:
    text = FEEDS[name]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(start + 8, len(text))))
    others = [
        entry
        for entry, (first, last) in zip(INTACT[name], spans(text), strict=True)
        if end <= first or last <= start
    ]
    assert is_within(others, entries((text[:start] + text[end:]).encode()))


@pytest.mark.parametrize("name", FEEDS)
@given(data=st.data())
def test_a_feed_that_ends_too_early_has_the_entries_that_are_whole(name: str, data: st.DataObject) -> None:
    text = FEEDS[name]
    place = data.draw(st.integers(0, len(text)))
    n_whole = sum(end <= place for _, end in spans(text))
    assert entries(text[:place].encode()) == INTACT[name][:n_whole]


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_that_ends_too_early_says_so_and_one_with_a_mistake_does_not(name: str) -> None:
    text = FEEDS[name]
    *_, (start, end) = spans(text)
    for place in (start, start + 9, end - 9, end):
        cut = read_feed(text[:place].encode())
        assert cut is not None
        assert cut.cut
    for place in (start, start + 30, end):
        broken = read_feed(f"{text[:place]}&{text[place:]}".encode())
        assert broken is not None
        assert not broken.cut


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_mistake_in_another_encoding(encoding: str) -> None:
    broken = ALL_ESCAPED.replace("乙公司 2", "乙公司&nbsp;2", 1)
    assert entries(broken.encode(encoding)) == INTACT["all escaped"]


def test_a_section_that_is_left_open_swallows_no_entry_even_where_the_xml_stays_well_formed() -> None:
    broken = TWO_SECTIONS.replace("后半</p>]]></description>", "后半</p></description>", 1)
    assert is_within(INTACT["two sections"][1:], entries(broken.encode()))


def test_entries_that_are_commented_out_or_quoted_are_none() -> None:
    quoted = "<item><title>一</title><link>https://a.example/1</link><description><![CDATA[<item>例</item>]]></description></item>"
    items = f"<!-- <item><title>旧</title><link>https://a.example/0</link></item> -->{quoted}"
    good = entries(rss(items).encode())
    assert [entry.title for entry in good] == ["一"]
    assert entries(rss(f"{items}<item><title>二&</title></item>").encode())[:1] == good


FIRST = "<title>{}</title><link>https://www.ithome.com/0/990/001.htm</link>"


@pytest.mark.parametrize(
    ("broken", "title", "description"),
    [
        ("<title>甲&nbsp;公司 R&amp;D</title>{link}<description>&lt;p&gt;一&lt;/p&gt;</description>", "甲 公司 R&D", "<p>一</p>"),
        ("<title>甲 & 乙 &amp; 丙</title>{link}<description>&lt;p&gt;一 &amp;amp; 二&lt;/p&gt;</description>", "甲 & 乙 & 丙", "<p>一 &amp; 二</p>"),
        ("<title>甲 < 乙</title>{link}<description>&lt;p&gt;一&hellip;&lt;/p&gt;</description>", "甲 < 乙", "<p>一…</p>"),
        ("<title>甲<br>乙</title>{link}<description>&lt;p&gt;一<br>二&lt;/p&gt;</description>", "甲乙", "<p>一<br>二</p>"),
        ("<title>甲</title>{link}<description><p>一 &amp; 二<b>三</p></description>", "甲", "<p>一 &amp; 二<b>三</p>"),
        ("<title><![CDATA[甲</title>{link}<description><![CDATA[<p>一</p>]]></description>", "甲", "<p>一</p>"),
        ("<title>甲<b>乙</title>{link}<description><![CDATA[<p>一</p>]]></description>", "甲乙", "<p>一</p>"),
        ("<title>甲</titel>{link}<description><![CDATA[<p>一</p>]]></description>", "甲", "<p>一</p>"),
        ("<title>甲{link}<description><![CDATA[<p>一</p>]]></description>", "甲", "<p>一</p>"),
        ("<title>甲&#16;乙&#xD800;</title>{link}<description><![CDATA[<p>一</p>]]></description>", "甲乙", "<p>一</p>"),
        ('<title a="1" a="2">甲</title>{link}<media:credit>乙<content:encoded>全</content:encoded><description>一</description>', "甲", "一"),
    ],
)  # fmt: skip
def test_the_broken_entry_is_read_as_well_as_can_be(broken: str, title: str, description: str) -> None:
    link = "<link>https://www.ithome.com/0/990/001.htm?a=1&b=2&amp;c=3</link>"
    item = f"<item>{broken.format(link=link)}</item>"
    found = entries(rss(f"{item}<item><title>R&amp;D</title></item>").encode())
    assert [entry.title for entry in found][1:] == ["R&D"]
    (entry,) = found[:1]
    assert (entry.title, entry.description) == (title, description)
    assert entry.link == "https://www.ithome.com/0/990/001.htm?a=1&b=2&c=3"


def test_entities_of_a_broken_feed_are_not_resolved() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE rss [<!ENTITY a0 "x">{bomb}<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    content = (
        head
        + rss("<item><title>&a11;&file;</title></item><item><title>R&D &amp;</title></item>").partition("\n")[
            2
        ]
    )
    found = entries(content.encode())
    assert [len(entry.title) < 20 for entry in found] == [True, True]
    assert found[1] == replace(FeedEntry(), title="R&D &")


@pytest.mark.parametrize(
    "piece",
    [
        "<![CDATA[",
        "<!--",
        "<item>",
        "</item>",
        "<title>",
        "<a ",
        "<",
        "&",
        "<?",
        "<!DOCTYPE [",
        "<channel>",
        "<a:b>",
        "<item></item>",
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(piece: str) -> None:
    assert entries(rss(f"<item><title>&</title><link>{piece * 20_000}</item>").encode()) is not None
