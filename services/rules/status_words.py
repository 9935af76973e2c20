"""What the rules service's status says of releases and switches, a sentence each, in both languages. Pure."""

from services.rules.release_words import STAGES, STEPS
from shared.policy.said import Said
from shared.releases.documents import Activation
from shared.releases.life import Standing
from shared.switches.model import Switch

_WAYS = {"rolled back": "被回退", "replaced by hand": "被人工替换"}


def ended(release: str, how: str) -> Said:
    """People ended the release that the files still are."""
    return Said(
        f"release {release} was {how}: edit the files, or activate it by hand",
        f"发布版 {release} 已{_WAYS.get(how, how)}：请修改文件，或手工启用",
    )


def waiting(release: str, found: Standing) -> Said:
    """What a release lacks."""
    stage = found.stage.value
    told = Said("is complete and waits for its activation", "已齐备，等待启用")
    if found.missing:
        needs, steps = ", ".join(found.missing), "、".join(STEPS[name] for name in found.missing)
        told = Said(f"still needs {needs}", f"还需要{steps}")
    return Said(f"release {release} ({stage}) {told.en}", f"发布版 {release}（{STAGES[stage]}）{told.zh}")


def stopped(switch: Switch) -> Said:
    """What a pause, silence or brake holds back, and why."""
    why = f"{switch.gate} by {switch.by}: {switch.reason}"
    chinese = f"{switch.gate}，由 {switch.by}：{switch.reason}"
    return Said(f"{switch.rule or 'rules'} {why}", f"{switch.rule or '多条规则'} {chinese}")


def unreviewed(activation: Activation) -> Said:
    """An emergency activation that nobody has looked at yet."""
    number, by, reason = activation.number, activation.by, activation.reason
    return Said(
        f"activation {number} by {by}, an emergency: {reason}",
        f"第 {number} 次启用（紧急），由 {by}：{reason}",
    )
