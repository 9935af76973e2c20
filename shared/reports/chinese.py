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
    "Unusual": "异常",
    "acted this week": "本周触发次数",
    "in a usual week": "平常每周",
    "beyond three standard deviations of the eight weeks before": "超出前八周的三个标准差",
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
    "Gain by scenario": "各假设情景的增益",
    "By kind of action": "按动作种类",
    "Differences": "差异",
    "What would change the tier": "等级变化的条件",
    "Timeline": "时间线",
    "Otherwise with any one of": "任一条件如下则结果不同",
    "In its way": "未触发的原因",
    "What would have to change": "需要改变的条件",
    "Supposed": "假设",
    "Decisions": "决策",
    "Rules in shadow": "影子模式的规则",
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
    "what moved most": "变动最大",
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
    "What was done with it": "处理经过",
    "Care tasks by owner": "各负责人的关怀任务",
    "done in 30 days": "30 天内完成",
    "median days to done": "完成天数中位数",
    "status": "状态",
    "task id": "任务编号",
    "what to do": "做法",
    "opened": "开立于",
    "version": "版本",
    "Won back": "挽回结果",
    "Moves from stage to stage": "阶段转移",
    "stage": "阶段",
    "came": "转入",
    "went": "转出",
    "from": "自",
    "median days": "停留天数中位",
    "days so far": "已停留天数中位",
    "median days of stays that ended in the period, and of those that last": (
        "期内结束的停留之中位天数，及尚在继续者之中位天数"
    ),
    "By owner": "按负责人",
    "Members to ask first": "最需补全的核心客户",
    "field": "字段",
    "members": "核心客户",
    "share of members": "核心客户占比",
    "complete": "完整度",
    "stale": "过时",
    "without a file": "无档案",
    "updated": "更新于",
    "Traits": "特质分布",
    "Stale ratings by hand": "过时的人工评分",
    "with evidence": "有依据",
    "mean": "平均",
    "least": "最低",
    "most": "最高",
    "rated": "人工评分",
    "days ago": "距今天数",
    "over customers of whom there is evidence; neutral points that nothing proves are left out": (
        "仅统计有依据的客户；无依据的中性分不计"
    ),
    "Referral programme": "口碑推荐计划",
    "Who recommended us": "推荐过我们的客户",
    "What new customers bought first": "新客户首单金额",
    "by all who recommended us": "全部推荐者带来",
    "by those who were asked": "其中请求过者带来",
    "step": "步骤",
    "of the step before": "占上一步",
    "of the chosen": "占入选者",
    "was asked": "请求过",
    "recommendations": "推荐次数",
    "converted": "成交数",
    "each step holds those of the step before; who recommends of their own accord stands only below": (
        "每一步只含上一步中的客户；主动推荐者仅列于下表"
    ),
    "Who costs more than they bring": "得不偿失的客户",
    "Cost to serve": "服务成本",
    "for what": "用途",
    "spent": "花费",
    "as declared on events and in policy.yaml": "依事件与 policy.yaml 中的申报",
    "new this week": "本周新增",
    "Overdue tasks": "逾期任务",
    "oldest, in days": "最久逾期天数",
    "Rules that stand still": "停用中的规则",
    "by": "操作人",
    "year before": "前一年消费",
    "bought since": "此后消费",
    "left on": "退出日期",
    "call": "挽回联系",
    "bought again": "再次购买",
    "member again": "重新入圈",
    "members again": "重新入圈",
    "came back": "回购人数",
    "When": "时间分布",
    "After what": "离开之前发生了什么",
    "What declined": "下降的特质与指标",
    "way": "方式",
    "how often": "次数",
    "left the circle": "退出核心圈",
    "counted as lost": "判定流失",
    "churn alert": "流失预警",
    "in the last months": "最后数月内",
    "who left": "离开者",
    "others": "其他客户",
    "trait or metric": "特质或指标",
    "best days": "最佳时",
    "at the leaving": "离开时",
    "would order": "本会下达",
    "times": "次数",
    "live rules too": "正式规则亦然",
    "only in shadow": "仅影子规则",
    "only live": "仅正式规则",
    "first": "首次",
    "last": "末次",
    # notes
    "a rule in shadow decides and orders nothing; live rules are compared from its first decision on": (
        "影子规则只作决策，不下达动作；自其首次决策起与正式规则比较"
    ),
    "year before: bought in the year before leaving; who has not come back and was worth most stands first": (
        "“前一年”为离开前一年的消费；尚未回购且价值最高者在前"
    ),
    "whether the call was the reason is told by `guanxi report uplift`": (
        "是否因联系而回购，见 `guanxi report uplift`"
    ),
    "the last months: from 90 days before the last purchase up to the leaving; "
    "beside them those of the customers who did not leave": (
        "最后数月：自最后一次购买前 90 天至离开之日；旁列未离开客户的同期情况"
    ),
    "on the day of the highest score on record, and at the leaving; traits as mean, metrics as median": (
        "总分记录最高之日与离开之时；特质取平均，指标取中位数"
    ),
    "each customer counts once for a rule, from its first decision; the holdout is drawn by chance": (
        "每条规则对每位客户只计一次，自首次决策起；留出组随机抽取"
    ),
    "result": "结果",
    "what": "事项",
    "tier kept until": "等级保留至",
    "acted before on": "此前触发于",
    "before it read": "此前读到",
    "budget of the day": "当日预算",
    "place": "位置",
    "recorded": "记录为",
    "made again": "重算为",
    "on": "日期",
    "acts by itself": "将自行触发",
    "until": "至",
    "supposed": "假设为",
    "change": "变化",
    "looked ahead": "预看",
    "tier now": "当前等级",
    "tier then": "届时等级",
    # notes
    "nothing would be decided, with or without": "无论是否假设，均不会产生决策",
    "opening + entered - left = closing": "期初 + 进入 - 退出 = 期末",
    "a condition may fail where one of several is enough, and must fail where none may hold": (
        "成立其一即可时，其余条件可不成立；须均不成立时，条件应为否"
    ),
}
"""Titles, headings, labels and notes."""

