"""Pages as editors of other archives write them, one a form, and an order of pages for tests of imports."""

from __future__ import annotations

HEADINGS = """# 江岸周报 #7 | 2026-03-01

![图](https://img.example/head.png)

欢迎到 [讨论区](https://example.com/issues) 说一声。

## 文章

### 🐕 [用旧水道实现夜航](https://example.com/night)

[@渡工](https://example.com/people/1)：江心洲渡口把夜航搬回旧水道。

![夜航](https://img.example/night.png)

- 延伸：[旧水道图](https://example.com/maps)

### 🐎 [三天修好一座灯塔](https://example.com/tower)

停了二十年的灯塔。

## 一句话

- [旧船票展开幕](https://example.com/tickets)
- [灯塔开放日](https://example.com/open)

## 关于

- [订阅](https://example.com/feed)
"""
ROWS = """# 2026-03-01 江岸情报

## 数据

共 2 条。

## 列表

- [渡口夜航恢复](https://example.com/night) (发布日期: 2026-02-28)
- **[三天修好一座灯塔](https://example.com/tower)**。停了二十年。

## 表

| 题 | 链接 |
|---|---|
| 渡口夜航恢复 | [打开](https://example.com/night) |
"""
SOURCED = """# 2026-03-01 江岸日报

## 渡口

- **渡口夜航恢复**，首晚来了四十人（[源](https://example.com/night)）
- 三天修好一座灯塔，见[图纸](https://example.com/plan)（[来源](https://example.com/tower)）。

## 原始信源

- [江岸通讯社](https://example.com/agency)
- [灯塔志](https://example.com/lights)
"""
CARDS = """# 📅 江岸日报 2026-03-01

<div class="list">

<div class="card"><h4><a href="https://example.com/night" target="_blank">渡口夜航恢复 &amp; 更多</a></h4><div class="summary">首晚来了*四十*人。</div><div class="meta"><span>渡口</span></div></div>

<div class="card"><h4><a href="https://example.com/tower" target="_blank">三天修好一座灯塔</a></h4><div class="summary">停了二十年。</div><div class="meta"><span>灯塔</span></div></div>

</div>
"""
BELOW = """---
date: 2026-03-01
---

## 技术

**渡口夜航恢复**  
<https://example.com/night>  
首晚来了四十人。  
<img src=https://img.example/night.png width=600/>

**三天修好一座灯塔**  
<https://example.com/tower>  
停了二十年。
"""  # noqa: W291
LINK_BELOW = """# 江岸日报 2026-03-01

## 要闻

### 渡口夜航恢复

首晚来了四十人。

🔗 [原文链接](https://example.com/night)

### 三天修好一座灯塔

停了二十年。

来源：[江岸通讯社](https://example.com/tower)
"""
PARAGRAPHS = """---
title: 日刊
date: 2026-03-01
---

### 渡口

1.  **夜航图志** 打破围墙，将专业的[水文分析工具](https://example.com/night)交到每一位读者手中。
<br/>![截图](https://img.example/a.avif)<br/>

2.  三天修好一座灯塔。🚀 [更多详情](https://example.com/tower)
    <br/> [![图](https://img.example/b.png)](https://img.example/b.png) <br/>
"""
ALL = {
    "headings": HEADINGS,
    "rows": ROWS,
    "sourced": SOURCED,
    "cards": CARDS,
    "below": BELOW,
    "link-below": LINK_BELOW,
    "paragraphs": PARAGRAPHS,
}
