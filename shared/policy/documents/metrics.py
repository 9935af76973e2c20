"""metrics.yaml: what is counted from events, over which window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from shared.model.catalogue import Aggregate, Calendar, EventType, FieldDef, Filter, MetricDef, Series
from shared.model.conditions import Leaf, Phrase
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind
from shared.policy.codes import BAD_VALUE, METRIC_BASE, MISSING_KEY, PHRASE_MISFIT
from shared.policy.documents.manifest import KINDS, TYPE
from shared.policy.documents.phrasing import Phrasing, one_of_phrases
from shared.policy.nodes import Node, ScalarNode, Span
from shared.policy.phrases.naming import phrase_named
from shared.policy.quantities import ValueType
from shared.policy.reading import FACT_NAME, Fields, Reading
from shared.policy.said import Said, one_of
from shared.policy.shapes import AGGREGATES, ANSWERED, METRIC, METRICS, RATIO

_BY_EVENTS = frozenset({Aggregate.COUNT, Aggregate.DAYS_SINCE_LAST, Aggregate.USUAL_GAP_DAYS})
_BUILT_ON = frozenset({Aggregate.RATIO, Aggregate.TREND})
_NUMBERS_ONLY = frozenset(
    {Aggregate.SUM, Aggregate.MEAN, Aggregate.MIN, Aggregate.MAX, Aggregate.PACE_INSIDE}
)
_COMPARABLE = frozenset(
    {Aggregate.COUNT, Aggregate.SUM, Aggregate.MEAN, Aggregate.MIN, Aggregate.MAX, Aggregate.DISTINCT}
)
_FIXED_KINDS = {
    Aggregate.COUNT: Kind.INTEGER,
    Aggregate.DISTINCT: Kind.INTEGER,
    Aggregate.DAYS_SINCE_LAST: Kind.DAYS,
    Aggregate.USUAL_GAP_DAYS: Kind.DAYS,
    Aggregate.TREND: Kind.PERCENT,
    Aggregate.ANSWERED_SHARE: Kind.PERCENT,
    Aggregate.PACE_INSIDE: Kind.PERCENT,
}
_METRICS = Said("metrics by name", "按名称列出的指标")
_METRIC, _EVENT_TYPE = Said("metric", "指标"), Said("event type", "事件类型")
_WHERE = {Phrase.IS, Phrase.ONE_OF, Phrase.AT_LEAST, Phrase.AT_MOST, Phrase.BETWEEN}


def read_metrics(
    node: Node, events: Mapping[str, EventType], calendars: dict[str, Calendar], reading: Reading
) -> dict[str, MetricDef]:
    """Read every metric; what is built on others is checked once all are known."""
    fields = reading.fields(node, METRICS)
    entries = reading.entries(fields.get("metrics") if fields else None, _METRICS)
    maker = _Maker(reading, events, calendars, {key.text for key, _ in entries})
    metrics: dict[str, MetricDef] = {}
    spans: dict[str, Span] = {}
    for key, value in entries:
        metric = maker.metric(key, value)
        spans[key.text] = key.span
        if metric:
            metrics[key.text] = metric
        else:
            reading.broken.add(key.text)
    _check_built_on(metrics, spans, reading)
    return metrics


@dataclass(frozen=True, slots=True)
class _Maker:
    """Builds metrics one by one."""

    reading: Reading
    events: Mapping[str, EventType]
    calendars: dict[str, Calendar]
    names: set[str]

    def metric(self, key: ScalarNode, node: Node) -> MetricDef | None:
        fields = self.reading.fields(node, METRIC)
        if fields is None or not self.reading.name(key, FACT_NAME, Said("a metric", "指标")):
            return None
        aggregate = self._aggregate(fields)
        if aggregate is None:
            return None
        found = len(self.reading.problems.sorted())
        parts = self._parts(aggregate, fields)
        window = self._window(aggregate, fields)
        kind = self._kind(aggregate, fields, parts)
        low, high = self._range(fields, kind, aggregate)
        compare = self._compare(fields, aggregate, window)
        if len(self.reading.problems.sorted()) > found and parts is None:
            return None
        return MetricDef(
            id=key.text,
            title=fields.words("title"),
            aggregate=aggregate,
            kind=kind,
            series=parts.series if parts else None,
            window_days=window,
            calendar=self._calendar(fields, aggregate),
            at_least=fields.integer("at_least"),
            numerator=parts.numerator if parts else None,
            denominator=parts.denominator if parts else None,
            answer=parts.answer if parts else None,
            within_days=parts.within_days if parts else 0,
            compare=compare,
            minimum=low,
            maximum=high,
            choices=self._choices(aggregate, parts),
            personal=any(field.personal for field in self._shown(aggregate, parts)),
            noise=self._noise(fields, kind),
            refresh_days=fields.days("refresh"),
        )

    def _aggregate(self, fields: Fields) -> Aggregate | None:
        given = [key.name for key in AGGREGATES if fields.has(key.name)]
        if len(given) == 1:
            return Aggregate(given[0])
        problems = self.reading.problems
        if given:
            said = Said(
                f"a metric is one thing, this one is {' and '.join(given)}",
                f"一个指标只算一样，此处却有 {'、'.join(given)}",
            )
            expected = Said("one of them", "其中之一")
            problems.add(METRIC_BASE, fields.span_of(given[1]), said, expected=expected)
        else:
            said = Said("a metric needs what it computes", "指标缺少算法")
            problems.add(MISSING_KEY, fields.span, said, expected=one_of(key.name for key in AGGREGATES))
        return None

    def _parts(self, aggregate: Aggregate, fields: Fields) -> "_Parts | None":
        node = fields.get(aggregate.value)
        if node is None:
            return None
        if aggregate is Aggregate.RATIO:
            return self._ratio(node)
        if aggregate is Aggregate.TREND:
            word = self.reading.scalar(node, Said("the name of a metric", "指标的名称"))
            return _Parts(numerator=word.text) if word and self._known_metric(word) else None
        if aggregate is Aggregate.ANSWERED_SHARE:
            return self._answered(node, fields)
        terms = self._events(node) if aggregate in _BY_EVENTS else self._terms(node, aggregate)
        if not terms:
            return None
        return _Parts(series=Series(terms, self._where(fields, [term[0] for term in terms])))

    def _ratio(self, node: Node) -> "_Parts | None":
        fields = self.reading.fields(node, RATIO)
        words = [fields.word(name) for name in ("of", "to")] if fields else []
        known = [word.text for word in words if word and self._known_metric(word)]
        return _Parts(numerator=known[0], denominator=known[1]) if len(known) == 2 else None

    def _answered(self, node: Node, outer: Fields) -> "_Parts | None":
        fields = self.reading.fields(node, ANSWERED)
        if fields is None:
            return None
        asked, answer = (self._events(fields.get(name)) for name in ("of", "by"))
        within = fields.days("within", 1, low=1)
        if not asked or not answer:
            return None
        where = self._where(outer, [term[0] for term in asked])
        return _Parts(series=Series(asked, where), answer=Series(answer), within_days=within)

    def _known_metric(self, word: ScalarNode) -> bool:
        known = {name: name for name in sorted(self.names)}
        return self.reading.lookup(word, known, _METRIC) is not None

    def _events(self, node: Node | None) -> tuple[tuple[str, str | None, int], ...]:
        words = self.reading.scalars(node, Said("a list of event types", "事件类型的列表"))
        known = [word.text for word in words if self.reading.lookup(word, self.events, _EVENT_TYPE)]
        return tuple((name, None, 1) for name in sorted(known)) if len(known) == len(words) else ()

    def _terms(self, node: Node, aggregate: Aggregate) -> tuple[tuple[str, str | None, int], ...]:
        terms: list[tuple[str, str | None, int]] = []
        expected = Said(
            "event types, each with a field: {purchase: amount}", "事件类型，各带一个字段：{purchase: amount}"
        )
        for key, value in self.reading.entries(node, expected):
            event = self.reading.lookup(key, self.events, _EVENT_TYPE)
            word = self.reading.scalar(value, Said("a field", "字段"))
            if event is None or word is None:
                return ()
            name = ScalarNode(word.text.lstrip("-"), word.span)
            field = self.reading.lookup(name, event.fields, field_of(event.name))
            if field is None or not self._countable(field, aggregate, word):
                return ()
            terms.append((event.name, field.name, -1 if word.text.startswith("-") else 1))
        return tuple(sorted(terms))

    def _countable(self, field: FieldDef, aggregate: Aggregate, word: ScalarNode) -> bool:
        if field.kind.is_numeric or aggregate not in _NUMBERS_ONLY:
            return True
        said = Said(
            f'{aggregate.value} needs a number, "{field.name}" is of type {field.kind.value}',
            f"{aggregate.value} 需要数字，“{field.name}”的类型为 {field.kind.value}",
        )
        self.reading.problems.add(METRIC_BASE, word.span, said)
        return False

    def _where(self, fields: Fields, names: list[str]) -> tuple[Filter, ...]:
        node = fields.get("where")
        if node is None:
            return ()
        filters: list[Filter] = []
        for key, value in self.reading.entries(
            node, Said("fields, each with a phrase", "字段，各带一个短语")
        ):
            word = self.reading.scalar(value, Said("a phrase", "短语"))
            kinds = [self.reading.lookup(key, self.events[name].fields, field_of(name)) for name in names]
            found = kinds[0] if kinds else None
            if word and found and None not in kinds:
                filters += self._filter(found, word)
        return tuple(sorted(filters, key=lambda item: item.field))

    def _filter(self, field: FieldDef, word: ScalarNode) -> list[Filter]:
        fact = FactDef(
            field.name,
            field.kind,
            FactSource.METRIC,
            field.title,
            field.choices,
            field.minimum,
            field.maximum,
        )
        leaf = Phrasing(self.reading, self.calendars).leaf(fact, word)
        if leaf is None:
            return []
        if leaf.phrase not in _WHERE:
            phrase = phrase_named(leaf.phrase)
            said = Said(f'"{phrase.en}" cannot stand under where', f"“{phrase.zh}”不能用在 where 之下")
            self.reading.problems.add(PHRASE_MISFIT, word.span, said, expected=one_of_phrases(_WHERE))
            return []
        return [_as_filter(leaf)]

    def _window(self, aggregate: Aggregate, fields: Fields) -> int | None:
        word = fields.word("window")
        if aggregate in _BUILT_ON:
            if word:
                said = Said(
                    f"a {aggregate.value} has the windows of the metrics it is built on",
                    f"{aggregate.value} 沿用其所依据指标的窗口",
                )
                hint = Said('remove "window"', "删除“window”")
                self.reading.problems.add(METRIC_BASE, word.span, said, suggestion=hint)
            return None
        if word is None and aggregate is not Aggregate.DAYS_SINCE_LAST and not fields.has("window"):
            said = Said('a metric needs its "window"', "指标缺少“window”")
            expected = Said('"365 days" or "lifetime"', "“365 天”或“终身”")
            self.reading.problems.add(MISSING_KEY, fields.span, said, expected=expected)
        if word is None or word.text in {"lifetime", "终身"}:
            return None
        value = self.reading.value(word, ValueType(Kind.DAYS, minimum=1, maximum=3660))
        return value if isinstance(value, int) else None

    def _kind(self, aggregate: Aggregate, fields: Fields, parts: "_Parts | None") -> Kind:
        inferred = self._inferred(aggregate, parts)
        word = fields.word("type")
        given = self.reading.option(word, KINDS, TYPE) if word else None
        if given is None or word is None:
            return inferred
        free = {Aggregate.RATIO: {Kind.NUMBER, Kind.PERCENT}, Aggregate.MEAN: {Kind.NUMBER, inferred}}
        allowed = free.get(aggregate, {inferred})
        if Kind(given) in allowed:
            return Kind(given)
        if parts is not None:
            names = sorted(kind.value for kind in allowed)
            said = Said(
                f"this {aggregate.value} is not of type {given}", f"此处的 {aggregate.value} 类型不是 {given}"
            )
            expected = Said(" or ".join(names), " 或 ".join(names))
            self.reading.problems.add(METRIC_BASE, word.span, said, expected=expected)
        return inferred

    def _inferred(self, aggregate: Aggregate, parts: "_Parts | None") -> Kind:
        if aggregate in _FIXED_KINDS:
            return _FIXED_KINDS[aggregate]
        if parts is None or parts.series is None:
            return Kind.NUMBER
        event, field, _ = parts.series.terms[0]
        kind = self.events[event].fields[field or ""].kind
        whole = aggregate is Aggregate.MEAN and kind is Kind.INTEGER
        return Kind.NUMBER if whole else kind

    def _shown(self, aggregate: Aggregate, parts: "_Parts | None") -> list[FieldDef]:
        """The fields whose values stand in the metric as they were told."""
        if aggregate is not Aggregate.LAST or parts is None or parts.series is None:
            return []
        return [self.events[event].fields[field or ""] for event, field, _ in parts.series.terms]

    def _choices(self, aggregate: Aggregate, parts: "_Parts | None") -> tuple[str, ...]:
        shown = self._shown(aggregate, parts)
        return tuple(dict.fromkeys(choice for field in shown for choice in field.choices))

    def _range(self, fields: Fields, kind: Kind, aggregate: Aggregate) -> tuple[float | None, float | None]:
        words = fields.scalars("range")
        if not fields.has("range"):
            return (
                (0, None) if kind in {Kind.INTEGER, Kind.DAYS} and aggregate in _FIXED_KINDS else (None, None)
            )
        wanted = ValueType(kind, self.reading.currency)
        bounds = [self.reading.value(word, wanted) for word in words]
        if len(bounds) != 2 or bounds[0] is None or bounds[1] is None or bounds[0] > bounds[1]:  # type: ignore[operator]
            if None not in bounds:
                said = Said("a range is [smallest, largest]", "范围应写成 [最小, 最大]")
                self.reading.problems.add(BAD_VALUE, fields.span_of("range"), said)
            return None, None
        return bounds[0], bounds[1]  # type: ignore[return-value]

    def _noise(self, fields: Fields, kind: Kind) -> float | None:
        value = fields.value("noise", ValueType(kind, self.reading.currency, minimum=0))
        return value if isinstance(value, (int, float)) else None

    def _calendar(self, fields: Fields, aggregate: Aggregate) -> str | None:
        word = fields.word("inside_calendar")
        if word is None and aggregate is Aggregate.PACE_INSIDE and not fields.has("inside_calendar"):
            said = Said(
                'a pace is measured inside and outside a calendar: it needs "inside_calendar"',
                "节奏须对比日历内外，缺少“inside_calendar”",
            )
            expected = Said("the name of a calendar", "日历的名称")
            self.reading.problems.add(MISSING_KEY, fields.span, said, expected=expected)
        calendar = Said("calendar", "日历")
        found = self.reading.lookup(word, self.calendars, calendar) if word else None
        return found.id if found else None

    def _compare(self, fields: Fields, aggregate: Aggregate, window: int | None) -> bool:
        compare = fields.boolean("compare")
        if compare and (aggregate not in _COMPARABLE or window is None):
            said = Said(
                "only a metric counted over a window of days can be compared with the window before",
                "只有按若干天窗口计算的指标才能与前一窗口比较",
            )
            self.reading.problems.add(METRIC_BASE, fields.span_of("compare"), said)
            return False
        return compare


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a metric is computed from."""

    series: Series | None = None
    numerator: str | None = None
    denominator: str | None = None
    answer: Series | None = None
    within_days: int = 0


