"""Exported archives built by the real tools: every story's text and pictures are in the HTML, and nothing executes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from exports.export import export_pages
from exports.formats.format import slug
from exports.request import ExportRequest
from newsarchive.items.article import Article
from newsarchive.markdown.writing.escaping import clean
from newsarchive.storage import Store
from tests.exports.hostile import WORDS, hostile_articles
from tests.tools.conftest import FORMATS, HOSTILE_DAY, MONTH, make_site, need, sample_articles
from tests.tools.sites import BUILDERS, LINT, NODE, OBSIDIAN, Tool

_TYPOGRAPHY = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "\u2060": ""}
)
_BLANKS = re.compile(r"\s+")


def words(text: str) -> str:
    """Text without what typographers of the tools change, and without white space."""
    text = _BLANKS.sub("", clean(text).translate(_TYPOGRAPHY))
    return re.sub("-+", "-", text.replace("\u200b", "").replace("\u2060", ""))


def page_of(out: Path, article: Article) -> html.HtmlElement:
    """The page of an article."""
    name = slug(article.identity)
    found = [*out.rglob(f"*{name}.html"), *out.rglob(f"*{name}/index.html")]
    assert len(found) == 1, f"{article.identity}: {found}"
    return parsed(found[0])


def parsed(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_text(encoding="utf-8"))


def shown(page: html.HtmlElement) -> str:
    """What a reader sees of a page."""
    return words("".join(page.xpath("//body//text()[not(ancestor::script) and not(ancestor::style)]")))


def of_the_month() -> list[Article]:
    return [
        it
        for it in sample_articles()
        if it.published_at and f"{it.published_at:%Y-%m}" == "2026-10" and not it.promotion
    ]


def dangers(page: html.HtmlElement) -> Iterator[str]:
    """What runs, or has left its field."""
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if name.startswith("on") or re.sub(r"[\s\x00-\x1f]", "", value).lower().startswith("javascript:"):
                yield f"<{element.tag} {name}={value[:60]!r}>"
            if (name, value) in {("id", "id"), ("class", "class"), ("src", "x")}:
                yield f"<{element.tag} {name}={value}>"
        if (
            element.tag in {"script", "style"}
            and "run(1)" in (element.text or "").replace("\\u003C", "<").split("__pageData")[0]
        ):
            yield f"<{element.tag}> {element.text}"
        if element.tag in {"think", "vue", "newsarchive-index", "string"}:
            yield f"<{element.tag}>"


@pytest.mark.parametrize("tool", BUILDERS, ids=lambda tool: tool.name)
async def test_every_story_is_in_the_site_and_nothing_runs(store: Store, tmp_path: Path, tool: Tool) -> None:
    need(tool.name, installed=tool.is_installed)
    out = tool.build(await make_site(store, tool.name, tmp_path))
    samples = [
        it
        for it in of_the_month()
        if slug(it.identity) in {p.stem[11:] for p in (tmp_path / tool.name).rglob("*.md")}
    ]
    assert len(samples) > 50
    for article in samples:
        page = page_of(out, article)
        text = shown(page)
        for line in article.text.split("\n"):
            assert words(line) in text, f"{article.identity}: {line}"
        sources = set(page.xpath("//img/@src"))
        assert {image.url for image in article.images} <= sources, article.identity
        assert words(article.title) in text
    for article, said in zip(hostile_articles(HOSTILE_DAY), WORDS, strict=True):
        page = page_of(out, article)
        assert shown(page).count(words(said)) >= 4, article.identity
        assert set(page.xpath("//img/@src")) == {image.url for image in article.images}
    for path in out.rglob("*.html"):
        page = parsed(path)
        assert list(dangers(page)) == [], path
        assert "1337" not in shown(page), f"{path}: a template was evaluated"


async def test_obsidian_finds_nothing_of_its_own(store: Store, tmp_path: Path) -> None:
    need("parsers of Obsidian's Markdown", installed=is_there(str(NODE / "micromark-extension-wiki-link")))
    script = tmp_path / OBSIDIAN.name
    script.write_bytes(OBSIDIAN.read_bytes())
    (tmp_path / "node_modules").symlink_to(NODE)
    own = tmp_path / "own"
    own.mkdir()
    signs = (
        "#标签",
        "#tag",
        "[[页]]",
        "![[图]]",
        "$x$",
        "%%注%%",
        "==亮==",
        "字 ^abc",
        "> [!note]",
        "`= x`",
        "[^1]\n\n[^1]: 注",
    )
    for number, sign in enumerate(signs):
        (own / f"{number}.md").write_text(f"{sign}\n", encoding="utf-8")
    assert {line.split('"')[3] for line in found_by_obsidian(script, own)} == {
        str(own / f"{number}.md") for number in range(len(signs))
    }, "the script sees every sign"
    assert found_by_obsidian(script, await make_site(store, "obsidian", tmp_path)) == []


def found_by_obsidian(script: Path, vault: Path) -> list[str]:
    ended = subprocess.run(
        ["node", str(script), str(vault)], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout.splitlines()


def is_there(path: str) -> bool:
    return Path(path).exists()


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "site/**/*.md"], cwd=folder, capture_output=True, text=True, check=False)


async def test_the_linter_finds_nothing_but_the_house_style(store: Store, tmp_path: Path) -> None:
    need("markdownlint-cli2", installed=is_there(LINT))
    for of in FORMATS:
        per = "article" if of == "fulltext" else None
        await export_pages(store, ExportRequest(of, month=MONTH, everything=True, per=per), tmp_path / "site")  # type: ignore[arg-type]
    rules = (
        "MD001",
        "MD012",
        "MD013",
        "MD024",
        "MD026",
        "MD034",
        "MD036",
        "MD040",
        "MD041",
        "MD045",
        "MD060",
    )
    config = "{" + ", ".join(f'"{rule}": false' for rule in rules) + "}"
    (tmp_path / ".markdownlint.json").write_text(config, encoding="utf-8")
    ended = lint(tmp_path)
    assert ended.returncode == 0, ended.stderr[-3000:]
