"""How `guanxi status` says what runs, how far behind it is and what is wrong, in English and Chinese.

Why a service is not ready is passed on in its own words; what rules tells, it tells in both languages.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from services.cli.showing import show_sheets
from shared.reports.filling import filled
from shared.reports.sheet import Sheet

_WORDS = {
    "Services": "服务",
    "How far behind": "积压",
    "Stored in {home}": "存于 {home}",
    "service": "服务",
    "ready": "就绪",
    "address": "地址",
    "process": "进程",
    "processed": "已处理",
    "duplicates": "重复",
    "dead letters": "死信",
    "topic": "主题",
    "group": "消费组",
    "partition": "分区",
    "behind": "积压条数",
    "since": "积压时长",
    "done": "已提交",
    "all": "全部",
    "yes": "是",
    "no": "否",
    "none": "无",
    "unknown": "未知",
    "not running": "未运行",
    "last closed day": "最近日终",
    "active release": "生效的发布版",
    "customers with open alerts": "有未解除预警的客户",
    "open tasks": "待办任务",
    "history": "历史事件",
    "customers": "客户",
    "relationships": "客户关系",
    "decisions": "决策",
    "tasks": "任务",
    "dead_letters": "死信",
    "{member} is not ready: {reason}": "{member} 未就绪：{reason}",
    "the edited rules are refused, release {number} goes on:": (
        "修改后的规则被拒绝，发布版 {number} 继续生效："
    ),
    "{group} cannot go on: on {lost} partitions of {topic} the log no longer holds what was committed; "
    "restore log and store of the same moment": (
        "{group} 无法继续：{topic} 有 {lost} 个分区的日志已不含提交位置；请恢复同一时刻的日志与存储"
    ),
    "held back: {line}": "被拦下：{line}",
    "not yet reviewed: {line}": "尚待复核：{line}",
    "not running: {names}; `guanxi up` starts them again": "未运行：{names}；用 `guanxi up` 重新启动",
    "not running: {names}; start with `guanxi up`": "未运行：{names}；用 `guanxi up` 启动",
    "{amount} decisions of {day} come out otherwise when made again: {names}": (
        "{day} 的 {amount} 项决策重算后结果不同：{names}"
    ),
}


def show(told: Mapping[str, Any], on: Console, language: str) -> None:
    """Print the status for people."""
    teller = _Teller(told, language)
    show_sheets([teller.services(), teller.lags(), teller.stored()], on)
    for problem in teller.problems():
        on.print(problem, style="red", markup=False, soft_wrap=True)


class _Teller:
    """Tells one status in one language."""

    def __init__(self, told: Mapping[str, Any], language: str) -> None:
        self.told = told
        self.language = language

    def say(self, text: str, **values: object) -> str:
        return filled(_WORDS, self.language, text, **values)

    def headed(self, title: str, rows: list[tuple[str, ...]], *headers: str) -> Sheet:
        return Sheet(self.say(title), rows, tuple(map(self.say, headers)))

    def stored(self) -> Sheet:
        told, none = self.told, self.say("none")
        release = told["release"]
        active = f"{release['number']} ({release['digest'][:12]})" if release else none
        counts = [(self._collection(name), f"{number:,}") for name, number in told["counts"].items()]
        facts = [
            (self.say("last closed day"), told["last_closed_day"] or none),
            (self.say("active release"), active),
            *counts,
            (self.say("customers with open alerts"), f"{told['open_alerts']:,}"),
            (self.say("open tasks"), f"{told['open_tasks']:,}"),
        ]
        return Sheet(self.say("Stored in {home}", home=told["home"]), facts)

    def _collection(self, name: str) -> str:
        said = self.say(name)
        return name.replace("_", " ") if said == name else said

    def services(self) -> Sheet:
        counted = ("processed", "duplicates", "dead_letters")
        rows = [
            (
                service["member"],
                self.say("yes" if service["ready"] else "no"),
                service["url"],
                str(service["pid"]),
                *(f"{service['told'].get(name, 0):,}" for name in counted),
            )
            for service in self.told["services"]
        ]
        rows += [(name, self.say("not running"), *[""] * 5) for name in self.told["missing"]]
        headers = ("service", "ready", "address", "process", "processed", "duplicates", "dead letters")
        return self.headed("Services", rows, *headers)

    def lags(self) -> Sheet:
        rows: list[tuple[str, ...]] = []
        for lag in self.told["lag"]:
            rows.append((lag["topic"], lag["group"], self.say("all"), *self._distance(lag)))
            behind = [each for each in lag["partitions"] if each["records"]]
            rows += [("", "", str(each["partition"]), *self._distance(each)) for each in behind]
        return self.headed("How far behind", rows, "topic", "group", "partition", "behind", "since", "done")

    def _distance(self, lag: Mapping[str, Any]) -> tuple[str, str, str]:
        since = self.say("unknown") if lag["seconds"] is None else f"{lag['seconds']:,.1f} s"
        return f"{lag['records']:,}", since, f"{lag['committed']:,}"

    def problems(self) -> Iterator[str]:
        """What keeps the installation from working as it should, one line each."""
        for service in self.told["services"]:
            for reason in service["not_ready_because"]:
                yield self.say("{member} is not ready: {reason}", member=service["member"], reason=reason)
        yield from self._refused_rules()
        for service in self.told["services"]:
            yield from self._differing(service["told"].get("replayed") or {})
        yield from self._lost_places()
        yield from self._lines("waiting")
        yield from (self.say("held back: {line}", line=line) for line in self._lines("stopped"))
        yield from (self.say("not yet reviewed: {line}", line=line) for line in self._lines("open_reviews"))
        if self.told["missing"]:
            yield self._missing(", ".join(self.told["missing"]))

    def _lines(self, name: str) -> list[str]:
        """What services say of themselves, in the language asked for where they know it."""
        told = [each["told"] for each in self.told["services"]]
        found = [each.get(self.language, {}).get(name) or each.get(name, []) for each in told]
        return sorted({line for lines in found for line in lines})

    def _refused_rules(self) -> Iterator[str]:
        problems = self._lines("problems")
        if problems and (release := self.told["release"]):
            yield self.say(
                "the edited rules are refused, release {number} goes on:", number=release["number"]
            )
        yield from problems

    def _lost_places(self) -> Iterator[str]:
        for lag in self.told["lag"]:
            if lag["lost"]:
                yield self.say(
                    "{group} cannot go on: on {lost} partitions of {topic} the log no longer holds "
                    "what was committed; restore log and store of the same moment",
                    group=lag["group"],
                    lost=lag["lost"],
                    topic=lag["topic"],
                )

    def _missing(self, names: str) -> str:
        if self.told["supervised"]:
            return self.say("not running: {names}; `guanxi up` starts them again", names=names)
        return self.say("not running: {names}; start with `guanxi up`", names=names)

    def _differing(self, checked: Mapping[str, Any]) -> Iterator[str]:
        """Stored decisions that could not be made again, in one line; nothing when all could."""
        if names := checked.get("differing"):
            yield self.say(
                "{amount} decisions of {day} come out otherwise when made again: {names}",
                amount=checked["different"] + checked["failed"],
                day=checked["day"],
                names=", ".join(names),
            )
