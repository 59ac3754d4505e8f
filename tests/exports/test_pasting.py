"""A day for the editor of official accounts and for mail: the digest's words, exact links, and nothing that a page could slip in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from lxml import html
from typer.testing import CliRunner

from exports.content.labels import LABELS
from exports.feeds.day_html import wechat_page
from exports.feeds.day_items import DayItem, DayItems
from exports.feeds.day_mail import LARGEST, Sender, day_mail
from exports.feeds.day_text import day_text
from newsarchive.cli import app
from newsarchive.cli.store import with_store
from newsarchive.editorial.selection import LeftOut
from newsarchive.errors import BadValueError
from newsarchive.items.body import Image
from newsarchive.parsing.html_tree import Element
from newsarchive.parsing.text import one_line
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import Store
from tests.exports.hostile import WORDS
from tests.storage.records import LONG_URL, article, pick, weixin

DAY = date(2025, 12, 6)
ATTRIBUTES = {"style", "href", "src", "alt", "referrerpolicy", "width", "height"}
ELEMENTS = {"section", "p", "strong", "em", "del", "code", "sup", "sub", "br", "a", "img"}


def item(number: int, text: str, url: str = "", **fields: object) -> DayItem:
    address = url or f"https://www.ithome.com/0/000/{number:03}.htm?a=1&b=2"
    return DayItem(number, Pick(day=DAY, position=number, url=address, text=text), **fields)  # type: ignore[arg-type]


def day(*items: DayItem) -> DayItems:
    return DayItems("2025年12月06日 💡行业快讯", items, LeftOut())


def section(page: str) -> Element:
    """What would be copied; nothing but known elements with their own styles."""
    found = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8")).find(
        ".//section"
    )
    assert found is not None
    assert {it.tag for it in found.iter()} <= ELEMENTS
    assert {name for it in found.iter() for name in it.keys()} <= ATTRIBUTES  # noqa: SIM118 - an element's attributes
    styles = " ".join(it.get("style", "") for it in found.iter())
    assert not re.search(r"color|background|url\(|position", styles)
    assert not re.search(r"<(style|script|link|base)\b", page.partition("<body>")[2])
    return found


def lines(of: Element) -> list[str]:
    return [one_line("".join(it.itertext())) for it in of.iterfind("p")]


def links(of: Element) -> list[str]:
    return [str(it.get("href")) for it in of.iter("a")]


def test_links_that_the_editor_refuses_are_numbers_which_the_end_explains() -> None:
    kept = "https://mp.weixin.qq.com/s/AbCdEf_-0123456789XyZw"
    page = wechat_page(
        day(
            item(1, r"**编辑**写的 \*话\* [见此](https://a.cn/?x=1&y=2) 和[那篇](" + kept + ")"),
            item(2, "公众号的", LONG_URL),
            item(3, "同一处", "https://a.cn/?x=1&y=2"),
        ),
        "题 <b>",
    )
    found = section(page)
    assert lines(found) == [
        "2025年12月06日 💡行业快讯",
        "1. 编辑写的 *话* 见此[1] 和那篇[2]",
        "2. 公众号的 原文",
        "3. 同一处[1]",
        "参考链接",
        "[1] https://a.cn/?x=1&y=2",
        "[2] https://www.ithome.com/0/000/001.htm?a=1&b=2",
    ]
    assert links(found) == [kept, LONG_URL]
    assert [it.text for it in found.iter("strong")] == ["2025年12月06日 💡行业快讯", "编辑", "参考链接"]
    assert "<title>题 &lt;b&gt;</title>" in page


def test_pictures_are_loaded_by_choice_only() -> None:
    shown = article(1, cover="https://img.a.cn/1.jpg")
    inside = article(2, body=[Image("https://img.a.cn/2.jpg"), Image("https://img.a.cn/3.jpg")])
    of = day(
        item(1, "一", article=shown),
        item(2, "二", article=inside),
        item(3, "三 ![图](https://img.a.cn/4.jpg)", article=shown),
        item(4, "四", article=article(4, cover="javascript:run(1)")),
    )
    assert "<img" not in wechat_page(of, "题")
    found = section(wechat_page(of, "题", pictures=True))
    assert [it.get("src") for it in found.iter("img")] == [f"https://img.a.cn/{n}.jpg" for n in (1, 2, 4)]
    assert {it.get("referrerpolicy") for it in found.iter("img")} == {"no-referrer"}
    assert "<img" not in parts(of)[1]


@pytest.mark.parametrize("words", WORDS)
def test_nothing_of_a_page_becomes_markup(words: str) -> None:
    of = day(item(1, words, "javascript:run(1)"), item(2, words, f"https://a.cn/{words[:50]}"))
    for page in (wechat_page(of, words, pictures=True), parts(of, title=words)[1]):
        found = section(page)
        assert all(re.match(r"https?://", it) for it in links(found))
        assert not list(found.iter("script", "style", "iframe"))


def message(text: str) -> EmailMessage:
    found = message_from_bytes(text.encode("ascii"), policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not [defect for part in found.walk() for defect in part.defects]
    return found


def parts(of: DayItems, title: str = "题", sender: Sender = Sender()) -> tuple[str, str]:  # noqa: B008 - frozen
    """The two forms of a day in its mail."""
    whole = message(day_mail(of, title, sender).text)
    assert whole.get_content_type() == "multipart/alternative"
    plain, rich = whole.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    return plain.get_content().replace("\r\n", "\n"), rich.get_content()


def test_mail_says_the_digest_in_both_forms_with_exact_links() -> None:
    of = day(item(1, "**甲** [见](https://a.cn/?x=1&y=2)"), item(2, "乙", LONG_URL))
    plain, rich = parts(of)
    assert plain == day_text(of)
    found = section(rich)
    assert lines(found) == [of.heading, *(f"{it.line} 原文" for it in of.items)]
    assert links(found) == ["https://a.cn/?x=1&y=2", of.items[0].url, LONG_URL]


def test_mail_says_whose_it_is_and_no_more_than_the_store() -> None:
    of = day(item(1, "甲"))
    text = day_mail(of, "车圈日报 12月6日\r\nBcc: x@y.cn", Sender("张三", "news@example.com")).text
    found = message(text)
    assert found["subject"] == "车圈日报 12月6日 Bcc: x@y.cn"
    assert found["from"].addresses[0].addr_spec == "news@example.com"
    assert found["from"].addresses[0].display_name == "张三"
    assert sorted(it.lower() for it in found) == [
        "content-type",
        "from",
        "mime-version",
        "subject",
        "x-unsent",
    ]
    assert text == day_mail(of, "车圈日报 12月6日\r\nBcc: x@y.cn", Sender("张三", "news@example.com")).text
    for wrong in ("a", "a@b\r\nBcc: x@y.cn", "<a@b>", "a@b, c@d", "@"):
        with pytest.raises(BadValueError, match="--from"):
            day_mail(of, "题", Sender("", wrong))


def numbers(of: Sequence[str]) -> list[int]:
    return [int(found[1]) for it in of if (found := re.match(r"(\d+)\. ", it))]


@pytest.mark.parametrize("language", LABELS)
def test_a_day_that_no_mail_can_hold_is_cut_between_stories_and_says_so(language: str) -> None:
    of = day(
        item(1, "很长" * 50_000),
        *(item(n, f"第 {n} 条：{'发布了新的产品，价格如下。' * (n % 9 + 1)}") for n in range(2, 301)),
    )
    made = day_mail(of, "题", Sender(home="https://cars.example/"), LABELS[language])
    assert LARGEST - 2_000 < len(made.text.encode()) <= LARGEST
    plain, rich = (part.get_content() for part in message(made.text).iter_parts())
    kept = numbers(plain.splitlines())
    assert kept == numbers(lines(section(rich)))
    assert kept[:3] == [2, 3, 4]
    assert sorted([*kept, *(it.number for it in made.left_out)]) == [*range(1, 301)]
    note = LABELS[language].beyond.format(len(made.left_out))
    assert plain.splitlines()[-1] == f"{note}{LABELS[language].colon}https://cars.example/"
    assert lines(section(rich))[-1] == plain.splitlines()[-1]
    assert links(section(rich))[-1] == "https://cars.example/"


def test_a_mail_that_just_fits_is_whole() -> None:
    def made(length: int) -> tuple[int, int]:
        found = day_mail(day(item(1, "字" * length), item(2, "末")), "题", Sender())
        return len(found.text), len(found.left_out)

    whole = [made(length) for length in range(12_150, 12_300, 3)]
    assert max(size for size, left_out in whole if not left_out) > LARGEST - 100
    assert all(size <= LARGEST for size, _ in whole)
    assert {left_out for _, left_out in whole} == {0, 1}


# The commands.


@pytest.fixture
def uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    found = str(tmp_path / "store.sqlite")

    async def fill(store: Store) -> None:
        await store.save_articles([article(number) for number in range(1, 301)])
        await store.save_articles([weixin()])
        await store.save_picks([pick(7, identity="ithome:7", url=article(7).url, text="编辑**写**的。")])

    with_store(found, "create", fill)
    return found


def run(*words: str, uri: str) -> str:
    result = CliRunner().invoke(app, ["export", *words, "--day", "2025-12-06", "--store", uri])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_commands_write_what_the_digest_says(uri: str, tmp_path: Path) -> None:
    (tmp_path / "newsarchive.toml").write_text(
        'title = "车圈日报"\nauthor = "张三"\nbase_url = "https://cars.example/"\n', encoding="utf-8"
    )
    digest = run("text", uri=uri).splitlines()
    texts = [it for it in digest if numbers([it])]
    assert len(texts) == 301
    assert "2025-12-06: 301 items, 300 of them drafts, written" in run("wechat", "--out", "day.html", uri=uri)
    found = section((tmp_path / "day.html").read_text(encoding="utf-8"))
    pasted = lines(found)
    assert [re.sub(r"(\[\d+\]| 原文)$", "", it) for it in pasted if numbers([it])] == texts
    addresses = [it.partition(" ")[2] for it in pasted if re.match(r"\[\d+\] ", it)]
    assert sorted([*addresses, *links(found)]) == sorted(it for it in digest if it.startswith("http"))
    assert "unchanged" in run("wechat", "--out", "day.html", uri=uri)
    assert run("wechat", uri=uri) == (tmp_path / "day.html").read_text(encoding="utf-8")

    said = run("mail", "--out", "day.eml", "--from", "news@example.com", uri=uri)
    data = (tmp_path / "day.eml").read_bytes()
    whole = message(data.decode("ascii"))
    assert whole["subject"] == "车圈日报 2025年12月6日"
    assert str(whole["from"]) == "张三 <news@example.com>"
    assert len(data) <= LARGEST
    plain = next(whole.iter_parts()).get_content().splitlines()
    sent = [it for it in plain if numbers([it])]
    assert sent == texts[: len(sent)]
    missing = re.findall(r"not in the mail: (\d+)\. .* (https?://\S+)", said)
    assert len(sent) + len(missing) == 301
    assert f"no room for {len(missing)} of 301 stories in a mail of {LARGEST} bytes" in said
    assert "unchanged" in run("mail", "--out", "day.eml", "--from", "news@example.com", uri=uri)


def test_a_day_without_stories_writes_no_file(uri: str, tmp_path: Path) -> None:
    for of in ("wechat", "mail"):
        words = ["export", of, "--day", "2025-01-01", "--out", "day", "--store", uri]
        assert "nothing to write: no stories for 2025-01-01" in CliRunner().invoke(app, words).stdout
        assert not (tmp_path / "day").exists()
