"""The words of reports on the quality of alerts in Chinese; a template's English is its key. Pure."""

from collections.abc import Mapping
from functools import partial

from shared.reports.filling import filled

WORDS: Mapping[str, str] = {
    "Quality of alerts": "预警质量",
    "Who was expected to leave first": "流失风险排序",
    "Repeat buyers alone": "仅复购客户",
    "Alerts open at each cut": "各截点未解除的预警",
    "Alerts by the month they were raised": "按触发月份统计的预警",
    "Area under the curve at each cut": "各截点的曲线下面积（AUC）",
    "Alerts that were right, by month": "各月预警命中率",
    "leaving means": "流失定义",
    "rules": "规则",
    "events": "事件",
    "{first} to {last}": "{first} 至 {last}",
    "ranked by": "排序依据",
    "alert": "预警",
    "over the cuts": "各截点平均",
    "alerts raised": "已触发预警",
    "left out": "未计入",
    "AUC {auc}, lift {lift}; RFM {rfm}, {rfm_lift}; recency {recency}, {recency_lift}": (
        "AUC {auc}、提升 {lift}；RFM {rfm}、{rfm_lift}；最近购买 {recency}、{recency_lift}"
    ),
    "{alerts}, of whom {right} left: {precision}; silent for {days} days (median) when raised": (
        "{alerts} 条，其中 {right} 位流失：{precision}；触发时已沉默 {days} 天（中位数）"
    ),
    "none whose window is over": "尚无观察期结束的预警",
    "{cuts} cuts and {alerts} alerts whose window is not over": (
        "观察期未结束：{cuts} 个截点、{alerts} 条预警"
    ),
    "cut": "截点",
    "customers": "客户数",
    "left": "流失",
    "AUC": "AUC",
    "95 %": "95 % 区间",
    "lift": "提升",
    "RFM": "RFM",
    "RFM lift": "RFM 提升",
    "recency": "最近购买",
    "recency lift": "最近购买提升",
    "alarmed": "已预警",
    "of these left": "其中流失",
    "precision": "命中率",
    "recall": "召回率",
    "F1": "F1",
    "month": "月份",
    "raised": "触发",
    "silent days": "沉默天数",
    "AUC: how often a leaver ranks above a stayer; lift: leavers in the riskiest tenth against the mean": (
        "AUC：流失客户排在留存客户之前的概率；提升：风险最高十分之一中的流失率与平均之比"
    ),
    "best fifth": "贡献前五分之一",
    "of all customers; in the best fifth: of the customers who brought most up to the cut": (
        "左侧以全部客户计；“贡献前五分之一”以截点前消费最多的五分之一客户计"
    ),
    "intervals: Hanley and McNeil 1982, Wilson 1927": "区间：Hanley 与 McNeil 1982，Wilson 1927",
}


worded = partial(filled, WORDS)
"""A text in a language, its placeholders filled in."""
