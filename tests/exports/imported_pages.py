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
WITH_SOURCES = """---
title: 渡口速递
date: 2026-03-01
---

## 渡口

**🚢 渡口夜航恢复：首晚满座** — 首晚来了四十人。**影响**：早班少了一半人。 [来源](https://example.com/night) · [江岸拾事](https://example.com/night-2)

**🗼 三天修好一座灯塔** — 停了二十年。 [来源](https://example.com/tower)

## 快讯

- **旧船票展开幕** — 一百二十件展品。 [来源](https://example.com/tickets)
- **灯塔开放日**（续前日）。周六起。 | [江岸拾事](https://example.com/open) [灯塔志](https://example.com/open-2)

## 书

- [渡口手册](https://example.com/manual)（今日+12）— 写给新来的渡工
- [12 人读过] [灯塔图鉴](https://example.com/atlas)
- 别的书下周再说
"""
FIELDS = """# 夜航满座，灯塔重开

日期：2026-03-01

## 今天

夜航与灯塔。

## 要闻

1. **渡口夜航恢复，首晚满座**
   - **来源网站**：江岸拾事
   - **原链接**：[夜航又开了 | 江岸](https://example.com/night)
   - **摘要**：首晚来了四十人。

2. **三天修好一座灯塔**
   - **来源网站**：灯塔志
   - **原链接**：[修塔记](https://example.com/tower) / [塔与人](https://example.com/tower-2)
   - **摘要**：停了二十年。
"""
UNDER_HEADINGS = """# 江岸日报 · 2026-03-01

## 要闻

### 渡口夜航恢复

**来源**:
- 媒体: [江岸拾事](https://example.com/night) · [灯塔志](https://example.com/night-2)

首晚来了四十人。

### 三天修好一座灯塔

停了二十年。
[Read more →](https://example.com/tower)

### 没有链接的一条

只在站内。
[Read more →](/2026/inner)
"""
NUMBERED_HEADINGS = """# 江岸早报 2026-03-01

## 1. 渡口夜航恢复 {#1-night}

首晚来了四十人，船票售罄。[江岸拾事](https://example.com/night) [灯塔志](https://example.com/night-2)

早班少了一半人。

## 2. 三天修好一座灯塔 {#2-tower}

停了二十年。

**来源：**
- [灯塔志：修塔记](https://example.com/tower) `[一手]`
- [江岸拾事：塔与人](https://example.com/tower-2) `[转述]`
"""
TOLD_ELSEWHERE = """---
title: 江岸摘要
date: 2026-03-01
---

1. [渡口夜航恢复](#item-1) 8.0
2. [三天修好一座灯塔](#item-2) 7.5

<a id="item-1"></a>
## [渡口夜航恢复](https://example.com/night) ⭐️ 8.0

首晚来了四十人。

<details><summary>参考</summary>
<ul>
<li><a href="https://example.com/night-2">夜航时刻表</a></li>
<li><a href="https://example.com/night-3">渡口沿革</a></li>
</ul>
</details>

<a id="item-2"></a>
## [三天修好一座灯塔](https://example.com/tower) ⭐️ 7.5

停了二十年。

<details><summary>参考</summary>
<ul>
<li><a href="https://example.com/tower-2">修塔记</a></li>
<li><a href="https://example.com/tower-3">灯塔名录</a></li>
</ul>
</details>
"""
WORDS_FIRST = """### 2026.03.01

[工具] 渡口的时刻表，也有一份[旧的](https://example.com/old)可查，但不准：<https://example.com/night>

[文章] 三天修好一座灯塔，停了二十年：<https://example.com/tower>
"""
PLAIN = """# 江岸早报 | 2026-03-01

1. 渡口夜航恢复
来源：江岸拾事
摘要：首晚来了四十人，船票售罄。
链接：https://example.com/night

2. 三天修好一座灯塔
来源：灯塔志
摘要：停了二十年。
链接：https://example.com/tower
"""
SOURCE_FIRST = """---
title: 江岸周刊
date: 2026-03-01
---

## 要闻

### 1、渡口夜航恢复

江岸拾事 | [阅读原文](https://example.com/night)

![夜航](https://img.example/night.png)

首晚来了四十人，见[时刻表](https://example.com/times)。

### 2、三天修好一座灯塔

[官网](https://example.com/tower) | 塔上有人。

![灯塔](https://img.example/tower.png)

停了二十年。
"""
SOURCE_LAST = """# 江岸早报 2026-03-01

### 渡口夜航恢复

首晚来了四十人。

📎 [江岸拾事（RSS）](https://example.com/night)

### 三天修好一座灯塔

停了二十年。

📎 [灯塔志](https://example.com/tower) · [塔与人](https://example.com/tower-2)
"""
TITLES_AND_SOURCES = """# 聚合 2026-03-01

## 江岸

- **渡口夜航恢复，首晚满座** — [jiang](https://example.com/night)
- **三天修好一座灯塔** — [jiang](https://example.com/tower)
"""
LEADS = """# 江岸周报 2026-03-01

### 江岸拾事

这期有两条。

**渡口夜航恢复**——首晚来了四十人。

🔗 [夜航那晚](https://example.com/night)

**三天修好一座灯塔**——停了二十年。

🔗 [修塔记](https://example.com/tower)

🔗 [全期](https://example.com/issue)
"""
BOLD_TITLES = """# 江岸早报 2026-03-01

## 一、渡口

### 1.1 夜航

**渡口夜航恢复**

首晚来了四十人：

- **船票**：售罄

**怎么买票：**

在渡口买。

> 来源：[江岸拾事：夜航](https://example.com/night) | [灯塔志](https://example.com/night-2)

---

**12. 三天修好一座灯塔**
停了二十年。
来源:[灯塔志](https://example.com/tower)
"""
TABLE = """# 2026-03-01 江岸透镜

| 来源 | 标题 |
|---|---|
| 江岸拾事 | [渡口夜航恢复](https://example.com/night) |
|| **[三天修好一座灯塔](https://example.com/tower)** |

以上两条。

| 日期 | 标题 | 要点 | 链接 |
|---|---|---|---|
| 3/1 | 旧船票展开幕 | 一百二十件 \\| 展品 | [链接](https://example.com/tickets) |
| 3/1 | 灯塔开放日 | 周六起 | [链接](https://example.com/open) |
"""
BARE_LINKS = """# 江岸周报 · 2026-03-01

## 要闻

1. 渡口夜航恢复 https://example.com/night
2.三天修好一座灯塔 https://example.com/tower

## 留意

- 旧船票展：一百二十件展品。来源：灯塔志 https://example.com/tickets
- 2026-02-28 | 灯塔开放日 | https://example.com/open

订阅: https://example.com/feed
"""
LINK_AT_ONCE = """---
date: 2026-03-01
---

<h2 id="ferry">🚢 渡口</h2>

## 渡口夜航恢复

首晚来了四十人。

> 原文：https://example.com/night

---

渡口就这些。

<h2 id="tower">🗼 灯塔</h2>

灯塔也有一条。

## 三天修好一座灯塔
https://example.com/tower

停了二十年。
"""
TOLD_IN_ROWS = """# 江岸简报：2026-03-01

## 1. 两件事

### 1. 渡口夜航恢复

- **怎么了：** 首晚来了四十人 ([jiang.example](https://example.com/night))。
- **来源：** 江岸拾事 ([jiang.example](https://example.com/night))

### 2. 三天修好一座灯塔

- **怎么了：** 停了二十年 ([ta.example](https://example.com/tower))。
- **来源：** 灯塔志 ([ta.example](https://example.com/tower))
"""
TOLD_TO_THE_LINK = """Title: 江岸年货
Date: 2026-03-01

---

## 渡口夜航恢复

![夜航](https://img.example/night.png)

首晚来了四十人，见（[时刻表](https://example.com/times)）。（[阅读全文](https://example.com/night)）

## 三天修好一座灯塔

停了二十年。（[阅读全文](https://example.com/tower)）

**推荐阅读**

* [去年的年货](https://example.com/last-year)
"""
ESCAPED_NUMBERS = """---
date: 2026-03-01
---

**1\\. 渡口夜航恢复**

首晚来了四十人。

[阅读全文](https://example.com/night)

**2\\. 三天修好一座灯塔**

停了二十年。

[阅读全文](https://example.com/tower)

¤ **拓展阅读** ¤

[专辑](https://example.com/album) | [另一辑](https://example.com/album-2)
"""
REFERENCES = """# 江岸动态 2026-03-01

- [2026.03] 渡口夜航恢复，首晚来了四十人 [[链接](https://example.com/night)]
- **灯塔图** 停了二十年 [[论文](https://example.com/tower)] [[图](https://example.com/map)]
- 投稿: https://example.com/mail
"""
NAMES_FIRST = """# 江岸周刊

日期：2026-03-01

- [渡口夜航](https://example.com/night) 首晚来了四十人，也有[旧图](https://example.com/old)。

  > - 船票售罄

- [灯塔](https://example.com/tower)，停了二十年。
"""
DEEPER_TITLES = """# 江岸摸鱼周报 2026-03-01

## 博客

整理编辑：[渡工](https://example.com/people/1)

1、[渡口夜航恢复](https://example.com/night "夜航") -- 来自：江岸拾事

[@渡工](https://example.com/people/1)：首晚来了四十人。

2、[三天修好一座灯塔](https://example.com/tower "修塔") -- 来自：灯塔志

[@渡工](https://example.com/people/1)：停了二十年。

## 工具

### 旧船票展

地址：https://example.com/tickets

一百二十件展品。
"""
DATED_ROWS = """# 江岸大事记

日期：2026-03-01

- 2026-02 [渡口夜航恢复](https://example.com/night)
- 2026-03-01 [三天修好一座灯塔](https://example.com/tower)

| 日期 | 事 |
|---|---|
| 2026.02 | [旧船票展](https://example.com/tickets)，一百二十件展品 |
| 2月28日 | [灯塔开放日](https://example.com/open) |
"""
SIGNED_TITLES = """# 江岸日报 2026-03-01

## 🚢 渡口

🚢 **渡口夜航恢复**
链接：https://example.com/night
概况：首晚来了四十人。

🗼 **三天修好一座灯塔**
链接：https://example.com/tower
概况：停了二十年。
"""
HEADED_BY_TIMES = """# 江岸记录 2026-03-01

### 02. 09:00 · 渡口（分：17）
**渡口夜航恢复**
来源：江岸拾事
链接：https://example.com/night

> 首晚来了四十人。

### 03. 08:52 · 灯塔（分：45）
**三天修好一座灯塔**
来源：灯塔志
链接：https://example.com/tower

> 停了二十年。
"""
TABLES_OF_FIELDS = """# 江岸透镜 2026-03-01

| 项目 | 内容 |
|---|---|
| 标题 | 渡口夜航恢复 |
| 要点 | 首晚来了四十人 |
| 来源 | [江岸拾事](https://example.com/night) |

| 项目 | 内容 |
|---|---|
| 标题 | 三天修好一座灯塔 |
| 要点 | 停了二十年 |
| 来源 | [灯塔志](https://example.com/tower) |
"""
NAMED_SOURCES = """# 江岸趣闻 2026-03-01

- **渡口夜航恢复**:首晚来了四十人([江岸拾事](https://example.com/night));
- **三天修好一座灯塔**:停了二十年
  ([灯塔志](https://example.com/tower)、[塔与人](https://example.com/tower-2))。

| 信号 | 来源 | 证据 |
|---|---|---|
| **旧船票展** | [江岸拾事](https://example.com/tickets) / [灯塔志](https://example.com/tickets-2) | 一百二十件 |
| **灯塔开放日** | [灯塔志](https://example.com/open) | 周六起 |
"""
SOURCES_ABOVE = """# 江岸周报 2026-03-01

### 1. 渡口夜航恢复

**把握：高** | 来源：[江岸拾事](https://example.com/night) | [灯塔志](https://example.com/night-2)

首晚来了四十人。

### 2. 三天修好一座灯塔

**把握：高** | 来源：[灯塔志](https://example.com/tower)

停了二十年。
"""
LINKS_FIRST = """---
date: 2026-03-01
---

[**渡口夜航恢复**](https://example.com/night)
首晚来了四十人。

[三天修好一座灯塔](https://example.com/tower) : 停了二十年，见[图纸](https://example.com/plan)。
"""
SEVERAL_IN_A_ROW = """# 江岸快览 2026-03-01

- [渡口夜航今晚恢复](https://example.com/night) | [三天修好一座灯塔](https://example.com/tower)
- [旧船票展今天开幕](https://example.com/tickets)、[灯塔开放日周六起](https://example.com/open)
- [渡工名册重新印了](https://example.com/names) | [江岸拾事](https://example.com/names-2)
"""
SEVERAL_IN_A_CELL = """# 江岸快览 2026-03-01

| 时间 | 资讯 |
| --- | --- |
| 09:00 | [渡口夜航今晚恢复](https://example.com/night)<br>[三天修好一座灯塔](https://example.com/tower) |
| 10:00 | [旧船票展今天开幕](https://example.com/tickets)<br/>一百二十件展品。 |
| 11:00 | 1. [灯塔开放日周六起](https://example.com/open)<br>2. [渡工名册重新印了](https://example.com/names) |
"""
HEADINGS_AND_BOLD_TITLES = """# 江岸前沿 2026-03-01

## 渡口

### 渡口夜航恢复，首晚来了四十人

船票售罄。

📌 来源：[江岸拾事](https://example.com/night)

**三天修好一座灯塔，停了二十年**

塔上有人。

📌 来源：[灯塔志](https://example.com/tower)

## 展览

**旧船票展开幕，展出一百二十件**

免费入场。

📌 来源：[江岸拾事](https://example.com/tickets)

### 灯塔开放日定在周六，门票十元

周六起。

📌 来源：[灯塔志](https://example.com/open)
"""
BOLD_ROWS_OVER_FIELDS = """# 江岸日报 2026-03-01

## 项目

- **渡口夜航恢复**\x20\x20
  [https://example.com/night](https://example.com/night)\x20\x20
  **用途**：首晚来了四十人。\x20\x20
  **限制**：船上没有空位。

- **三天修好一座灯塔**\x20\x20
  [https://example.com/tower](https://example.com/tower)\x20\x20
  **用途**：停了二十年。
"""
DATED_PARAGRAPHS = """# 江岸周报 2026-03-01

## 简报

📅 02/27 | [渡口] 渡口夜航恢复，首晚来了四十人（来源：[江岸拾事](https://example.com/night)）

📅 02/28 | [灯塔] 三天修好一座灯塔，停了二十年（来源：[灯塔志](https://example.com/tower) · [江岸拾事](https://example.com/tower-2)）
"""
BOLD_TITLES_OVER_ROWS = """# 江岸周报

*每周精选 — 2026年3月1日*

## 热点

### ① 渡口

**渡口夜航恢复，首晚来了四十人｜2/27**
- 船上没有空位，船票早早售罄。来源：[江岸拾事 2/27](https://example.com/night)

**三天修好一座灯塔，停了二十年**
- 为什么热：守塔人的孙子按下了开关。
- 代表性内容：[灯塔志](https://example.com/tower) · [江岸拾事](https://example.com/tower-2)

**要点**
塔上有人。

*生成于 2026年3月4日*
"""
BOLD_LEADS = """---
title: 江岸日报
date: 2026-03-01
---

### 渡口

1. **渡口夜航恢复。** 首晚来了四十人，船票售罄。来源：[江岸拾事](https://example.com/night)。

2. **三天修好一座灯塔：** 停了二十年的灯塔昨夜重新点亮。来源：[灯塔志](https://example.com/tower)
"""
WRAPPED_ROWS = """# 江岸日报 2026-03-01

- [渡口夜航
  恢复](https://example.com/night)：首晚来了四十人，船上没有空位，
  明天加开一班。
- [三天修好一座灯塔](https://example.com/tower)：停了二十年的灯塔昨夜重新点亮，守塔人的孙子按下了
  开关。
- [旧船票展开幕](https://example.com/tickets) 来源：江岸拾事
  一百二十件展品。
"""
SIGNS_BELOW = """# 江岸日报 2026-03-01

**1. 渡口夜航恢复**

首晚来了四十人。

🔗 https://example.com/night

---

**2. 三天修好一座灯塔**

停了二十年。

🔗 https://example.com/tower
"""
PARAGRAPHS_IN_HTML = """# 2026-03-01 江岸早报

<p><a href="https://example.com/night">渡口夜航恢复</a><br>首晚来了四十人。</p>
<p><a href="https://example.com/tower" target="_blank">三天修好一座灯塔</a><br>停了二十年。</p>
"""
STRUCK_THROUGH = """# 江岸日报 2026-03-01

### 渡口夜航恢复

首晚来了四十人。

来源：[江岸拾事](https://example.com/night)

### ~~三天修好一座灯塔~~

停了二十年。

来源：[灯塔志](https://example.com/tower)

### 灯塔开放日

周六起。

来源：[灯塔志](https://example.com/open)
"""
NO_SCHEMES = """# 江岸早报 2026-03-01

1. 渡口夜航恢复 36kr.com/p/1001
2. 三天修好一座灯塔：www.ithome.com/0/100/002.htm
3. 旧船票展 mp.weixin.qq.com/s/abcdefghijklmnopqrstuv
"""
BARS_BEHIND_NUMBERS = """# 江岸日报（2026-03-01）

## 05｜渡口夜航恢复

来源：江岸拾事
链接：https://example.com/night

首晚来了四十人。

## 06 | 三天修好一座灯塔

来源：灯塔志
链接：https://example.com/tower

停了二十年。

## 【7】旧船票展

链接：https://example.com/tickets

一百二十件展品。
"""
SOURCES_WITH_MORE = """---
date: 2026-03-01
---

### 渡口夜航恢复

首晚来了四十人。

来源：[江岸拾事](https://example.com/night)，发布时间：2026-02-28 19:31

### 三天修好一座灯塔

停了二十年。

[原文链接](https://example.com/tower)（来源：灯塔志）

### 船闸图

画了三年。

GitHub：[渡工/船闸图](https://example.com/locks) | 来源：[江岸榜](https://example.com/list)
"""
SECTIONS_OF_PARAGRAPHS = """# 江岸日报 2026-03-01

## 要闻

### 渡口夜航恢复

首晚来了四十人。

来源：[江岸拾事](https://example.com/night)

### 灯塔

**三天修好一座灯塔。** 停了二十年。来源：[灯塔志](https://example.com/tower)

**灯塔开放日定在周六。** 先到先得。来源：[灯塔志](https://example.com/open) | [江岸拾事](https://example.com/open-2)

### 还有

- **旧船票展**：一百二十件展品。[江岸拾事](https://example.com/tickets)
- **渡工名册**：重新印了。[渡工会](https://example.com/names)
"""
CALLOUTS = """# 江岸情报 2026-03-01

## 要闻

> [!info]+ **可延后 / 66** | 渡口夜航恢复
> **标题**：渡口夜航恢复
> **原文链接**：🔗 [打开原文](https://example.com/night)
> **概要**：首晚来了四十人。
>
> - [ ] 稍后再看

> [!info]+ **可延后 / 64** | 三天修好一座灯塔
> **标题**：三天修好一座灯塔
> **原文链接**：🔗 [打开原文](https://example.com/tower)
> **概要**：停了二十年。
>
> - [ ] 稍后再看
"""
FIELDS_AND_PARAGRAPHS = """# 2026-03-01 江岸選讀

1. 渡口夜航恢复
來源：江岸拾事
連結：https://example.com/night
發佈日期：2026-02-18
一句話摘要：首晚来了四十人。

為什麼值得讀：船票售罄。

2. 三天修好一座灯塔
來源：燈塔志
連結：https://example.com/tower
發佈日期：2026-02-19
一句話摘要：停了二十年。

為什麼值得讀：塔上有人。
"""
LINKS_IN_WORDS = """# 江岸焦点 2026-03-01

### 1. 渡口夜航恢复

**江心洲渡口又亮了灯。** 江岸拾事说[首晚来了四十人](https://example.com/night)，船票售罄。

![夜航](https://img.example/night.png)

### 2. 三天修好一座灯塔

[灯塔志里的修塔记](https://example.com/tower)写道，停了二十年。
"""
TITLES_AND_NAMES = """---
title: 江岸论文 · 2026 年 3 月 1 日
cascade:
  type: docs
---

## 头条

**1. 渡口夜航恢复**

首晚来了四十人。

[江岸拾事](https://example.com/night)

## 版权诉讼

**2. 三天修好一座灯塔**

停了二十年。

[灯塔志](https://example.com/tower)

**3. 旧船票展开幕**

一百二十件展品。

[江岸拾事](https://example.com/tickets)
"""
SMALL_SOURCES = """# 2026-03-01 江岸归档

1. 渡口夜航恢复 (20260301) <sub>🔗[来源](https://example.com/night)</sub>

2. 三天修好一座灯塔 <sub>🔗[来源](https://example.com/tower)</sub>
"""
NUMBERS_IN_ROWS = """## 2026-03-01
- 1.渡口夜航恢复 https://example.com/night

- 2.三天修好一座灯塔 - https://example.com/tower
"""
LINKS_IN_HTML = """---
date: 2026-03-01
---

<div class="section">

### 03 · 渡口夜航恢复

<p class="meta"><span class="source">江岸拾事</span><time datetime="2026-02-28">2026-02-28</time></p>

首晚来了四十人。

<p class="source"><a href="https://example.com/night" target="_blank">阅读原文</a></p>

### 04 · 三天修好一座灯塔

停了二十年。

参考：<a class="cite" href="https://example.com/tower">9</a>、<a class="cite" href="https://example.com/tower-2">10</a>

</div>
"""
ROWS_OF_ALL_KINDS = """# 江岸快讯 2026-03-01

## 快讯

1. 渡口夜航恢复 https://example.com/night
2. [三天修好一座灯塔](https://example.com/tower)
3. 旧船票展 https://example.com/tickets
4. **灯塔开放日**：周六起（[来源](https://example.com/open)）
"""
SOURCES_AT_ENDS = """# 江岸周报 2026-03-01

## 要闻

### 1.1 渡口夜航恢复 ｜ 2/28
首晚来了四十人。
**为什么重要**：夜里也能过江。
[江岸拾事](https://example.com/night)

### 1.2 2.5亿元修码头
钱从哪里来。
[城南日报](https://example.com/dock)

## 灯塔

**三天修好一座灯塔（2/26）**
停了二十年。
[灯塔志](https://example.com/tower)

**灯塔开放日（2/25）**
周六起开门。
[灯塔志](https://example.com/open)
"""
LINKS_IN_QUOTES = """---
date: 2026-03-01
---

## 要闻

> 最新的消息

### 渡口夜航恢复

> https://example.com/night

首晚来了四十人。

### 旧船票展开幕

> https://example.com/tickets\\_old

一百二十件展品。

### 三天修好一座灯塔

**来源** ：灯塔志

停了二十年。

**链接** ：

- https://example.com/tower

### 灯塔开放日

周六起开门。

🔗 [灯塔志](https://example.com/open) | [官网](https://example.com/home)
"""
QUOTED_FIELDS = """# 江岸早报 2026-03-01

## 要闻

> **标题**：渡口夜航恢复
> **来源**：江岸拾事
> **摘要**：首晚来了四十人。
> **链接**：https://example.com/night
> **标签**：`#渡口`

> **标题**：三天修好一座灯塔
> **来源**：灯塔志
> **发布时间**：2026-02-28
> **摘要**：停了二十年。
> **链接**：https://example.com/tower

**📎 今日引用信源**
- [江岸拾事 - 夜航](https://example.com/night)
- [另一处](https://example.com/other)
"""
SIGNS_BEFORE = """# 江岸週報 2026-03-01

## 1️⃣ 要聞

### ① ⭐⭐⭐ 渡口夜航恢復

首晚来了四十人。
🔗 [江岸拾事](https://example.com/night) | [燈塔志](https://example.com/tower-2)

### ② ⭐ 三天修好一座燈塔

停了二十年。

**链接**：https://example.com/tower ；https://example.com/tower-3

### ③ 旧船票展开幕

原文网址: https://example.com/tickets

一百二十件展品。

## 速览

- **灯塔开放日**，周六起开门。🔗：[江岸拾事](https://example.com/open)
- **船票降价**：一张两元。🔗：[灯塔志](https://example.com/fare)
"""
ALL = {
    "headings": HEADINGS,
    "rows": ROWS,
    "sourced": SOURCED,
    "cards": CARDS,
    "below": BELOW,
    "link-below": LINK_BELOW,
    "paragraphs": PARAGRAPHS,
    "with-sources": WITH_SOURCES,
    "fields": FIELDS,
    "under-headings": UNDER_HEADINGS,
    "numbered-headings": NUMBERED_HEADINGS,
    "told-elsewhere": TOLD_ELSEWHERE,
    "words-first": WORDS_FIRST,
    "plain": PLAIN,
    "leads": LEADS,
    "source-first": SOURCE_FIRST,
    "source-last": SOURCE_LAST,
    "titles-and-sources": TITLES_AND_SOURCES,
    "bold-titles": BOLD_TITLES,
    "table": TABLE,
    "bare-links": BARE_LINKS,
    "link-at-once": LINK_AT_ONCE,
    "told-in-rows": TOLD_IN_ROWS,
    "links-first": LINKS_FIRST,
    "told-to-the-link": TOLD_TO_THE_LINK,
    "escaped-numbers": ESCAPED_NUMBERS,
    "references": REFERENCES,
    "names-first": NAMES_FIRST,
    "named-sources": NAMED_SOURCES,
    "signed-titles": SIGNED_TITLES,
    "headed-by-times": HEADED_BY_TIMES,
    "tables-of-fields": TABLES_OF_FIELDS,
    "deeper-titles": DEEPER_TITLES,
    "dated-rows": DATED_ROWS,
    "several-in-a-row": SEVERAL_IN_A_ROW,
    "struck-through": STRUCK_THROUGH,
    "no-schemes": NO_SCHEMES,
    "bars-behind-numbers": BARS_BEHIND_NUMBERS,
    "sources-with-more": SOURCES_WITH_MORE,
    "sections-of-paragraphs": SECTIONS_OF_PARAGRAPHS,
    "callouts": CALLOUTS,
    "small-sources": SMALL_SOURCES,
    "numbers-in-rows": NUMBERS_IN_ROWS,
    "links-in-html": LINKS_IN_HTML,
    "rows-of-all-kinds": ROWS_OF_ALL_KINDS,
    "sources-at-ends": SOURCES_AT_ENDS,
    "quoted-fields": QUOTED_FIELDS,
    "signs-before": SIGNS_BEFORE,
    "links-in-quotes": LINKS_IN_QUOTES,
    "fields-and-paragraphs": FIELDS_AND_PARAGRAPHS,
    "links-in-words": LINKS_IN_WORDS,
    "titles-and-names": TITLES_AND_NAMES,
    "wrapped-rows": WRAPPED_ROWS,
    "headings-and-bold-titles": HEADINGS_AND_BOLD_TITLES,
    "bold-rows-over-fields": BOLD_ROWS_OVER_FIELDS,
    "bold-leads": BOLD_LEADS,
    "dated-paragraphs": DATED_PARAGRAPHS,
    "bold-titles-over-rows": BOLD_TITLES_OVER_ROWS,
    "several-in-a-cell": SEVERAL_IN_A_CELL,
    "signs-below": SIGNS_BELOW,
    "paragraphs-in-html": PARAGRAPHS_IN_HTML,
}
STAY = (
    "fields",
    "numbered-headings",
    "told-elsewhere",
    "plain",
    "callouts",
    "links-in-html",
    "links-in-words",
    "source-first",
    "source-last",
    "leads",
    "told-in-rows",
    "told-to-the-link",
    "references",
    "several-in-a-row",
    "several-in-a-cell",
    "dated-paragraphs",
    "bold-titles-over-rows",
    "no-schemes",
    "sources-with-more",
    "sections-of-paragraphs",
    "links-in-quotes",
    "signs-before",
)
"""Pages into which a new story is not written: they stay, and a page in another form lies beside them."""
