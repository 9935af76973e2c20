"""The part of policy.yaml that says how an edit becomes the active release: `activation`, `approvals`."""

from shared.model.governance import ActivationMode, ApprovalStep, EvidenceKind, Governance
from shared.policy.nodes import Node
from shared.policy.reading import Fields, Reading
from shared.policy.said import Said
from shared.policy.shapes import ACTIVATION, APPROVAL

_MODES = tuple(mode.value for mode in ActivationMode)
_MODE = Said("a mode of activation", "启用模式")
_NEEDS = (EvidenceKind.CHECK.value, EvidenceKind.TEST.value, EvidenceKind.BACKTEST.value)


def read_governance(manifest: Fields, reading: Reading) -> Governance:
    """Read the gate that the successors of this bundle have to pass."""
    default = Governance()
    steps = _steps(manifest.get("approvals"), reading)
    node = manifest.get("activation")
    fields = reading.fields(node, ACTIVATION) if node is not None else None
    if fields is None:
        return Governance(steps=steps)
    return Governance(
        mode=ActivationMode(fields.option("mode", _MODES, _MODE, default.mode.value)),
        needs=_needs(fields, reading) if fields.has("needs") else default.needs,
        steps=steps,
        moves_at_most_percent=fields.number("moves_at_most_percent", default.moves_at_most_percent, 0, 100),
    )


def _steps(node: Node | None, reading: Reading) -> tuple[ApprovalStep, ...]:
    steps = []
    for item in reading.items(node, Said("a list of approval steps", "批准步骤的列表")):
        step = reading.fields(item, APPROVAL)
        if step:
            share = step.number("impact_at_most_percent", 0, 0, 100)
            steps.append(ApprovalStep(share, step.integer("approvals", low=0, high=10)))
    return tuple(steps)


def _needs(fields: Fields, reading: Reading) -> tuple[EvidenceKind, ...]:
    """The kinds asked for, in the order of a release's life; the check is always among them."""
    evidence = Said("a kind of evidence", "证据种类")
    words = [reading.option(word, _NEEDS, evidence) for word in fields.scalars("needs")]
    wanted = {EvidenceKind.CHECK.value, *(word for word in words if word)}
    return tuple(kind for kind in EvidenceKind if kind.value in wanted)