def field_of(event: str) -> Said:
    """How messages call a field of *event*."""
    return Said(f"field of {event}", f" {event} 字段")


def _as_filter(leaf: Leaf) -> Filter:
    values = tuple(value for value in leaf.values if value is not None)
    if leaf.phrase in {Phrase.IS, Phrase.ONE_OF}:
        return Filter(leaf.fact, values)
    low = values[0] if leaf.phrase in {Phrase.AT_LEAST, Phrase.BETWEEN} else None
    high = values[-1] if leaf.phrase in {Phrase.AT_MOST, Phrase.BETWEEN} else None
    return Filter(leaf.fact, (), *(None if bound is None else _number(bound) for bound in (low, high)))


def _number(value: object) -> float:
    assert isinstance(value, (int, float))
    return value


def _check_built_on(metrics: Mapping[str, MetricDef], spans: Mapping[str, Span], reading: Reading) -> None:
    _check_cycles(metrics, spans, reading)
    for metric in metrics.values():
        for name in _bases(metric):
            base = metrics.get(name)
            if base is None:
                continue
            if not base.kind.is_numeric:
                said = Said(
                    f'"{metric.id}" is built on "{name}", which is no number',
                    f"“{metric.id}”依据“{name}”，而后者不是数字",
                )
                reading.problems.add(METRIC_BASE, spans[metric.id], said)
            elif metric.aggregate is Aggregate.TREND and (
                base.window_days is None or base.aggregate not in _COMPARABLE
            ):
                said = Said(
                    f'"{name}" has no window of days to compare with the one before',
                    f"“{name}”没有可与前一窗口比较的天数窗口",
                )
                reading.problems.add(METRIC_BASE, spans[metric.id], said)


def _check_cycles(metrics: Mapping[str, MetricDef], spans: Mapping[str, Span], reading: Reading) -> None:
    graph: dict[str, Iterable[str]] = {metric.id: _bases(metric) for metric in metrics.values()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names = list(error.args[1])
        circle = " → ".join(names)
        said = Said(f"metrics are built on each other: {circle}", f"指标互相依据：{circle}")
        reading.problems.add(METRIC_BASE, spans[min(names)], said)


def _bases(metric: MetricDef) -> tuple[str, ...]:
    return tuple(name for name in (metric.numerator, metric.denominator) if name)
