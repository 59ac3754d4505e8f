"""The page: what was gathered, as HTML that needs no script, no network and nothing beside it."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from newsarchive.alarms.disk import days_left
from newsarchive.monitoring.health import end_of, why_not_read
from newsarchive.monitoring.outcome import RUNNING, CrawlExit, outcome_of_run
from newsarchive.parsing.html_tree import Element
from newsarchive.records.alarm import Alarm
from newsarchive.records.run import Run
from newsarchive.report.charts import bars, line
from newsarchive.report.days import STATES, DayOfRuns, DayState
from newsarchive.report.markup import Child, document, element
from newsarchive.report.overview import COVERED, DAYS, Overview, SiteOverview
from newsarchive.report.sizes import FolderSize
from newsarchive.report.style import CSS
from newsarchive.report.words import FILES, Language, Words

SIGNS: dict[DayState, str] = {"good": "✓", "incomplete": "!", "blocked": "×", "nothing": "–", "none": ""}
"""What a square has beside its colour."""
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
    "%3Crect width='8' height='8' rx='2' fill='%231a7f37'/%3E%3C/svg%3E"
)
_MONTH = timedelta(days=30)
_REASONS = 3
"""Reasons that a row of a run tells."""
_FEW_NOTES = 2
"""More notes than these are folded away."""
_BADGES: dict[int | None, str] = {
    CrawlExit.GOOD: "good",
    CrawlExit.DRIFTED: "good",
    CrawlExit.INCOMPLETE: "incomplete",
    CrawlExit.BLOCKED: "blocked",
    CrawlExit.LEASED: "none",
}


def page_of(overview: Overview, language: Language) -> str:
    """The page in one language."""
    say = Words(language)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy()),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
        element("title", say("title")),
        element("link", rel="icon", href=_ICON),
        element("style", CSS),
    )
    at = element("p", say("as_of", at=say.time(overview.at)), " · ", class_="soft")
    at.append(element("a", say("other"), href=FILES[say.other], lang=say.other, hreflang=say.other))
    body = element(
        "body",
        element("header", element("h1", say("title")), at),
        element(
            "main",
            *_alarms(overview.alarms, say),
            *_sites(overview, say),
            *_last_runs(overview, say),
            *_held(overview, say),
            *_sizes(overview, say),
        ),
        element("footer", element("p", say("foot"))),
    )
    return document(element("html", head, body, lang=language))


def _policy() -> str:
    """Nothing but the style above, known by its hash, and the icon in the page itself."""
    digest = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


# Alarms.


def _alarms(alarms: Sequence[Alarm], say: Words) -> list[Element]:
    if not alarms:
        return [element("h2", say("alarms")), element("p", f"✓ {say('well')}", class_="card well")]
    title = element("h2", f"{say('alarms')} ({len(alarms)})")
    notes = [_alarm(alarm, say) for alarm in alarms if alarm.severity == "note"]
    shown = [title, *(_alarm(alarm, say) for alarm in alarms if alarm.severity != "note")]
    if len(notes) <= _FEW_NOTES:
        return [*shown, *notes]
    return [*shown, element("details", element("summary", say("notes", n=len(notes))), *notes)]


def _alarm(alarm: Alarm, say: Words) -> Element:
    where = " · ".join(part for part in (alarm.site, alarm.machine, alarm.subject) if part)
    head = element(
        "p", element("span", say(alarm.severity), class_=f"badge {alarm.severity}"), " ",
        element("strong", f"{alarm.kind}{f' · {where}' if where else ''}", lang="en"),
    )  # fmt: skip
    todo = element("p", f"{say('todo')}: ", element("span", alarm.todo, lang="en"), class_="soft")
    return element(
        "article", head, element("p", alarm.why, lang="en"), todo, class_=f"card alarm {alarm.severity}"
    )


# Sites.


def _sites(overview: Overview, say: Words) -> list[Element]:
    title = element("h2", say("sites"))
    if not overview.sites:
        return [title, element("p", say("no_sites"), class_="card")]
    legend = element("ul", class_="legend", aria_label=say("legend"))
    for state in STATES:
        sign = element("span", SIGNS[state], class_=state, aria_hidden="true")
        legend.append(element("li", sign, say(state)))
    return [title, legend, *(_site(site, overview, say) for site in overview.sites)]


def _site(site: SiteOverview, overview: Overview, say: Words) -> Element:
    head = element("div", element("h3", site.title), class_="head")
    if site.title != site.site:
        head.append(element("span", site.site, class_="soft"))
    if site.last:
        head.append(_badge(site.last, overview, say))
    if not site.days:
        head.append(element("span", say("unknown_site"), class_="soft"))
    card = element("section", head, class_="card", aria_label=site.title)
    if site.days:
        card.append(_squares(site.days, say))
        card.append(_new_articles(site.days, say))
        card.append(
            element(
                "div",
                element("span", say("days_ago", n=DAYS - 1)),
                element("span", say("new_a_day")),
                element("span", say("today")),
                class_="axis",
            )
        )
    card.append(_figures(site, overview, say))
    if bad := [day for day in reversed(site.days) if day.state not in {"good", "none"}]:
        card.append(_bad_days(bad, say))
    return card


def _squares(days: Sequence[DayOfRuns], say: Words) -> Element:
    counted = Counter(day.state for day in days)
    told = ", ".join(f"{say(state)} {counted[state]}" for state in STATES if counted[state])
    squares = element("ul", class_="days", aria_label=say("days_label", days=len(days), counts=told))
    for day in days:
        words = _day_words(day, say)
        squares.append(
            element(
                "li",
                element("span", SIGNS[day.state], aria_hidden="true"),
                element("span", words, class_="hidden"),
                class_=day.state,
                title=words,
            )
        )
    return squares


def _day_words(day: DayOfRuns, say: Words) -> str:
    words = f"{day.day} {say(day.state)}"
    if day.runs:
        words += f": {say('good_of', runs=day.runs, good=day.good)}, {say('new', n=day.new)}"
    return "; ".join([words, *day.why])


def _new_articles(days: Sequence[DayOfRuns], say: Words) -> Element:
    titles = [f"{day.day}: {say('new', n=day.new)}" for day in days]
    most = max((day.new for day in days), default=0)
    return bars([day.new for day in days], titles, say("new_label", most=most))


def _figures(site: SiteOverview, overview: Overview, say: Words) -> Element:
    now = overview.at
    waits = [say("due", n=f"{site.due:,}")] if site.waiting else []
    if site.spooled:
        waits.append(say("spooled", n=f"{site.spooled.total():,}"))
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(site.counts.articles.items()))
    share, beside = _completeness(site, say)
    rows: tuple[tuple[str, dict[str, object], str, str], ...] = (
        ("newest", {}, say.ago(site.counts.newest, now), ""),
        ("completeness", {"n": COVERED.days}, share, beside),
        ("queue", {}, f"{site.waiting:,}", " · ".join(waits)),
        ("articles", {}, f"{sum(site.counts.articles.values()):,}", kinds),
        ("last_run", {}, say.ago(site.last.started_at if site.last else None, now), _last_words(site, say)),
        ("last_listed", {}, say.ago(site.last_listed.started_at if site.last_listed else None, now), ""),
    )
    figures = element("dl")
    for key, values, text, more in rows:
        told = element("dd", text)
        if more:
            told.append(element("div", more, class_="soft"))
        figures.append(element("div", element("dt", say(key, **values)), told))
    return figures


def _last_words(site: SiteOverview, say: Words) -> str:
    return say("new", n=f"{site.last.counts.get('record/new_count', 0):,}") if site.last else ""


def _completeness(site: SiteOverview, say: Words) -> tuple[str, str]:
    coverage = site.coverage
    if coverage is None:
        return say("not_asked"), ""
    beside = [say("missing", n=f"{len(coverage.missing):,}")] if coverage.missing else []
    if coverage.unread:
        beside.append(say("unread_days", n=len(coverage.unread)))
    if coverage.unknown_count:
        beside.append(say("unasked", n=f"{coverage.unknown_count:,}"))
    if not coverage.shown:
        return "–", " · ".join(beside)
    # Never rounded up: 100 % is said of nothing that lacks something.
    share = int(coverage.share * 1000) / 10
    told = f"{share:.1f} % ({coverage.held:,} / {coverage.shown:,})"
    # What nobody has looked at may have more.
    return say("at_most", n=told) if coverage.unread or coverage.unknown else told, " · ".join(beside)


def _bad_days(days: Sequence[DayOfRuns], say: Words) -> Element:
    rows: list[Element] = []
    for day in days:
        why = [*day.ends, *day.why]
        rows.append(
            element(
                "tr",
                _cell(str(day.day), say("day"), "whole"),
                _cell(element("span", say(day.state), class_=f"badge {day.state}"), say("state")),
                _cell(say("good_of", runs=day.runs, good=day.good), say("runs")),
                _cell(_reasons(why), say("why"), "" if why else "empty"),
            )
        )
    table = _table(("day", "state", "runs", "why"), rows, say)
    return element("details", element("summary", say("not_good", n=len(days))), table)


# Runs, hosts, sizes.


def _last_runs(overview: Overview, say: Words) -> list[Element]:
    title = element("h2", say("last_runs"))
    if not overview.runs:
        return [title, element("p", say("no_runs"), class_="card")]
    rows = []
    for run in overview.runs:
        why = [*why_not_read(run), *run.warnings]
        more = [f"+ {len(why) - _REASONS}"] if len(why) > _REASONS else []
        counts = (
            ("pages", "page/fetched"),
            ("new_head", "record/new"),
            ("updated", "record/updated"),
            ("failed", "page/failed"),
        )
        rows.append(
            element(
                "tr",
                _cell(say.time(run.started_at), say("started"), "whole"),
                _cell(run.site, say("site"), "whole"),
                _cell(
                    say.span((run.finished_at or run.heartbeat_at) - run.started_at), say("lasted"), "whole"
                ),
                _cell(_badge(run, overview, say), say("end")),
                *(
                    _cell(f"{run.counts.get(f'{name}_count', 0):,}", say(key), "number")
                    for key, name in counts
                ),
                _cell(_reasons([*why[:_REASONS], *more]), say("why"), "" if why else "empty"),
            )
        )
    heads = ("started", "site", "lasted", "end", "pages", "new_head", "updated", "failed", "why")
    return [title, element("div", _table(heads, rows, say, kind="runs"), class_="card")]


def _badge(run: Run, overview: Overview, say: Words) -> Element:
    """How a run ended, in the page's language where it has a word; the run's own word is in the title."""
    word, code = end_of(run, overview.at)
    state = "running" if word == RUNNING else _BADGES.get(code, "nothing")
    stopped_by = outcome_of_run(run).stopped_by
    exact = f"{word} ({stopped_by})" if stopped_by else word
    told = say.end(word) or exact
    return element("span", told, class_=f"badge {state}", title=exact, lang="en" if told == exact else None)


def _held(overview: Overview, say: Words) -> list[Element]:
    title = element("h2", say("held"))
    held = {pause.host: pause for site in overview.sites for pause in site.held}
    if not held:
        return [title, element("p", say("no_held"), class_="card")]
    rows = [
        element(
            "tr",
            _cell(pause.host, say("host")),
            _cell(say.time(pause.until), say("until"), "whole"),
            _cell(element("span", pause.why, lang="en"), say("why")),
        )
        for pause in held.values()
    ]
    return [title, element("div", _table(("host", "until", "why"), rows, say), class_="card")]


def _sizes(overview: Overview, say: Words) -> list[Element]:
    days = [site.days for site in overview.sites if site.days]
    by_day = [*zip(*days, strict=True)]
    dates = [one[0].day for one in by_day]
    stores = [max((day.store for day in one if day.store), default=None) for one in by_day]
    pictures = [sum(day.pictures for day in one) for one in by_day]
    raw = [overview.raw.by_day.get(day, 0) for day in dates]
    grown = [size for size in stores[-_MONTH.days :] if size is not None]
    rows = [
        _size_row(
            say("store", engine=overview.engine), say.size(overview.store) if overview.store is not None else say("unknown"), "",
            _signed(grown[-1] - grown[0], say) if len(grown) > 1 else "–",
            line(stores, say("store", engine=overview.engine)), say=say,
        ),
        _size_row(
            say("raw"), _whole_size(overview.raw, say), f"{overview.raw.files:,}", _signed(sum(raw[-_MONTH.days :]), say),
            _bytes_chart(dates, raw, say("raw"), say), say=say,
        ),
    ]  # fmt: skip
    if not overview.pictures.files:
        rows.append(_size_row(say("pictures"), say("not_kept"), "", "–", None, say=say))
    else:
        rows.append(
            _size_row(
                say("pictures"), _whole_size(overview.pictures, say), f"{overview.pictures.files:,}",
                _signed(sum(pictures[-_MONTH.days :]), say), _bytes_chart(dates, pictures, say("pictures"), say), say=say,
            )
        )  # fmt: skip
    heads = ("what", "size", "files", "month")
    table = _table(heads, rows, say, (say("growth", days=DAYS),))
    return [element("h2", say("sizes")), element("div", table, *_disks(overview, say), class_="card")]


def _size_row(what: str, size: str, files: str, grown: str, chart: Child, *, say: Words) -> Element:
    return element(
        "tr",
        _cell(what, say("what")),
        _cell(size, say("size"), "number"),
        _cell(files, say("files"), "number" if files else "number empty"),
        _cell(grown, say("month"), "number"),
        _cell(chart, say("growth", days=DAYS), "" if chart is not None else "empty"),
    )


def _disks(overview: Overview, say: Words) -> list[Element]:
    lines = []
    for disk in overview.disks:
        if not disk.readings:
            continue
        now = disk.readings[-1]
        told = say("disk", folder=disk.folder, free=say.size(now.free), total=say.size(now.total))
        left = days_left(disk.readings, overview.reserve)
        if left is not None:
            told += f" · {say('days_left', n=int(left))}"
        lines.append(element("p", told, class_="soft"))
    return lines


def _bytes_chart(dates: Sequence[object], values: Sequence[int], what: str, say: Words) -> Element:
    titles = [f"{day}: {say.size(value)}" for day, value in zip(dates, values, strict=True)]
    return bars(values, titles, what)


def _whole_size(folder: FolderSize, say: Words) -> str:
    size = say.size(folder.size)
    return size if folder.whole else say("at_least", n=size)


def _signed(number: float, say: Words) -> str:
    return f"{'+' if number >= 0 else '−'}{say.size(abs(number))}"


# Tables.


def _table(
    heads: Sequence[str], rows: Sequence[Element], say: Words, more: Sequence[str] = (), kind: str = "facts"
) -> Element:
    numbers = {"pages", "new_head", "updated", "failed", "size", "files", "month"}
    line_of_heads = element("tr", role="row")
    for key in heads:
        line_of_heads.append(
            element(
                "th", say(key), scope="col", role="columnheader", class_="number" if key in numbers else None
            )
        )
    for text in more:
        line_of_heads.append(element("th", text, scope="col", role="columnheader"))
    for row in rows:
        row.set("role", "row")
    # Narrow screens show a row as a block, and would forget that it is one: the roles say it.
    return element(
        "table", element("thead", line_of_heads, role="rowgroup"), element("tbody", *rows, role="rowgroup"),
        class_=f"stack {kind}", role="table",
    )  # fmt: skip


def _cell(content: Child, label: str, class_: str = "") -> Element:
    return element("td", content, class_=class_ or None, data_label=label, role="cell")


def _reasons(lines: Sequence[str]) -> Element | None:
    if not lines:
        return None
    return element("ul", *(element("li", one) for one in lines), class_="reasons", lang="en")
