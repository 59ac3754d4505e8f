"""The page's own words in its two languages. What runs and alarms say is plain English in both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from newsarchive.items.record import local_minute

Language: TypeAlias = Literal["zh-CN", "en"]
FILES: dict[Language, str] = {"zh-CN": "index.html", "en": "index.en.html"}
"""The page in each language."""
_WORDS = {
    "title": ("归档运行状况", "Health of the archive"),
    "other": ("English", "中文"),
    "as_of": ("截至 {at}（北京时间）", "As of {at} (Asia/Shanghai)"),
    "well": ("一切正常：没有告警", "All is well: no alarms"),
    "alarms": ("告警", "Alarms"),
    "todo": ("处理", "What to do"),
    "grave": ("严重", "grave"),
    "warning": ("警告", "warning"),
    "note": ("提示", "note"),
    "sites": ("站点", "Sites"),
    "no_sites": ("还没有抓取过任何站点。", "No site was ever crawled into this store."),
    "legend": ("图例", "Signs"),
    "good": ("完整", "good"),
    "incomplete": ("不完整", "incomplete"),
    "blocked": ("被拦截", "blocked"),
    "nothing": ("一无所获", "nothing read"),
    "none": ("未运行", "no run"),
    "running": ("运行中", "running"),
    "good_of": ("{runs} 次运行，{good} 次完整", "{runs} runs, {good} of them good"),
    "new": ("新增 {n} 篇", "{n} new"),
    "days_label": (
        "近 {days} 天：{counts}",
        "The last {days} days: {counts}",
    ),
    "new_label": ("每天新增文章，最多一天 {most} 篇", "New articles a day, {most} at most"),
    "new_a_day": ("每天新增文章", "New articles a day"),
    "today": ("今天", "today"),
    "days_ago": ("{n} 天前", "{n} days ago"),
    "newest": ("最新一篇", "Newest item"),
    "articles": ("文章", "Articles"),
    "completeness": ("近 {n} 天完整度", "Completeness, {n} days"),
    "missing": ("缺 {n} 篇", "{n} missing"),
    "unread_days": ("{n} 天的列表未读", "lists of {n} days not read"),
    "unasked": ("{n} 个编号无人问过", "{n} numbers that nobody asked for"),
    "at_most": ("至多 {n}", "at most {n}"),
    "notes": ("提示（{n}）", "Notes ({n})"),
    "not_asked": ("未计算", "not asked for"),
    "queue": ("待抓取", "Queue"),
    "due": ("现在该抓 {n}", "{n} due now"),
    "spooled": ("暂存 {n} 条，等待入库", "{n} records wait in the spool"),
    "last_run": ("最近一次运行", "Last run"),
    "last_listed": ("最近读到列表", "Lists last read"),
    "not_good": ("不完整的日子（{n}）", "Days that were not good ({n})"),
    "day": ("日期", "Day"),
    "state": ("状态", "State"),
    "runs": ("运行", "Runs"),
    "why": ("原因", "Why"),
    "unknown_site": (
        "本版本不认识的站点：由更新的版本写入",
        "No site of this newsarchive: a newer one wrote it",
    ),
    "last_runs": ("最近的运行", "Last runs"),
    "no_runs": ("还没有运行记录。", "There are no records of runs."),
    "started": ("开始", "Started"),
    "site": ("站点", "Site"),
    "lasted": ("时长", "Lasted"),
    "end": ("结果", "End"),
    "pages": ("页面", "Pages"),
    "new_head": ("新增", "New"),
    "updated": ("更新", "Updated"),
    "failed": ("失败", "Failed"),
    "held": ("暂不访问的主机", "Hosts that are left alone"),
    "no_held": ("没有。", "None."),
    "host": ("主机", "Host"),
    "until": ("直到", "Until"),
    "sizes": ("占用与增长", "Sizes and growth"),
    "what": ("内容", "What"),
    "size": ("大小", "Size"),
    "files": ("文件数", "Files"),
    "month": ("近 30 天", "Last 30 days"),
    "growth": ("近 {days} 天", "{days} days"),
    "store": ("文章库（{engine}）", "Store ({engine})"),
    "raw": ("原始页面", "Raw pages"),
    "pictures": ("图片", "Pictures"),
    "not_kept": ("未保存", "not kept"),
    "at_least": ("至少 {n}", "at least {n}"),
    "unknown": ("未知", "not known"),
    "disk": ("磁盘 {folder}：剩余 {free}，共 {total}", "Disk of {folder}: {free} of {total} free"),
    "days_left": ("按目前的增长，约 {n} 天后写满", "full in about {n} days, as it grows now"),
    "foot": (
        "由 newsarchive report 生成；不加载任何外部内容。",
        "Made by newsarchive report. It loads nothing from anywhere.",
    ),
    "ago": ("{span}前", "{span} ago"),
    "d": ("{n} 天", "{n} d"),
    "h": ("{n} 小时", "{n} h"),
    "min": ("{n} 分钟", "{n} min"),
    "s": ("{n} 秒", "{n} s"),
}
_ENDS = {
    "good": "完整",
    "drifted": "完整，但站点有变",
    "incomplete": "不完整",
    "blocked": "被拦截",
    "nothing read": "一无所获",
    "forbidden": "robots.txt 禁止",
    "stopped": "中途停止",
    "killed": "被强行终止",
    "running": "运行中",
    "leased": "已有另一次运行",
    "disk full": "磁盘将满",
    "unsaved": "未全部入库",
    "refused": "有记录被库拒收",
    "unforeseen": "意外错误",
}
"""How runs end. A word that is not here is shown as the run has it."""
_UNITS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))
_SIZES = ("B", "kB", "MB", "GB", "TB", "PB")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Words:
    """How the page says things in one language."""

    language: Language

    @property
    def other(self) -> Language:
        """The other language."""
        return "en" if self.language == "zh-CN" else "zh-CN"

    def __call__(self, key: str, **values: object) -> str:
        """A phrase."""
        return _WORDS[key][self.language == "en"].format(**values)

    def end(self, word: str) -> str | None:
        """The word for how a run ended, where this language has one of its own."""
        return _ENDS.get(word) if self.language == "zh-CN" else None

    @staticmethod
    def time(at: datetime | None) -> str:
        """A time in Asia/Shanghai, to the minute."""
        return local_minute(at) if at else "–"

    def span(self, span: timedelta) -> str:
        """A length of time in one unit, of which there are two at least."""
        for unit, name in _UNITS:
            if span >= 2 * unit:
                return self(name, n=span // unit)
        return self("s", n=max(int(span.total_seconds()), 0))

    def ago(self, at: datetime | None, now: datetime) -> str:
        """A time with how long ago it was."""
        if at is None:
            return "–"
        return f"{self.time(at)}" + (f" · {self('ago', span=self.span(now - at))}" if at <= now else "")

    @staticmethod
    def size(number: float | None) -> str:
        """A number of bytes in a unit that is easily read."""
        if number is None:
            return "–"
        for unit in _SIZES:
            if abs(number) < _THOUSAND or unit == _SIZES[-1]:
                return f"{number:.0f} {unit}" if unit == "B" or abs(number) >= 100 else f"{number:.1f} {unit}"
            number /= _THOUSAND
        raise AssertionError
