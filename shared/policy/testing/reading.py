"""Read test files into suites, with the same codes, places and suggestions as rule files. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from shared.clock import from_rfc3339, to_rfc3339
from shared.model.rules import Bundle, FactSource
from shared.policy.codes import BAD_VALUE, MISSING_KEY, NAME_TAKEN, NOT_SETTABLE
from shared.policy.nodes import MapNode, Node, ScalarNode
from shared.policy.problems import Problem, Problems
from shared.policy.reading import Fields, Reading
from shared.policy.release import Sources
from shared.policy.said import Said
from shared.policy.testing.expecting import ExpectationReader
from shared.policy.testing.model import Case, Given, Point, Suite
from shared.policy.testing.shapes import CASE, POINT, SUITE
from shared.policy.testing.values import ValueReader

_OFFSET = re.compile(r"([+-]\d{1,5})\s*(?:d|days?|天|日)")
_POLICY, _CUSTOMER = Said("policy", "策略"), Said("customer", "客户")
_CUSTOMERS = Said("customers by name", "按名称列出的客户")
_TESTS = Said('a list of tests, each after "- "', "测试列表，每项以“- ”开头")
_TIMELINE = Said('a list of points, each after "- "', "时间点列表，每项以“- ”开头")
_CHANGING = Said("facts that change", "变动的事实")
_MORNING = time(9)
_FURTHEST = 4_000
_COMPUTED = frozenset({FactSource.METRIC, FactSource.TRAIT, FactSource.SCORE})


def read_suites(tests: Sources, bundle: Bundle) -> tuple[tuple[Suite, ...], list[Problem]]:
    """Return every suite that could be read, and all that is wrong with the files."""
    documents, found = tests.parsed
    problems = Problems()
    for problem in (*tests.unreadable, *found):
        problems.keep(problem)
    suites = []
    for path, node in documents.items():
        suite = _SuiteReader.of(bundle, problems).suite(tests.shown(path), node)
        suites += [suite] if suite else []
    return tuple(suites), problems.sorted()


@dataclass(slots=True)
class _SuiteReader:
    """Reads one file."""

    values: ValueReader
    expecting: ExpectationReader
    zone: ZoneInfo
    now: datetime = field(init=False)
    customers: dict[str, Given] = field(default_factory=dict)
    names: dict[str, ScalarNode] = field(default_factory=dict)

    @classmethod
    def of(cls, bundle: Bundle, problems: Problems) -> "_SuiteReader":
        values = ValueReader(Reading(problems, bundle.catalogue.currency), bundle)
        return cls(values, ExpectationReader(values), ZoneInfo(bundle.catalogue.timezone))

    @property
    def reading(self) -> Reading:
        return self.values.reading

    def suite(self, file: str, node: Node) -> Suite | None:
        fields = self.reading.fields(node, SUITE)
        now = self._now(fields) if fields else None
        if fields is None or now is None:
            return None
        self.now = now
        policies = {policy.id: policy for policy in self.values.bundle.policies}
        named = [word for word in fields.scalars("policies") if self.reading.lookup(word, policies, _POLICY)]
        for key, facts in self.reading.entries(fields.get("customers"), _CUSTOMERS):
            if (given := self._given(facts)) is not None:
                self.customers[key.text] = given
        cases = tuple(self._cases(fields.get("tests")))
        text = to_rfc3339(now)
        return Suite(
            fields.text("suite"), file, text, tuple(word.text for word in named), cases, dict(self.customers)
        )

    def _now(self, fields: Fields) -> datetime | None:
        word = fields.word("now")
        if word is None:
            return None
        try:
            if len(word.text) == 10:
                return datetime.combine(date.fromisoformat(word.text), _MORNING, self.zone)
            return from_rfc3339(word.text).astimezone(self.zone)
        except ValueError:
            expected = Said(
                "a date, or a date and time with offset, such as 2026-12-10T09:00+08:00",
                "日期，或带时差的日期时间，例如 2026-12-10T09:00+08:00",
            )
            said = Said(f'"{word.text}" is not an instant', f"“{word.text}”不是时刻")
            self.reading.problems.add(BAD_VALUE, word.span, said, expected=expected)
            return None

    def _cases(self, node: Node | None) -> Iterator[Case]:
        for item in self.reading.items(node, _TESTS):
            fields = self.reading.fields(item, CASE)
            word = fields.word("name") if fields else None
            if fields is None or word is None:
                continue
            self._check_name(word)
            given = self._given(fields.get("given"))
            points = tuple(self._points(fields))
            if given is not None and points:
                case = Case(word.text, word.span, self._customer(fields), given, points)
                self._check_events(case, fields)
                yield case

    def _check_name(self, word: ScalarNode) -> None:
        first = self.names.setdefault(word.text, word)
        if first is not word:
            line = first.span.line
            said = Said(
                f'a test named "{word.text}" stands on line {line} already',
                f"第 {line} 行已有名为“{word.text}”的测试",
            )
            hint = Said("name it differently", "另取一个名称")
            self.reading.problems.add(NAME_TAKEN, word.span, said, suggestion=hint)

    def _customer(self, fields: Fields) -> str:
        node = fields.get("given")
        like = node.get("like") if isinstance(node, MapNode) else node
        return like.text if isinstance(like, ScalarNode) else "customer"

    def _given(self, node: Node | None) -> Given | None:
        """A customer by name, or facts that may begin with ``like: name``."""
        if node is None:
            return Given()
        if isinstance(node, ScalarNode):
            return self.reading.lookup(node, self.customers, _CUSTOMER)
        entries = self.reading.entries(node, Said("a customer's name, or facts", "客户名称，或事实"))
        begin: Given | None = Given()
        for key, value in entries:
            if key.text == "like":
                word = self.reading.scalar(value, Said("a customer's name", "客户名称"))
                begin = self.reading.lookup(word, self.customers, _CUSTOMER) if word else None
        facts = self.values.given(tuple(entry for entry in entries if entry[0].text != "like"))
        return begin.with_changes(facts) if begin is not None else None

    def _points(self, fields: Fields) -> Iterator[Point]:
        timeline = fields.get("timeline")
        if timeline is None:
            expect = self.expecting.read(fields.get("expect"))
            if expect is not None:
                yield Point(0, expect.span, expect=expect)
            elif not fields.has("expect"):
                said = Said("the test expects nothing", "测试没有预期")
                expected = Said("expect, or timeline", "expect 或 timeline")
                self.reading.problems.add(MISSING_KEY, fields.span, said, expected=expected)
            return
        if fields.has("expect"):
            said = Said('"expect" stands beside "timeline"', "“expect”与“timeline”并列")
            hint = Said("move it to the point of the timeline that it belongs to", "移到时间线上所属的那一点")
            self.reading.problems.add(BAD_VALUE, fields.span_of("expect"), said, suggestion=hint)
        last = -_FURTHEST
        for item in self.reading.items(timeline, _TIMELINE):
            point = self._point(item, last)
            if point is not None:
                last = point.offset
                yield point

    def _point(self, node: Node, last: int) -> Point | None:
        fields = self.reading.fields(node, POINT)
        word = fields.word("at") if fields else None
        offset = self._offset(word) if word else None
        if fields is None or word is None or offset is None:
            return None
        if offset < last:
            said = Said(f'"{word.text}" is before the point above it', f"“{word.text}”早于上面的一点")
            expected = Said("points in order of time", "按时间先后排列")
            self.reading.problems.add(BAD_VALUE, word.span, said, expected=expected)
        given = self.values.given(self.reading.entries(fields.get("given"), _CHANGING))
        events = tuple(self.values.happenings(fields.get("events")))
        return Point(offset, word.span, given, events, self.expecting.read(fields.get("expect")))

    def _offset(self, word: ScalarNode) -> int | None:
        offset: int | None = None
        if found := _OFFSET.fullmatch(word.text):
            offset = int(found[1])
        else:
            try:
                offset = (date.fromisoformat(word.text) - self.now.date()).days
            except ValueError:
                offset = None
        if offset is None or abs(offset) > _FURTHEST:
            said = Said(f'"{word.text}" is not a point in time', f"“{word.text}”不是时间点")
            expected = Said("+30d, -100d, or a date", "+30d、-100d，或日期")
            self.reading.problems.add(BAD_VALUE, word.span, said, expected=expected)
            return None
        return offset

    def _check_events(self, case: Case, fields: Fields) -> None:
        """With events, what is computed from them cannot be given as well."""
        if not case.has_events:
            return
        facts = self.values.bundle.facts
        for given in (case.given, *(point.given for point in case.points)):
            for name in given.facts:
                if facts[name].source in _COMPUTED:
                    self._refuse(name, fields)

    def _refuse(self, name: str, fields: Fields) -> None:
        said = Said(
            f'"{name}" is computed from the events of this test, and given as well',
            f"“{name}”由本测试的事件算出，却又直接给出",
        )
        hint = Said("give events, or facts", "只给事件，或只给事实")
        self.reading.problems.add(NOT_SETTABLE, fields.span_of("given"), said, suggestion=hint)
