"""Jekyll with minima 2.5: its start page speaks English and its head has no hook, so that both are written anew here."""

from __future__ import annotations

from collections.abc import Mapping

from exports.scaffolds.published_site import NO_REFERRER, WRAPPED, PublishedSite, Scaffold
from newsarchive.markdown.front_matter import Value, front_matter, yaml_text

_HEAD = f"""<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  {NO_REFERRER}
  {{%- seo -%}}
  <link rel="stylesheet" href="{{{{ "/assets/main.css" | relative_url }}}}">
  {{%- feed_meta -%}}
  <style>
    .post-content {{ {WRAPPED} }}
    .post-content table {{ display: block; overflow-x: auto }}
  </style>
</head>
"""
_HOME = """---
layout: default
---
<div class="home">
  {{ content }}
  <ul class="post-list">
    {%- for post in site.posts limit: 60 -%}
    {%- assign hidden = false -%}
    {%- for name in site.not_at_home -%}{%- if post.categories contains name -%}{%- assign hidden = true -%}{%- endif -%}{%- endfor -%}
    {%- unless hidden -%}
    <li>
      <span class="post-meta">{{ post.date | date: site.minima.date_format }}</span>
      <h3><a class="post-link" href="{{ post.url | relative_url }}">{{ post.title | escape }}</a></h3>
      <p>{{ post.description | escape }}</p>
    </li>
    {%- endunless -%}
    {%- endfor -%}
  </ul>
  <p class="rss-subscribe"><a href="{{ "/feed.xml" | relative_url }}">RSS</a></p>
</div>
"""
_GEMFILE = """source "https://rubygems.org"
gem "jekyll", "~> 4.3"
gem "minima", "~> 2.5"
group :jekyll_plugins do
  gem "jekyll-feed"
  gem "jekyll-seo-tag"
end
"""


def _files(site: PublishedSite) -> Mapping[str, str]:
    config: dict[str, Value] = {
        "title": site.title,
        "description": site.description,
        "author": site.author,
        "lang": site.language,
        "url": site.host,
        "baseurl": site.path.rstrip("/"),
        "timezone": "Asia/Shanghai",
        "theme": "minima",
        "plugins": ["jekyll-feed", "jekyll-seo-tag"],
        "permalink": "/:year/:month/:day/:title.html",
        "header_pages": [it.index for it in site.sections],
        "not_at_home": [it.name for it in site.sections if not it.listed],
        "minima": {"date_format": "%Y-%m-%d"},
        "kramdown": {"smart_quotes": ["apos", "apos", "quot", "quot"]},
        "exclude": ["Gemfile", "Gemfile.lock", "node_modules", "vendor"],
    }
    return {
        "_config.yml": yaml_text(config),
        "Gemfile": _GEMFILE,
        "index.md": front_matter({"layout": "home"}),
        "_layouts/home.html": _HOME,
        "_includes/head.html": _HEAD,
    }


SCAFFOLD = Scaffold(
    _files,
    {"_config.yml": ("_config.yaml", "_config.toml"), "index.md": ("index.markdown", "index.html")},
)
