"""How `guanxi release` says things to people, in English and Chinese."""

from collections.abc import Sequence
from typing import Any

import click

from services.cli.json_output import print_json
from shared.releases.differences import Difference
from shared.releases.documents import Activation, activation_told
from shared.releases.life import Standing

STAGES = {
    "draft": "草稿",
    "checked": "已检查",
    "tested": "已测试",
    "backtested": "已回测",
    "approved": "已批准",
    "scheduled": "已排期",
    "active": "生效中",
    "superseded": "已被取代",
    "rejected": "已驳回",
}
STEPS = {
    "check": "检查",
    "test": "测试",
    "backtest": "回测",
    "dry-run": "试运行",
    "approval": "批准",
    "proposal": "重新提交",
}
_SAID = {
    "en": {
        "needs": "still needs",
        "ready": "complete: `guanxi release activate` makes it active",
        "passed": "passed",
        "failed": "FAILED",
        "approved": "approved by {}; {} needed",
        "impact": "would move {} percent of customers",
        "planned": "planned for {} by {}",
        "none": "no releases yet; the rules service stores the first",
        "nobody": "nobody",
        "same": "the releases are the same",
    },
    "zh": {
        "needs": "还需要",
        "ready": "已齐备：可用 `guanxi release activate` 生效",
        "passed": "通过",
        "failed": "未通过",
        "approved": "批准人：{}，共需 {} 人",
        "impact": "将变动 {}% 的客户",
        "planned": "计划于 {} 生效（{}）",
        "none": "尚无发布版本",
        "nobody": "无",
        "same": "两个版本相同",
    },
}
_CHANGES = {
    "en": {"added": "new", "removed": "gone", "changed": "changed"},
    "zh": {"added": "新增", "removed": "删除", "changed": "修改"},
}


def stage(name: str, language: str) -> str:
    """A stage in words."""
    return STAGES[name] if language == "zh" else name


def _steps(names: Sequence[str], language: str) -> str:
    if language == "zh":
        return "、".join(STEPS[name] for name in names)
    return ", ".join(names)


def tell_list(rows: Sequence[dict[str, Any]], language: str) -> None:
    """One line for each release."""
    said = _SAID[language]
    for row in rows:
        open_steps = f"  {said['needs']} {_steps(row['missing'], language)}" if _is_open(row) else ""
        name = stage(row["stage"], language)
        click.echo(f"{row['release'][:12]}  {name:<11} {row['created_at']}{open_steps}")
    if not rows:
        click.echo(said["none"], err=True)


def _is_open(row: dict[str, Any]) -> bool:
    return row["missing"] and row["stage"] not in ("active", "superseded", "rejected")


def tell_standing(found: Standing, language: str) -> None:
    """Where a release stands, step by step."""
    said = _SAID[language]
    click.secho(f"{found.release[:12]}  {stage(found.stage.value, language)}", bold=True)
    for kind, record in found.evidence.items():
        verdict = said["passed"] if record.data["passed"] else said["failed"]
        step = STEPS[kind] if language == "zh" else kind
        click.echo(f"  {step:<9} {verdict}  {record.data['digest'][:12]}  {record.at}  {record.by}")
        if kind == "dry-run":
            _tell_dry_run(record.data["summary"], language)
    names = ", ".join(found.approved_by) or said["nobody"]
    click.echo(f"  {said['approved'].format(names, found.approvals_needed)}")
    if found.scheduled:
        click.echo(f"  {said['planned'].format(found.scheduled.data['at'], found.scheduled.by)}")
    if found.stage.value == "active":
        return
    click.echo(
        f"  {said['needs']} {_steps(found.missing, language)}" if found.missing else f"  {said['ready']}"
    )


def _tell_dry_run(summary: dict[str, Any], language: str) -> None:
    click.echo(f"    {_SAID[language]['impact'].format(summary.get('impact_percent', 0.0))}")
    for each in summary.get("excesses", ()):
        click.secho(f"    {each['kind']} {each['name']}: {each['wanted']} > {each['allowed']}", fg="red")
    for move in summary.get("moves", ())[:20]:
        click.echo(
            f"    {move['day']}  {move['customer']}: {move['active']} → {move['candidate']}  ({move['rule']})"
        )


def tell_activation(done: Activation, as_json: bool) -> None:
    """What is active now."""
    if as_json:
        print_json(activation_told(done))
        return
    ends = f", until {done.expires_at}" if done.expires_at else ""
    click.echo(f"release {done.digest[:12]} is active (activation {done.number}, {done.kind}{ends})")


def tell_differences(found: Sequence[Difference], language: str) -> None:
    """Every difference with its lines."""
    for each in found:
        click.secho(f"{_CHANGES[language][each.change]}  {each.kind} {each.name}", bold=True)
        for line in each.lines[language]:
            click.secho(f"  {line}", fg="red" if line.startswith("-") else "green")
    if not found:
        click.echo(_SAID[language]["same"])
