"""Telling a rule's owner that its brake has stopped it: who waits, and how to let it go on.

Reads the switches that the rules service sets; each brake is told once, by the id of its message.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event

from services.notification.again import again
from shared.model.rules import Bundle, RuleDef
from shared.model.values import Text, in_language
from shared.releases.reader import ReleaseReader
from shared.store.port import Collection, Document, Query
from shared.switches.model import SWITCH, Switch, SwitchKind, switch_from

EVERY_S = 2.0
PAGE = 1_000
NAMED = 50

_SUBJECT = {"en": "Rule {rule} was stopped by its brake", "zh": "规则 {rule} 已被制动"}
_BODY = {
    "en": "“{title}” {why}. Nothing more is ordered; what is due waits, for {count} customers so far: "
    "{names}. Look at it; `guanxi rule release {rule}` lets it go on within its budget, "
    "`guanxi release rollback` takes the release back.",
    "zh": "“{title}”{why}。不再下达任何动作；到期事项保留，目前涉及 {count} 位客户：{names}。"
    "请核查：`guanxi rule release {rule}` 在预算内放行，`guanxi release rollback` 回退版本。",
}
_WHY = {
    "budget": {"en": "wants twice its budget of the day or more", "zh": "所需已达当日预算的两倍以上"},
    "disagreement": {"en": "was read differently by the engines", "zh": "各引擎的判断不一致"},
}


@dataclass(slots=True)
class BrakeNotices:
    """Looks for brakes that nobody was told of."""

    switches: Collection
    inbox: Collection
    releases: ReleaseReader
    _told_up_to: int = 0

    def run(self, stop: Event) -> None:
        """Look every two seconds until *stop* is set."""
        again(self.look, EVERY_S, stop, "brakes cannot be told")

    def look(self) -> None:
        """Tell every brake since the last look to the owner of its rule."""
        found = list(self._new())
        brakes = [switch for switch in found if switch.kind is SwitchKind.BRAKE]
        if brakes:
            bundle = self.releases.bundle(self.releases.active().digest)
            self.inbox.insert_absent([brake_message(brake, bundle) for brake in brakes])
        self._told_up_to = max((switch.number for switch in found), default=self._told_up_to)

    def _new(self) -> Iterator[Switch]:
        wanted = {"kind": SWITCH, "number": {"$gt": self._told_up_to}}
        page = self.switches.find(Query(filter=wanted, sort=(("number", 1),), limit=PAGE))
        return (switch_from(each.document) for each in page.documents)


def brake_message(brake: Switch, bundle: Bundle) -> Document:
    """What the owner of the rule finds in the inbox."""
    policy, rule = next(
        ((policy, each) for policy in bundle.policies for each in policy.rules if each.id == brake.rule),
        (None, None),
    )
    return {
        "_id": f"brake-{brake.number:08d}",
        "created_at": brake.at,
        "group": None,
        "subject": {language: text.format(rule=brake.rule) for language, text in _SUBJECT.items()},
        "body": {language: _body(brake, rule, language) for language in _BODY},
        "customer": "",
        "day": brake.found["day"],
        "route": "",
        "kind": "brake",
        "decision": "",
        "rule": brake.rule,
        "policy": policy.id if policy else "",
        "to": (rule.owner if rule else "") or (policy.owner if policy else ""),
    }


def _body(brake: Switch, rule: RuleDef | None, language: str) -> str:
    waiting = brake.found["waiting"]
    title: Text = rule.title if rule else {language: brake.rule}
    names = ", ".join(waiting[:NAMED]) + (", …" if len(waiting) > NAMED else "")
    return _BODY[language].format(
        title=in_language(title, language),
        why=_WHY[brake.reason][language],
        count=len(waiting),
        names=names,
        rule=brake.rule,
    )
