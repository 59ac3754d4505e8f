"""A small site for each tool: its configuration with layouts that print titles as they are, and the command that builds it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / ".tools"
NODE = TOOLS / "node_modules"


@dataclass(frozen=True)
class Tool:
    """A tool: the program to look for, the files of a site, how it is built and where the HTML comes out."""

    name: str
    program: str
    files: dict[str, str]
    command: tuple[str, ...]
    out: str

    @property
    def is_installed(self) -> bool:
        return shutil.which(self.program) is not None

    def build(self, site: Path) -> Path:
        """Build the site and give the folder of its HTML; anything that the tool complains of is a failure."""
        for name, text in self.files.items():
            path = site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        modules = site / "node_modules"
        if NODE.is_dir() and not modules.exists():
            modules.symlink_to(NODE)
        ended = subprocess.run(
            [self.program, *self.command],
            cwd=site,
            env=os.environ
            | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "CI": "1"}
            | {"JEKYLL_NO_BUNDLER_REQUIRE": "true"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, f"{self.name}: {ended.stdout[-3000:]}{ended.stderr[-3000:]}"
        assert "ERROR" not in ended.stdout + ended.stderr, ended.stdout[-3000:] + ended.stderr[-3000:]
        return site / self.out


_HUGO_PAGE = (
    "<html><head><title>{{ .Title }}</title></head><body><h1>{{ .Title }}</h1>{{ .Content }}</body></html>"
)
HUGO = Tool(
    "hugo",
    "hugo",
    {
        "config.yaml": "baseURL: https://example.org/\nlanguageCode: zh-CN\nhasCJKLanguage: true\ntimeZone: Asia/Shanghai\n"
        "buildFuture: true\ndisableKinds: [taxonomy, term, RSS, sitemap]\n",
        "layouts/_default/single.html": _HUGO_PAGE,
        "layouts/_default/list.html": _HUGO_PAGE,
        "layouts/index.html": _HUGO_PAGE,
    },
    ("--quiet",),
    "public",
)
JEKYLL = Tool(
    "jekyll",
    "jekyll",
    {
        "_config.yml": "title: x\ntimezone: Asia/Shanghai\nfuture: true\nmarkdown: kramdown\nstrict_front_matter: true\n"
        "exclude: [node_modules]\npermalink: /:year/:month/:day/:title.html\n"
        "kramdown:\n  input: GFM\n  syntax_highlighter: null\n",
        "_layouts/post.html": "<html><head><title>{{ page.title }}</title></head><body><h1>{{ page.title }}</h1>{{ content }}</body></html>",
        "_layouts/page.html": "<html><head><title>{{ page.title }}</title></head><body><h1>{{ page.title }}</h1>{{ content }}</body></html>",
    },
    ("build", "--quiet"),
    "_site",
)
_EJS = "<html><head><title><%- page.title %></title></head><body><h1><%- page.title %></h1><%- page.content %></body></html>"
HEXO = Tool(
    "hexo",
    str(NODE / ".bin" / "hexo"),
    {
        "_config.yml": "title: x\nurl: https://example.org\nlanguage: zh-CN\ntimezone: Asia/Shanghai\ntheme: small\nfuture: true\n"
        "permalink: :year/:month/:day/:title/\nmarked:\n  smartypants: false\n",
        "package.json": '{"name": "site", "private": true, "hexo": {"version": "8.1.2"}, "dependencies": {"hexo": "8",'
        ' "hexo-renderer-ejs": "2", "hexo-renderer-marked": "7", "hexo-generator-index": "4"}}',
        "themes/small/layout/post.ejs": _EJS,
        "themes/small/layout/page.ejs": _EJS,
        "themes/small/layout/index.ejs": "<html><body><% page.posts.each(function(post) { %><p><%- post.title %></p><% }) %></body></html>",
    },
    ("generate",),
    "public",
)
MKDOCS = Tool(
    "mkdocs",
    str(TOOLS / "mkdocs" / "bin" / "mkdocs"),
    {
        "mkdocs.yml": "site_name: x\nsite_url: https://example.org/\ntheme:\n  name: mkdocs\n  highlightjs: false\nplugins: []\n"
        "markdown_extensions: [attr_list, tables, fenced_code, admonition, abbr, def_list, footnotes, md_in_html, pymdownx.details,\n"
        "  pymdownx.snippets, pymdownx.blocks.admonition, pymdownx.blocks.tab, pymdownx.tabbed]\n",
    },
    ("build", "--quiet"),
    "site",
)
VITEPRESS = Tool(
    "vitepress",
    str(NODE / ".bin" / "vitepress"),
    {
        "docs/.vitepress/config.mjs": "export default { title: 'x', lang: 'zh-CN', mpa: true, metaChunk: false, appearance: false,\n"
        "  vite: { logLevel: 'error', build: { minify: false } } }\n",
    },
    ("build", "docs"),
    "docs/.vitepress/dist",
)
OBSIDIAN = Path(__file__).with_name("obsidian.mjs")
"""Names what Obsidian would take for its own; it looks for its parsers in the folders above it."""
BUILDERS = (HUGO, JEKYLL, HEXO, MKDOCS, VITEPRESS)
_THEME = "themes/PaperMod/layouts"
_COVER = (
    """{{ with .Params.cover.image }}<img src="{{ . | absURL }}" alt="{{ $.Params.cover.alt }}">{{ end }}"""
)
_ENTRY = f"""<article>{_COVER}<h2><a href="{{{{ .RelPermalink }}}}">{{{{ .Title }}}}</a></h2>
<p>{{{{ .Summary | plainify }}}}</p><small>{{{{ .Date.Format (site.Params.DateFormat) }}}}</small></article>"""
PAPERMOD = {
    f"{_THEME}/_default/baseof.html": """<!doctype html><html lang="{{ site.LanguageCode }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{ .Title }}</title>
