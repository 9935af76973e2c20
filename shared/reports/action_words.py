"""What actions and care tasks say of themselves, in words: fields, channels, where a task stands. Pure."""

from collections.abc import Mapping
from typing import Any

from shared.model.business import term_of
from shared.model.values import in_language
from shared.policy.terms import write_term
from shared.reports.chinese import CHINESE

_CHANNELS = {
    "phone": "电话",
    "visit": "上门",
    "sms": "短信",
    "email": "电子邮件",
    "online": "在线",
    "post": "邮寄",
    "gathering": "聚会",
    "internal": "内部",
}
_STATUSES = {
    "open": "待办",
    "closing": "结束中",
    "done": "已完成",
    "skipped": "已跳过",
    "cancelled": "已取消",
    "closed": "因事件结束",
}
_FIELDS = {
    "to": "等级",
    "at_once": "立即",
    "fact": "事实",
    "value": "值",
    "alert": "预警",
    "severity": "级别",
    "title": "标题",
    "task": "任务",
    "playbook": "做法",
    "due": "期限",
    "channel": "渠道",
    "owner": "负责人",
    "key_event": "关键事件",
    "closed_by": "因何事件结束",
    "kind": "种类",
    "item": "内容",
    "entitlement": "权益",
    "group": "群组",
    "template": "模板",
    "keep_at_least_days": "至少保持",
    "due_days": "期限",
}
_SEVERITIES = {"low": "低", "medium": "中", "high": "高"}


def channel_word(channel: str, language: str) -> str:
    """How a customer is reached."""
    return _CHANNELS.get(channel, channel) if language == CHINESE else channel


def status_word(status: str, language: str) -> str:
    """Where a care task stands."""
    return _STATUSES.get(status, status) if language == CHINESE else status


def fields_text(fields: Mapping[str, Any], language: str) -> str:
    """An action's fields in one line; bilingual texts in one language, empty ones left out."""
    said = {name: _plain(name, value, language) for name, value in fields.items()}
    if said.pop("due_business", False):
        del said["due_days"]
        said["due"] = write_term(term_of(fields), language)
    parts = [_field(name, value, language) for name, value in said.items() if value not in (None, "", 0)]
    return ("，" if language == CHINESE else ", ").join(parts)


def _plain(name: str, value: Any, language: str) -> Any:
    if isinstance(value, (list, tuple)):
        return ("、" if language == CHINESE else ", ").join(map(str, value))
    if isinstance(value, Mapping):
        return in_language(value, language)
    if name == "severity" and language == CHINESE:
        return _SEVERITIES.get(value, value)
    return channel_word(value, language) if name == "channel" else value


def _field(name: str, value: object, language: str) -> str:
    in_days = name.endswith("_days")
    if language == CHINESE:
        word = "是" if value is True else f"{value} 天" if in_days else value
        return f"{_FIELDS.get(name, name)} {word}"
    words = name.replace("_", " ")
    return f"{words.removesuffix(' days')} {value} days" if in_days else f"{words} {value}"
