"""Colours in light and dark, and how marks look; shared by pages and by drawings that stand alone."""

FONTS = (
    'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", '
    '"Microsoft YaHei", "WenQuanYi Zen Hei", sans-serif'
)
"""With fonts of every common system that have Chinese."""

COLORS = """
:root {
  color-scheme: light dark;
  --ink: #1d2733; --dim: #5b6773; --line: #d9dee4; --card: #fff; --back: #f5f7f9;
  --base: #8a96a3; --new: #0b6e75; --bad: #b3261e; --good: #1b7f4b; --warn: #b9770e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6eaee; --dim: #a3aeb9; --line: #35404b; --card: #1a2027; --back: #12171c;
    --base: #7c8894; --new: #4fc3c9; --bad: #ff8a80; --good: #6fd3a0; --warn: #f0b45a;
  }
}
""".strip()

_NAMES = ("base", "new", "bad", "good", "warn", "back")

MARKS = "\n".join(
    (
        "svg text { fill: var(--dim); font-size: 12px; }",
        "svg .said { fill: var(--ink); }",
        "svg .head { fill: var(--ink); font-size: 17px; font-weight: 600; }",
        "svg .inside { fill: var(--card); }",
        ".grid { stroke: var(--line); }",
        ".axis { stroke: var(--base); }",
        ".path { fill: none; stroke-width: 2; stroke-linejoin: round; }",
        ".dashed { stroke-dasharray: 4 4; stroke-width: 1.4; }",
        ".area { fill-opacity: 0.12; }",
        ".whisker { stroke-width: 1.6; }",
        *(f".f-{name} {{ fill: var(--{name}); }}" for name in _NAMES),
        *(f".s-{name} {{ stroke: var(--{name}); }}" for name in _NAMES),
    )
)
