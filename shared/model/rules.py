"""Rules, policies and the whole bundle, as the evaluator reads them.

Pure declarations, immutable; the digest of the release they came from travels with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from shared.model.business import Term
from shared.model.catalogue import Catalogue
from shared.model.conditions import Condition
from shared.model.contacts import Keep
from shared.model.governance import Governance
from shared.model.values import Kind, Text, Value


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a decision table: a cell per input (``None``: any) and the answer."""

    cells: tuple[tuple[Value, ...] | None, ...]
    answer: Value


@dataclass(frozen=True, slots=True)
class Table:
    """First matching row wins; *otherwise* answers when none does (``None`` only for a table without gaps).

    A missing input makes the answer unknown: the rule's ``when_missing`` decides.
    """

    inputs: tuple[str, ...]
    rows: tuple[Row, ...]
    otherwise: Value | None = None


class ActionKind(str, Enum):
    """What a rule can order."""

    CHANGE_TIER = "change_tier"
    SET = "set"
    RAISE_ALERT = "raise_alert"
    CREATE_TASK = "create_task"
    OFFER = "offer"
    GRANT = "grant"
    REVOKE = "revoke"
    ADD_TO = "add_to"
    REMOVE_FROM = "remove_from"
    NOTIFY = "notify"


ActionField = Value | Table | Text | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Action:
    """One order of a rule.

    Fields by kind: CHANGE_TIER ``to``, ``keep_at_least_days``, ``at_once``; SET ``fact``, ``value``;
    RAISE_ALERT ``alert`` (churn, credit, anomaly …), ``severity`` (low medium high), ``title``;
    CREATE_TASK ``task`` (slug), ``title``, ``playbook``, ``due_days`` and ``due_business`` (true: business
    days), ``channel``, ``owner``, ``key_event``, ``closed_by`` (event types);
    OFFER ``kind`` (coupon gift bundle), ``item``, ``title``; GRANT/REVOKE ``entitlement``;
    ADD_TO/REMOVE_FROM ``group``; NOTIFY ``template`` (id in notifications.yaml).
    """

    kind: ActionKind
    fields: Mapping[str, ActionField]


class WhenMissing(str, Enum):
    """What an unknown condition means for the episode."""

    WAIT = "wait"  # freeze the episode and its timer
    NO = "no"  # count as false
    STOP = "stop"  # end the episode without actions, and report


@dataclass(frozen=True, slots=True)
class Repeat:
    """Fire again while active: every *every_days* (or by *table*); *later* delays the first by one period."""

    every_days: int | None = None
    table: Table | None = None
    later: bool = False


class RolloutMode(str, Enum):
    """How much of the world a rule touches."""

    SHADOW = "shadow"
    PERCENT = "percent"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Budget:
    """Most firings a local day allows, over all customers; a share is in percent of known customers."""

    max_per_day: int | None = None
    max_share_percent: float | None = None


@dataclass(frozen=True, slots=True)
class RuleDef:
    """``when`` facts hold (optionally ``for`` a duration), ``then`` actions. The id is permanent."""

    id: str
    policy: str
    title: Text
    when: Condition
    actions: tuple[Action, ...]
    because: Text = field(default_factory=dict)  # templates with {fact}
    for_days: int = 0
    when_missing: WhenMissing = WhenMissing.WAIT
    priority: int = 0
    conflict_group: str | None = None
    effective_from: int | None = None  # ordinals of local dates, both included
    effective_until: int | None = None
    rollout: RolloutMode = RolloutMode.LIVE
    rollout_percent: float = 100.0
    holdout_percent: float = 0.0
    budget: Budget | None = None
    clear_when: Condition | None = None
    keep_for_days: int = 0
    repeat: Repeat | None = None
    cool_down_days: int = 0
    max_per: tuple[int, int] | None = None  # (times, days)
    formerly: tuple[str, ...] = ()
    owner: str = ""
    contact_priority: int | None = None  # None: as *priority*

    @property
    def priority_of_contacts(self) -> int:
        """Which contacts come first, over all policies, when the cap does not allow all of them."""
        return self.priority if self.contact_priority is None else self.contact_priority


def deciding(rule: RuleDef) -> RuleDef:
    """*rule* without what decides nothing: its words, its owner, and in which file it stands."""
    return replace(rule, title={}, because={}, owner="", policy="")


@dataclass(frozen=True, slots=True)
class PolicyDef:
    """One rule file."""

    id: str
    rules: tuple[RuleDef, ...]
    owner: str = ""


class FactSource(str, Enum):
    """Where a fact's value comes from."""

    PROFILE = "profile"
    METRIC = "metric"
    TRAIT = "trait"
    SCORE = "score"  # score, coverage
    POLICY = "policy"  # set by rules: tier, groups, entitlements and declared derived facts
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class FactDef:
    """A name a rule may test: its type, unit and where it comes from."""

    name: str
    kind: Kind
    source: FactSource
    title: Text
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    initial: Value | None = None  # of POLICY facts
    compare: bool = False  # `rose by` / `fell by` allowed
    personal: bool = False
    words: Mapping[str, Text] = field(default_factory=dict)  # what people call its choices


@dataclass(frozen=True, slots=True)
class Gates:
    """What a backtest may show of a candidate at most; ``None``: anything. Days are the busiest ones."""

    max_share_moved: float | None = None  # percent of customers whose membership differs
    max_flips_per_year: int | None = None  # changes of one customer's tier within 365 days
    max_alerts_per_day: int | None = None
    max_tasks_per_day: int | None = None
    max_cost_per_day: int | None = None  # minor units


@dataclass(frozen=True, slots=True)
class Bundle:
    """All rule files of one release, checked. `policies` stand in evaluation order."""

    name: str
    digest: str  # SHA-256 of the canonical JSON, hex
    catalogue: Catalogue
    facts: Mapping[str, FactDef]
    policies: tuple[PolicyDef, ...]
    notifications: "NotificationPlan"
    gates: Gates = field(default_factory=Gates)
    costs: Mapping[str, int] = field(default_factory=dict)  # by task, offered item or kind of action
    governance: Governance = field(default_factory=Governance)


@dataclass(frozen=True, slots=True)
class Route:
    """Which decisions reach whom, through which channel, in which words.

    *match* narrows by any of ``action``, ``policy``, ``rule``, ``alert``, ``severity``, ``template``.
    *to* is ``owner``, ``manager``, ``customer`` or a named address book entry.
    """

    id: str
    match: Mapping[str, tuple[str, ...]]
    to: str
    channels: tuple[str, ...]  # inbox, webhook, file …
    subject: Text
    body: Text
    group_by: tuple[str, ...] = ()
    counts_as_contact: bool = False


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who hears of a task that is overdue: so long *after* its due day, once."""

    after: Term
    to: str
    channels: tuple[str, ...] = ("inbox",)


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """A manager's page, told through *channels* when a day, a week or a month has closed.

    *weekday* (Monday is 0) is the day on which a week's page comes: the week ends the evening before.
    """

    to: str
    every: str  # day, week or month
    weekday: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotificationPlan:
    """notifications.yaml: routes in order (every match applies) and the caps that always hold."""

    routes: tuple[Route, ...] = ()
    contact_cap: tuple[int, int] | None = None  # (contacts, days) per customer over all rules
    quiet_hours: tuple[int, int] | None = None  # local minutes of the day (from, until)
    consent_fact: str | None = None
    default_channel: str = "inbox"
    keeps: tuple[Keep, ...] = ()  # what the last contacts of the cap wait for
    escalation: Escalation | None = None
    digest: DigestPlan | None = None
