"""Editions of one set of rules: each another release, so that every edit of the watched files is a reload.

Window and threshold of a metric go round, so that editions judge the same event differently and measures are
built anew from history; no edition moves a customer to another tier, but the bold one, which moves them all.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from shared.policy.release import build, load_directory
from tests.flow.cli.conftest import RULES

METRIC = """\
  orders_recent: {{count: [purchase], window: {window} days, title: {{en: Recent orders, zh: 近期订单}}}}
"""
ACTIVITY = """\
policy: activity
owner: crm
rules:
  - id: busy
    title: {{en: "Buys often, edition {number}", zh: "频繁购买，第 {number} 版"}}
    when: {{orders_recent: at least {often}}}
    clear_when: {{orders_recent: at most {seldom}}}
    then: [{{raise_alert: {{alert: busy, severity: low, title: {{en: Busy, zh: 频繁}}}}}}]
    because: {{en: "{{orders_recent}} orders lately", zh: "近来 {{orders_recent}} 单"}}
  - id: quiet
    title: {{en: "Buys seldom, edition {number}", zh: "很少购买，第 {number} 版"}}
    when: {{orders_recent: at most {seldom}}}
    clear_when: {{orders_recent: at least {often}}}
    then: [{{raise_alert: {{alert: quiet, severity: low, title: {{en: Quiet, zh: 清淡}}}}}}]
    because: {{en: "{{orders_recent}} orders lately", zh: "近来 {{orders_recent}} 单"}}
"""
BOLD = """\
policy: membership
owner: crm
rules:
  - id: demote-core
    title: {en: Is no longer a core customer, zh: 不再是核心客户}
    when: {all: [{tier: is core}, {score: at most 100}]}
    then: [{change_tier: {to: none}}]
    because: {en: "score {score}", zh: "总分 {score}"}
"""
BROKEN = "policy: activity\nrules: [{id: busy, when: {orders_recent: [at least"


@dataclass
class Editions:
    """Rule files in *directory*, which somebody edits."""

    directory: Path
    number: int = 0

    def __post_init__(self) -> None:
        shutil.copytree(RULES, self.directory)
        policy = (RULES / "policy.yaml").read_text(encoding="utf-8")
        self._write("policy.yaml", policy.replace("care]", "care, activity]"))
        self.next()

    def next(self) -> str:
        """Write the next edition, mending what was broken; return its digest."""
        self.number += 1
        metrics = (RULES / "metrics.yaml").read_text(encoding="utf-8")
        self._write("policies/membership.yaml", (RULES / "policies/membership.yaml").read_text("utf-8"))
        self._write("metrics.yaml", metrics + METRIC.format(window=7 + self.number % 4 * 7))
        seldom = 1 + self.number % 3
        activity = ACTIVITY.format(number=self.number, seldom=seldom, often=seldom + 2)
        self._write("policies/activity.yaml", activity)
        return self.digest

    def break_off(self) -> None:
        """Save a file that is no YAML."""
        self._write("policies/activity.yaml", BROKEN)

    def be_bold(self) -> None:
        """Save rules that pass every check and would end every membership."""
        self._write("policies/membership.yaml", BOLD)

    @property
    def digest(self) -> str:
        """The digest of the files as they are."""
        result = build(load_directory(self.directory))
        assert result.bundle is not None, "\n".join(map(str, result.problems))
        return result.bundle.digest

    def _write(self, name: str, text: str) -> None:
        """Save as editors do: a file is the old one or the new one, never half of it."""
        draft = self.directory / f"{name}.draft"
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.directory / name)
