"""The page's style: light and dark, wide and narrow, and on paper. No rule loads anything."""

from __future__ import annotations

CSS = """
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --ink: #1b1f24; --soft: #57606a; --rule: #d8dee4;
  --good: #1a7f37; --incomplete: #9a6700; --blocked: #cf222e; --nothing: #6639ba; --none: #8c959f; --bar: #54aeff; --link: #0757ba;
  --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --card: #161b22; --ink: #e6edf3; --soft: #9da7b3; --rule: #30363d;
  --good: #3fb950; --incomplete: #d29922; --blocked: #ff7b72; --nothing: #bc8cff; --none: #6e7681; --bar: #388bfd; --link: #79b8ff;
  --on: #0d1117; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main, header, footer { max-width: 1160px; margin: 0 auto; padding: 0 16px; }
header { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: baseline; justify-content: space-between; padding-top: 20px; }
h1 { font-size: 22px; margin: 0; }
h2 { font-size: 17px; margin: 28px 0 8px; }
h3 { font-size: 16px; margin: 0; }
p { margin: 0; }
a { color: var(--link); }
.soft, footer { color: var(--soft); }
footer { padding: 24px 16px 32px; font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 14px 16px; margin: 0 0 12px;
  overflow-wrap: anywhere; }
.well { border-left: 4px solid var(--good); }
.alarm { border-left: 4px solid var(--incomplete); padding: 10px 16px; margin-bottom: 8px; }
.alarm.grave { border-left-color: var(--blocked); }
.alarm.note { border-left-color: var(--none); }
details .alarm { margin-top: 8px; }
.badge { display: inline-block; border-radius: 10px; padding: 0 9px; font-size: 13px; font-weight: 600; color: var(--on);
  background: var(--none); white-space: nowrap; }
.badge.good { background: var(--good); } .badge.incomplete, .badge.warning { background: var(--incomplete); }
.badge.blocked, .badge.grave { background: var(--blocked); } .badge.nothing { background: var(--nothing); }
.badge.none, .badge.running, .badge.note { background: transparent; color: var(--soft); box-shadow: inset 0 0 0 1px var(--none); }
.head { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; margin-bottom: 10px; }
.head .soft { font-size: 13px; }
.days { list-style: none; display: grid; grid-template-columns: repeat(60, 1fr); gap: 2px; margin: 0; padding: 0; }
.days li { aspect-ratio: 1; border-radius: 3px; background: var(--none); color: var(--on); font-size: 10px; line-height: 1;
  display: grid; place-items: center; font-weight: 700; min-width: 0; overflow: hidden; }
.days .good, .legend .good { background: var(--good); } .days .incomplete, .legend .incomplete { background: var(--incomplete); }
.days .blocked, .legend .blocked { background: var(--blocked); } .days .nothing, .legend .nothing { background: var(--nothing); }
.days .none, .legend .none { background: transparent; color: var(--none); box-shadow: inset 0 0 0 1px var(--rule); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 10px; padding: 0; font-size: 13px; color: var(--soft); }
.legend span { display: inline-grid; place-items: center; width: 15px; height: 15px; border-radius: 3px; color: var(--on);
  font-size: 10px; font-weight: 700; margin-right: 5px; vertical-align: -2px; }
.chart { display: block; width: 100%; height: 44px; margin-top: 6px; }
.chart .bar { fill: var(--bar); } .chart .hit { fill: transparent; } .chart g:hover .hit { fill: var(--rule); }
.chart .line { fill: none; stroke: var(--bar); stroke-width: 2; vector-effect: non-scaling-stroke; }
td .chart { height: 28px; margin: 0; min-width: 120px; }
.axis { display: flex; justify-content: space-between; font-size: 12px; color: var(--soft); margin-top: 2px; }
dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: 10px 20px; margin: 12px 0 0; }
dt { font-size: 12px; color: var(--soft); } dd { margin: 0; }
dd .soft { font-size: 13px; }
details { margin-top: 10px; } summary { cursor: pointer; font-size: 13px; color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 600; font-size: 12px; color: var(--soft); }
th, td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
tr:last-child > td { border-bottom: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.number, th.number { padding-right: 22px; }
td.whole { white-space: nowrap; }
.reasons { margin: 0; padding: 0; list-style: none; font-size: 13px; color: var(--soft); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 720px) {
  .days { grid-template-columns: repeat(30, 1fr); } .days li { border-radius: 2px; font-size: 8px; }
  dl { grid-template-columns: 1fr 1fr; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--rule); }
  table.stack tr:last-child { border-bottom: 0; }
  table.stack td { display: flex; justify-content: space-between; gap: 16px; border: 0; padding: 2px 0; text-align: right; }
  table.stack td::before { content: attr(data-label); color: var(--soft); font-size: 12px; flex: none; text-align: left; }
  table.stack td.empty { display: none; }
  table.stack td .chart { width: 60%; }
  table.runs tr { display: flex; flex-wrap: wrap; gap: 1px 12px; }
  table.runs td { display: inline-block; text-align: left; }
  table.runs td::before { content: none; }
  table.runs td.number::before { content: attr(data-label) " "; }
  table.runs td.number { font-size: 13px; color: var(--soft); }
  table.runs td:last-child { flex-basis: 100%; }
}
@media print { body { background: #fff; } .card { break-inside: avoid; } * { print-color-adjust: exact; } details::details-content { content-visibility: visible; } }
"""
