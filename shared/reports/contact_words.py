"""What became of messages to outside systems, and of what was held back, in words. Pure."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from shared.model.values import in_language
from shared.reports.chinese import CHINESE
from shared.reports.filling import filled

WORDS: Mapping[str, str] = {
    "{channel} to {to}, route {route}": "{channel} 发给 {to}（路由 {route}）",
    "delivered at {at}": "已于 {at} 送达",
    "given up, tried {attempts} × ({reason})": "尝试 {attempts} 次后放弃（{reason}）",
    "waits, tried {attempts} × ({reason})": "等待重试，已失败 {attempts} 次（{reason}）",
    "waits to be sent": "等待发送",
    "held until {until}, quiet hours": "免打扰时段，推迟至 {until}",
    "cancelled, nobody subscribes any more": "已取消，订阅已删除",
    "cancelled: {reason}": "已取消：{reason}",
    "task {name} not opened": "未建任务 {name}",
    "route {name} not taken": "未走路由 {name}",
    "template {name} not sent": "未发模板 {name}",
    "no_consent": "客户不同意联系",
    "consent_unknown": "不知客户是否同意直接联系",
    "already_open": "同一任务尚未完成",
    "contact_cap": "已达联系次数上限",
    "channel_unavailable": "渠道未设置",
    "no_subscriber": "该路由的渠道无人订阅",
    "no_route": "没有路由匹配该模板",
    "no_consent: withdrawn while it waited": "等待期间客户撤回了同意",
}

_NOT_DONE = {"task": "task {name} not opened", "notice": "route {name} not taken"}

_CAP = re.compile(
    r"(?P<made>\d+) contacts in (?P<days>\d+) days, allowed are (?P<most>\d+)"
    r"(?:, the last (?P<last>\d+) for (?:key events|priority at least (?P<least>-?\d+)))?"
    r"; this one has priority (?P<own>-?\d+), made before it: (?P<ahead>.+)"
)
"""What the notification service says of a contact that the cap held."""

worded = partial(filled, WORDS)
"""A text in a language, its placeholders filled in."""


def delivery_row(entry: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Through which channel to whom, and how it stands."""
    named = {name: entry[name] for name in ("channel", "to", "route")}
    where = worded(language, "{channel} to {to}, route {route}", **named)
    return where, f"{_standing(entry, language)}: {in_language(entry['subject'], language)}"


def _standing(entry: Mapping[str, Any], language: str) -> str:
    state, attempts, reason = entry["state"], entry["attempts"], entry["reason"]
    if state == "delivered":
        return worded(language, "delivered at {at}", at=_minute(entry["last_attempt_at"]))
    if state == "failed":
        return worded(language, "given up, tried {attempts} × ({reason})", attempts=attempts, reason=reason)
    if state == "held":
        return worded(language, "held until {until}, quiet hours", until=_minute(entry["until"]))
    if state == "cancelled":
        why = _said(reason, language)
        return worded(
            language, "cancelled: {reason}" if why else "cancelled, nobody subscribes any more", reason=why
        )
    if attempts:
        return worded(language, "waits, tried {attempts} × ({reason})", attempts=attempts, reason=reason)
    return worded(language, "waits to be sent")


def held_row(entry: Mapping[str, Any], language: str) -> tuple[str, str]:
    """What was not done, and why."""
    kind, _, name = entry["what"].partition(":")
    what = worded(language, _NOT_DONE.get(kind, "template {name} not sent"), name=name)
    return what, _why_held(entry) if language == CHINESE else entry["detail"]


def _why_held(entry: Mapping[str, Any]) -> str:
    """In Chinese; of the cap also how many contacts were made, and which."""
    found, reason = _CAP.fullmatch(entry["detail"]), _said(entry["reason"], CHINESE)
    if found is None:
        return reason
    least, last = found["least"], found["last"]
    whom = "留给关键事件" if least is None else f"要求优先级至少 {least}"
    kept = f"，最后 {last} 次{whom}" if last else ""
    made = f"{found['days']} 天内已联系 {found['made']} 次，上限 {found['most']} 次{kept}"
    return f"{reason}：{made}；本次优先级 {found['own']}，此前已联系：{found['ahead']}"


def _said(reason: str, language: str) -> str:
    """A reason in Chinese where it is known, else as it was recorded."""
    return WORDS.get(reason, reason) if language == CHINESE else reason


def _minute(instant: str) -> str:
    return instant[:16].replace("T", " ")
