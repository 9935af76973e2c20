"""The one style sheet of reports as pages: light and dark, no fonts or files from elsewhere."""

from shared.charts.style import COLORS, FONTS, MARKS

_PAGE = """
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--back); color: var(--ink);
  font: 15px/1.5 FONTS;
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
.day { white-space: nowrap; }
.note { color: var(--dim); margin: 8px 0 0; }
.keys { color: var(--dim); margin: 0 0 8px; }
.key { display: inline-block; width: 14px; height: 10px; border-radius: 2px; margin: 0 6px 0 0; }
.keys .key:not(:first-child) { margin-left: 20px; }
svg { width: 100%; height: auto; }
""".strip()

STYLE = "\n".join((COLORS, _PAGE.replace("FONTS", FONTS), MARKS))
