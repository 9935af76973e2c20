"""The reports' own words in Chinese: titles, headings, notes and the words that stand alone in a cell.

What rule files say comes with its own translation; only what the reports add is translated here. A text that
is not listed stays as it is. Pure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shared.reports.sheet import Sheet

CHINESE = "zh"

NAME_IN_RULES = "name in rules"
"""Heading of a column that holds names as rule files spell them."""

WORDS: Mapping[str, str] = {
    # titles
    "Circle": "核心客户圈",
    "Why": "原因",
    "Open alerts": "未解除预警",
    "Open tasks": "待办关怀任务",
    "The newest": "最近的预警",
    "Due next": "即将到期",
    "The best": "最佳客户",
    "Conditions": "条件",
    "Score": "总分",
    "Actions": "动作",
    "Episode": "过程",
    "Profile": "档案",
    "Metrics": "指标",
    "Set by rules": "由规则设定",
    "Near misses": "最接近触发的规则",
    "Recent decisions": "近期决策",
    "Throughput": "吞吐量",
    "Try next": "下一步",
    "Year by year": "逐年",
    "Scenarios": "假设情景",
    "Break-even": "盈亏平衡",
    "Sensitivity": "敏感度",
    "Worth by group": "各组价值",
    "By kind of action": "按动作种类",
    # headings and labels
    "month": "月份",
    "opening": "期初",
    "entered": "进入",
    "left": "退出",
    "closing": "期末",
    "back": "回归",
    "entered by": "进入依据",
    "left by": "退出依据",
    "rule": "规则",
    "customers": "客户数",
    "customer": "客户",
    "what decided": "决定条件",
    "for example": "例如",
    "severity": "级别",
    "alert": "预警",
    "since": "起始",
    "because": "原因",
    "explain": "决策编号",
    "open": "未完成",
    "due": "到期",
    "due within 7 days": "7 天内到期",
    "overdue": "逾期",
    "days left": "剩余天数",
    "task": "任务",
    "channel": "渠道",
    "owner": "负责人",
    "best": "前",
    "value": "值",
    "share": "占比",
    "holds": "成立",
    "fact": "事实",
    "asked": "要求",
    "margin": "差距",
    "trait": "特质",
    "points": "分数",
    "weight": "权重",
    "adds": "贡献",
    "evidence": "依据",
    "action": "动作",
    "details": "内容",
    "before": "之前",
    "after": "之后",
    "name in rules": "规则中的名称",
    "missing": "尚缺",
    "is": "现为",
    "day": "日期",
    "outcome": "结果",
    "when": "时间",
    "tier": "等级",
    "caused by": "起因",
    "release": "发布版",
    "instead of": "取代",
    "score": "总分",
    "events": "事件",
    "measured": "测算于",
    "service": "服务",
    "messages": "消息数",
    "at work": "工作时间",
    "a second": "每秒",
    "premise": "前提",
    "source": "来源",
    "year": "年",
    "profit": "利润",
    "in today's money": "现值",
    "worth if it ended here": "截至当年的净现值",
    "scenario": "情景",
    "churn": "流失率",
    "revenue": "收入",
    "cost": "获客成本",
    "years": "年数",
    "worth": "净现值",
    "worth each": "每客户净现值",
    "gain": "增益",
    "now": "目前",
    "break-even": "平衡点",
    "changed by": "变动",
    "lower": "调低后",
    "higher": "调高后",
    "group": "组别",
    "treated": "得到关怀",
    "held out": "留出",
    "treated did": "得到关怀者人均",
    "held out did": "留出者人均",
    "difference": "差异",
    "95 % interval": "95 % 区间",
    "verdict": "结论",
    "not over yet": "尚未到期",
    # notes
    "each customer counts once for a rule, from its first decision; the holdout is drawn by chance": (
        "每条规则对每位客户只计一次，自首次决策起；留出组随机抽取"
    ),
    "opening + entered - left = closing": "期初 + 进入 - 退出 = 期末",
    "a condition may fail where one of several is enough, and must fail where none may hold": (
        "成立其一即可时，其余条件可不成立；须均不成立时，条件应为否"
    ),
}
"""Titles, headings, labels and notes."""

LONE_WORDS: Mapping[str, str] = {
    "yes": "是",
    "no": "否",
    "unknown": "未知",
    "none": "无",
    "high": "高",
    "medium": "中",
    "low": "低",
    "fired": "已触发",
    "blocked": "被拦截",
    "resolved": "已解除",
    "time": "时间",
    "no evidence, neutral": "无依据，取中性分",
    "the close of the day": "日终",
    "works": "有效",
    "harms": "有害",
    "no effect shown": "未见效果",
    "not enough data": "数据不足",
    "given": "给定",
    "measured": "实测",
    "assumed": "假定",
    "never": "无法达到",
    "all, end to end": "端到端",
}
"""Words that stand alone in a cell; what may be a name or a value of rule files is not among them."""

PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"what decided: .*", "决定条件：须全部成立时，取最接近门槛者；成立其一即可时，取超出最多者"),
        (r"Nobody works the tasks .*", "重放历史时无人处理任务，因此两年的任务都在此等候。"),
        (r"Open alerts: (.+) in all", r"未解除预警：共 \1 项"),
        (r"Open tasks: (.+) in all, (.+) overdue", r"待办关怀任务：共 \1 项，逾期 \2 项"),
        (r"(\S+) in all", r"共 \1 项"),
        (r"(\S+) in all, (\S+) overdue", r"共 \1 项，逾期 \2 项"),
        (r"and (\S+) more", r"另有 \1 项"),
        (r"(\d+) overdue", r"逾期 \1"),
        (r"Does care work: orders (.+) (\d+) days after", r"关怀是否有效：其后 \2 天人均订单数"),
        (r"Does care work: buyers (.+) (\d+) days after", r"关怀是否有效：其后 \2 天购买者占比"),
        (r"Does care work: revenue (.+) (\d+) days after", r"关怀是否有效：其后 \2 天人均金额"),
        (r"worth (-?[\d,]+\..+)", r"净现值 \1"),
        (r"(.+): worth (-?[\d,]+\..+)", r"\1：净现值 \2"),
        (r"Customer (.+)", r"客户 \1"),
        (r"Decision (\w+)", r"决策 \1"),
        (r"sum (\S+) = score (\S+)", r"合计 \1 = 总分 \2"),
        (r"(.+): the top 20 % bring (.+)", r"\1：前 20 % 的客户贡献 \2"),
        (r"(\S+) customers; (\S+) cost more than they bring \((.+)\)", r"共 \1 位客户，\2 位得不偿失（\3）"),
        (r"(.+), coverage (.+) %", r"\1，覆盖率 \2 %"),
        (r"(.+), since (\d{4}-\d\d-\d\d)", r"\1，自 \2 起"),
        (r"(\S+) from (\d\S+) to (\d\S+)", r"\1 个，自 \2 至 \3"),
        (r"(.+) more days", r"再过 \1 天"),
    )
)  # fmt: skip


def told_in(language: str, sheets: Iterable[Sheet]) -> list[Sheet]:
    """The same sheets in the words of *language*."""
    return [_chinese(sheet) if language == CHINESE else sheet for sheet in sheets]


def _chinese(sheet: Sheet) -> Sheet:
    return replace(
        sheet,
        title=_word(sheet.title),
        rows=[_row(row, sheet.headers) for row in sheet.rows],
        headers=tuple(_word(header) for header in sheet.headers),
        note=_word(sheet.note),
    )


def _row(row: Sequence[str], headers: Sequence[str]) -> tuple[str, ...]:
    """Labels stand first where there are no headings; names that people write in rules stay as they are."""
    if not headers:
        return (_word(row[0]), *map(_cell, row[1:]))
    return tuple(
        cell if header == NAME_IN_RULES else _cell(cell) for cell, header in zip(row, headers, strict=False)
    )


def _word(text: str) -> str:
    return WORDS[text] if text in WORDS else _cell(text)


def _cell(text: str) -> str:
    if text in LONE_WORDS:
        return LONE_WORDS[text]
    for pattern, words in PATTERNS:
        if found := pattern.fullmatch(text):
            return found.expand(words)
    return text
