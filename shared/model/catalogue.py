"""The catalogue: which events exist, what is counted from them, and how counts become points.

Frozen values built by the checker from events.yaml, metrics.yaml, traits.yaml, tiers.yaml and
calendars/. Whoever holds one may trust it: names resolve, units and ranges agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from shared.model.business import BusinessWeek
from shared.model.values import Kind, Text, Value


@dataclass(frozen=True, slots=True)
class FieldDef:
    """One field of an event's data; the last two say what is asked of a field of the customer's file."""

    name: str
    kind: Kind
    title: Text
    required: bool = False
    personal: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    wanted: bool = False  # a file without it has a gap
    stale_after_days: int | None = None  # older than this it is to be confirmed; None: it never goes stale


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event publishers may send.

    With ``sets_profile`` every field is a profile fact of the same name (latest event time wins). With
    ``confirms_profile`` somebody found the file right: all of it, or what the event's field ``fields`` names.
    """

    name: str
    title: Text
    fields: Mapping[str, FieldDef]
    sets_profile: bool = False
    confirms_profile: bool = False


class Aggregate(str, Enum):
    """How a metric condenses its events."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    LAST = "last"
    DISTINCT = "distinct"
    DAYS_SINCE_LAST = "days_since_last"
    USUAL_GAP_DAYS = "usual_gap_days"
    RATIO = "ratio"
    TREND = "trend"
    ANSWERED_SHARE = "answered_share"
    PACE_INSIDE = "pace_inside"


@dataclass(frozen=True, slots=True)
class Filter:
    """``where`` on one event field: the event counts when the field's value is one of *values*,
    or, for ordered kinds, lies within [*minimum*, *maximum*]. A missing field never matches."""

    field: str
    values: tuple[Value, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """The events a metric reads: for each event type the field taken (``None`` counts only) and its sign.

    Metrics that share a series share its buckets.
    """

    terms: tuple[tuple[str, str | None, int], ...]  # (event type, field, +1 | -1)
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricDef:
    """A named number computed from a customer's events over a window of local days.

    ``window_days`` None means lifetime. RATIO uses *numerator*/*denominator* (metric ids) and
    ``as percent`` when kind is PERCENT; TREND uses *numerator* as the metric whose window is compared
    with the window before; ANSWERED_SHARE is the percentage of *series* days followed by an *answer*
    event within *within_days*; PACE_INSIDE is the amount per day inside *calendar* as percentage of the
    amount per day outside it.
    """

    id: str
    title: Text
    aggregate: Aggregate
    kind: Kind
    series: Series | None = None
    window_days: int | None = None
    calendar: str | None = None  # only events inside its periods; of PACE_INSIDE, the periods compared
    at_least: int = 0  # fewer events (days, for USUAL_GAP_DAYS) than this: unknown
    numerator: str | None = None
    denominator: str | None = None
    answer: Series | None = None
    within_days: int = 0
    compare: bool = False  # declares the comparison window: allows `rose by` / `fell by`
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()  # of LAST and the like over a field of type choice
    personal: bool = False  # it shows a personal field as it stands
    noise: float | None = None  # how much it varies although nothing happens that matters; None: by its kind
    refresh_days: int = 0  # how long news take to reach it; 0: by its kind


@dataclass(frozen=True, slots=True)
class Indicator:
    """Points from one metric: the last band whose floor is at or below the value; below all, 0.

    Without an *optional* one the evidence for its trait is complete all the same.
    """

    metric: str
    weight: int
    bands: tuple[tuple[float, int], ...]  # (floor, points 0–100), floors ascending
    optional: bool = False


@dataclass(frozen=True, slots=True)
class TraitDef:
    """One of the nine traits, or a number that only ranks (weight 0). Weights of all add up to 100."""

    id: str
    title: Text
    weight: int
    neutral: int
    indicators: tuple[Indicator, ...] = ()
    assessment_weight: int = 0  # 0: hand ratings are not used
    assessment_stale_days: int = 180


@dataclass(frozen=True, slots=True)
class Tier:
    """A membership level; `rank` 0 is "none", not a member."""

    id: str
    title: Text
    rank: int
    entitlements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A service privilege that a tier or a rule may grant."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Period:
    """A dated entry of a calendar; both ends included, as ordinals of local dates."""

    name: str
    title: Text
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """Dates that operations keep. Each calendar is also a date fact of the same name."""

    id: str
    title: Text
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that may be named in a rule, but for the rules themselves."""

    events: Mapping[str, EventType]
    metrics: Mapping[str, MetricDef]
    traits: Mapping[str, TraitDef]
    tiers: tuple[Tier, ...]  # by rank, "none" first
    entitlements: Mapping[str, Entitlement] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    currency: str = "CNY"
    minor_digits: int = 2
    timezone: str = "UTC"
    business: BusinessWeek = field(default_factory=BusinessWeek)
