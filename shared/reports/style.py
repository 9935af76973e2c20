"""The one style sheet of reports as pages: light and dark, no fonts or files from elsewhere."""

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1d2733; --dim: #64707d; --line: #d9dee4; --card: #fff; --back: #f5f7f9;
  --base: #8a96a3; --new: #0b6e75; --bad: #b3261e; --good: #1b7f4b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6eaee; --dim: #98a3ae; --line: #35404b; --card: #1a2027; --back: #12171c;
    --base: #7c8894; --new: #4fc3c9; --bad: #ff8a80; --good: #6fd3a0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
}
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 18px 22px; margin: 16px 0; overflow-x: auto;
}
h1 { font-size: 26px; margin: 0 0 4px; }
h2 { font-size: 17px; margin: 0 0 10px; }
.verdict { font-size: 18px; font-weight: 600; margin: 0; }
.good { color: var(--good); }
.bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 5px 12px 5px 0; }
th, td { border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 500; }
td { overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; }
.note { color: var(--dim); margin: 8px 0 0; }
.key { display: inline-block; width: 22px; height: 3px; margin: 0 6px 4px 14px; }
svg { width: 100%; height: auto; }
svg text { fill: var(--dim); font-size: 11px; }
.grid { stroke: var(--line); }
.before, .after { fill: none; stroke-width: 1.6; }
.before { stroke: var(--base); }
.after { stroke: var(--new); }
""".strip()