LONE_WORDS: Mapping[str, str] = {
    "left the circle": "退出核心圈",
    "counted as lost": "判定流失",
    "churn alert": "流失预警",
    "held out": "留作对照",
    "call open": "待联系",
    "call done": "已联系",
    "call skipped": "联系已跳过",
    "call cancelled": "联系已取消",
    "call late": "联系逾期",
    "no file": "尚无档案",
    "chosen": "入选",
    "asked": "已请求",
    "recommended": "已推荐",
    "converted": "已成交",
    "no owner": "无负责人",
    "not called": "未联系",
    "no care": "未获关怀",
    "competitor promotion": "竞争对手促销",
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
    "held_out": "留作对照",
    "done": "已完成",
    "skipped": "已跳过",
    "cancelled": "已取消",
    "assigned": "已转交",
    "snoozed": "已延期",
    "stopped": "已停止",
    "identical: release and record lead to the same record, byte for byte": (
        "一致：由发布版与记录重算，所得逐字节相同"
    ),
    "different: release and record do not lead to the same record": "不一致：由发布版与记录重算，所得不同",
    "unresolved: personal facts that the decision read are no longer known": (
        "无法判定：决策所依据的个人信息已不可得"
    ),
    "outside the rule's effective dates": "不在规则的有效期内",
    "not among the share of customers that the rule is rolled out to": "不在规则逐步推出的客户范围内",
    "the rule runs in shadow, without effect": "规则处于影子模式，不产生效果",
    "the customer is in the rule's holdout": "客户属于规则的对照组",
    "the condition does not hold": "条件不成立",
    "facts are missing, so the condition is unknown": "缺少数据，条件未知",
    "waiting for a missing fact": "等待缺失的数据",
    "the condition has to hold for some days": "条件须持续成立若干天",
    "clearing: its reason is gone": "原因已消失，正在解除",
    "it has acted; once for as long as the condition holds": "已触发；条件持续成立期间只触发一次",
    "it has acted and waits until it is time again": "已触发，等待下次到期",
    "its actions would change nothing": "其动作不会带来任何变化",
    "another rule is preferred": "另一规则优先",
    "the tier is to be kept": "等级须保留一段时间",
    "it acted a short time ago": "不久前刚触发过",
    "it has acted as often as it may": "触发次数已达上限",
    "a person has paused the rule": "规则已被人工暂停",
    "the rule is silenced for this customer": "规则对该客户已静默",
    "the rule's brake has stopped it until a person lets it go on": "规则已被制动，须人工放行",
    "the rule's budget of the day was used up": "规则当日预算已用完",
    "the engines did not agree": "引擎结果不一致",
    "comes": "新增",
    "does not come": "不再出现",
    "as without": "不变",
}
"""Words that stand alone in a cell; what may be a name or a value of rule files is not among them."""

PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (
            r"what decided: .*; what moved most .*",
            "决定条件：须全部成立时，取最接近门槛者；成立其一即可时，取超出最多者；变动最大：此前一个月内变化最大者，特质以总分计，否则为指标的百分比",
        ),
        (r"what decided: .*", "决定条件：须全部成立时，取最接近门槛者；成立其一即可时，取超出最多者"),
        (r"Why customers leave: (\S+) customers", r"客户为何离开：共 \1 位"),
        (r"Who left the circle: (\S+)", r"退出核心圈：共 \1 位"),
        (r"Stages: (\S+) customers", r"关系阶段：共 \1 位客户"),
        (r"Files: (\S+) % complete", r"客户档案：完整度 \1 %"),
        (
            r"(\S+) not updated for (\d+) days, (\S+) without a file",
            r"\1 份超过 \2 天未更新，\3 位无档案",
        ),
        (r"Profit at (\S+) % margin: the top 20 % bring (.+)", r"利润（毛利率 \1 %）：前 20 % 的客户贡献 \2"),
        (r"Digest of (\S+)", r"管理者摘要：\1"),
        (r"Nobody works the tasks .*", "重放历史时无人处理任务，因此两年的任务都在此等候。"),
        (r"Open alerts: (.+) in all", r"未解除预警：共 \1 项"),
        (r"Open tasks: (.+) in all, (.+) overdue", r"待办关怀任务：共 \1 项，逾期 \2 项"),
        (r"(\S+) in all", r"共 \1 项"),
        (r"(\S+) care tasks", r"关怀任务 \1 项"),
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
        (r"(\d+) days", r"\1 天"),
        (r"below (.+)", r"低于 \1"),
        (r"above (.+)", r"高于 \1"),
        (r"number (\d+) of (\d+)", r"第 \1 个，共 \2 个"),
        (r"none left of (\d+)", r"\1 个均已用完"),
        (r"not within (\d+) days", r"\1 天内不会"),
        (r"on another day, not (\d{4}-\d\d-\d\d)", r"改期（原为 \1）"),
        (r"blocked: (.+)", r"被拦截：\1"),
        (r"(.+) \(without: (.+)\)", r"\1（不假设时：\2）"),
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
