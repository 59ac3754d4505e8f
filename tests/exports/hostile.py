"""Articles whose every field tries to get out of it: into HTML, YAML, templates, paths, or another item."""

from __future__ import annotations

from datetime import datetime

from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import (
    Body,
    Cell,
    Code,
    Embed,
    Heading,
    Image,
    ListBlock,
    Paragraph,
    Quote,
    Span,
    Table,
)
from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict

WORDS = (
    '": {a: [b, *c, &d !!python/object:x',  # YAML
    "--- \n...\n# 标题：x",
    "{{ 7 * 191 }} {% include /etc/passwd %} {# 注释 #} {{< figure src=x >}} {{% readfile x %}}",
    '{{{ 7 * 191 }}} {% raw %}{% endraw %} {: onclick="run(1)"} {onclick=run(1) #id .class} {::options /}',
    "</script><script>run(1)</script><img src=x onerror=run(1)> <!-- x --> <style>*{}</style>",
    "[点我](javascript:run(1)) ![x](javascript:run(1)) [[维基]] ![[嵌入]] #标签 %%注释%% ==亮== $$x$$",
    "](javascript:run(1)) <javascript:run(1)> &#123;&#123; 7 * 191 }} &lt;script&gt;run(1)&lt;/script&gt;",
    "../../../../etc/passwd ..\\..\\x C:\\con /absolute",
    "\x00\x01\x08\x0b\x1b[31m\x7f\x85\u2028\u2029\ufeff\u200b控制",
    "\u202e左右\u202c\u2066x\u2069\u200f",
    "<<< @/../package.json",
    "甲 | 乙 | 丙",
    ":100: `{{ 7 * 191 }}` `` ` `` **未闭合 *_~~`",
    "1. 编号\n- 列表\n> 引用\n# 标题\n```\n围栏\n~~~\n::: danger\n+++\ntoml = 1\n+++",
    "很长的标题" * 2000,
    "[toc]",
    "[[toc]] [TOC] {:toc} [[_TOC_]] ${toc}",
    "[^1]: 脚注 [x]: javascript:run(1) *[缩写]: 全称 [^1] ^block ^[行内](javascript:run(1))",
    '!!! note "标题" ??? tip',
    "/// note | 标题 ///",
    '--8<-- "mkdocs.yml"',
    "@[code](../package.json) @include ./x <!--@include: ../package.json-->",
    "<!--@include: @/.vitepress/config.mjs--> <!--more--> <!-- more --> <!-- excerpt -->",
    "<% run(1) %> <%= 1 %> {:.x} {:#id} {: .x} {.x} { #id } {% asset_img x %} {{{ a.b }}}",
    "<Comp :a='run(1)' @click='run(1)' v-html='x' /> <script setup>run(1)</script>",
    "[a](vbscript:run(1)) [b](data:text/html,<script>run(1)</script>) [c](JaVaScRiPt&colon;run(1)) [d](&Tab;javascript:run(1))",
    "![[嵌入.png|100]] [[页#节^块|别名]] #标签/子 %%看不见 ==亮 $x$ > [!note] ^abc",
    "+++",
    ":::",
    "> [!WARNING] 警告",
    "\\~\\~ H~2~O x^2^ ++加++ ~~删~~ ||隐|| ==标==",
    "term\n: 定义",
    "<newsarchive-index> <!-- newsarchive:index --> <think> <Vue :is='x'> List<String>",
)
"""One a title, an author, a caption and a paragraph each."""

PICTURE = "https://img.example/pictures/{}.png"
_URL = "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid={}&idx=1&sn=0123456789abcdef0123456789abcdef"


def hostile_articles(day: datetime) -> list[Article]:
    """An article for each of the words, in the minutes of an hour that begins at `day`."""
    return [_article(number, words, day) for number, words in enumerate(WORDS)]


def _article(number: int, words: str, day: datetime) -> Article:
    identity = f"weixin:MzAwMDAwMDAwMA==:{9000 + number}:1"
    if number == 7:
        identity = f"weixin:../../{'../' * 20}etc:{9000 + number}:1"
    return Article(
        site="weixin",
        identity=identity,
        kind=Verdict.ARTICLE,
        url=_URL.format(9000 + number),
        title=words,
        attribution=Attribution(account=words[:200], author=f"作者 {words[:200]}"),
        published_at=day.replace(minute=number, tzinfo=SHANGHAI),
        digest=f"摘要第 {number} 篇：{words[:300]}",
        cover="javascript:run(1)",
        tags=(words[:80], "a: b", "#x"),
        body=_body(number, words),
    )


def _body(number: int, words: str) -> Body:
    words = words.replace("\n", " ")
    return [
        Heading(2, [Span(f"节 {words[:500]}")]),
        Paragraph([Span("前言 "), Span(words, strong=True), Span(" 后语")]),
        Paragraph([Span(words)]),
        Paragraph([Span(words[:200], link="https://example.com/{{x}}/{%y%}?a=(1")]),
        Paragraph([Span(words[:200], link="javascript:run(1)"), Span(words[:200], code=True)]),
        Image(PICTURE.format(number), alt=words[:300], caption=words[:300]),
        ListBlock([[Paragraph([Span(words)])], [Code(words)]], ordered=True),
        Quote([Paragraph([Span(words)])]),
        Code(
            f"{words}\n\n```\n{{{{ 7 * 191 }}}} {{% x %}} {{{{< y >}}}}\n</code></pre><script>run(1)</script>",
            "vue",
        ),
        Table([[Cell([Paragraph([Span(words)])], header=True)], [Cell([Paragraph([Span(f"格 {words}")])])]]),
        Embed("video", "1", "javascript:run(1)", words[:300]),
        Paragraph([Span(f"完 {number}")]),
    ]