<meta name="description" content="{{ with .Description }}{{ . }}{{ else }}{{ .Summary | plainify }}{{ end }}">
<link rel="icon" href="data:,">
{{ range .AlternativeOutputFormats }}<link rel="alternate" type="{{ .MediaType.Type }}" href="{{ .Permalink }}">{{ end }}
{{ template "_internal/opengraph.html" . }}{{ partial "extend_head.html" . }}
<style>body { max-width: 44em; margin: auto; padding: 1em; line-height: 1.7; overflow-wrap: anywhere }
img { max-width: 100% } table, pre { display: block; overflow-x: auto } nav a { margin-right: 1em }</style></head>
<body><nav><a href="{{ "/" | relURL }}">{{ site.Title }}</a>{{ range site.Menus.main }}<a href="{{ .URL }}">{{ .Name }}</a>{{ end }}</nav>
<main>{{ block "main" . }}{{ end }}</main></body></html>""",
    f"{_THEME}/partials/extend_head.html": "",
    f"{_THEME}/index.html": '{{ define "main" }}{{ range where site.RegularPages "Type" "in" site.Params.mainSections }}'
    + _ENTRY
    + "{{ end }}{{ end }}",
    f"{_THEME}/_default/list.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ range union .RegularPages .Sections }}'
    + _ENTRY
    + "{{ end }}{{ end }}",
    f"{_THEME}/_default/terms.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ range .Data.Terms.Alphabetical }}'
    '<a href="{{ .Page.RelPermalink }}">{{ .Page.Title }}</a> {{ end }}{{ end }}',
    f"{_THEME}/_default/single.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ if not site.Params.cover.hiddenInSingle }}'
    + _COVER
    + '{{ end }}<small>{{ .Lastmod.Format (site.Params.DateFormat) }}</small>{{ .Content }}{{ range .GetTerms "tags" }}'
    '<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> {{ end }}{{ end }}',
}
"""A theme that reads what PaperMod reads, as its documentation says; that one is in no registry."""
CONFIGURED = (
    replace(HUGO, files=PAPERMOD),
    replace(JEKYLL, files={}),
    replace(HEXO, files={}),
    replace(MKDOCS, files={}),
    replace(VITEPRESS, files={}),
)
"""The same tools, with nothing but the configuration that an export has written."""
LINT = str(NODE / ".bin" / "markdownlint-cli2")
