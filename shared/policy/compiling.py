"""Build a bundle from the documents of all its files, collecting every problem on the way. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from shared.model.catalogue import Calendar, Catalogue
from shared.model.rules import Bundle, FactDef, NotificationPlan, PolicyDef
from shared.policy.checks.analysis import analyse
from shared.policy.checks.findings import Findings
from shared.policy.checks.rulebook import Rulebook
from shared.policy.codes import BAD_VALUE, MISSING_FILE, UNEXPECTED_FILE
from shared.policy.currencies import minor_digits
from shared.policy.documents.actions import ActionReader
from shared.policy.documents.business import business_week
from shared.policy.documents.calendars import read_calendar, read_list
from shared.policy.documents.conditions import ConditionReader
from shared.policy.documents.contact_cap import check_keeps
from shared.policy.documents.events import read_events
from shared.policy.documents.gates import checked_costs
from shared.policy.documents.manifest import Manifest, read_manifest
from shared.policy.documents.metrics import read_metrics
from shared.policy.documents.notifications import check_routes, read_notifications, templates_of
from shared.policy.documents.phrasing import Phrasing
from shared.policy.documents.policies import PlacedRule, PolicyReader
from shared.policy.documents.tables import TableReader
from shared.policy.documents.tiers import read_tiers
from shared.policy.documents.traits import read_traits
from shared.policy.facts import Declared, fact_table
from shared.policy.layout import CALENDARS, LISTS, MANIFEST, NOTIFICATIONS, POLICIES, inside
from shared.policy.nodes import MapNode, Node, ScalarNode, Span
from shared.policy.problems import Problems
from shared.policy.reading import ListValue, Reading
from shared.policy.said import Said

Placed = list[tuple[str, list[PlacedRule]]]


@dataclass(slots=True)
class Compiler:
    """One build. *unreadable* are files whose declarations are not known; *thorough* also looks for what the
    rules would do together, which a stored release has behind it."""

    documents: Mapping[str, Node]
    unreadable: set[str]
    shown: Callable[[str], str]
    problems: Problems
    today: int | None = None
    thorough: bool = False
    reading: Reading = field(init=False)
    manifest: Manifest = field(default_factory=Manifest)

    def compile(self, digest: str) -> Bundle:
        """Return the bundle as far as it could be read; what is wrong with it stands in the problems."""
        self.reading = Reading(self.problems, incomplete=bool(self.unreadable))
        if MANIFEST in self.documents:
            self.manifest = read_manifest(self.documents[MANIFEST], self.reading)
        self.reading.lists = self._lists()
        catalogue = self._catalogue()
        facts = self._facts(catalogue)
        places: dict[int, Span] = {}
        reader = self._policy_reader(catalogue, facts, places)
        policies, placed = self._policies(reader)
        plan = self._notifications(facts, policies, placed, reader)
        Findings(facts, placed, places, self.problems, self.manifest.currency, self.today).check()
        costs = checked_costs(self.manifest.costs, policies, self.reading)
        bundle = Bundle(
            name=self.manifest.name,
            digest=digest,
            catalogue=catalogue,
            facts=facts,
            policies=policies,
            notifications=plan,
            gates=self.manifest.gates,
            costs=costs,
            governance=self.manifest.governance,
        )
        if self.thorough and self.problems.all_read:
            analyse(Rulebook(facts, catalogue, placed, places, self.today), bundle, self.problems)
        return bundle

    def _files(self, folder: str, listed: tuple[ScalarNode, ...], key: str) -> Iterator[tuple[str, Node]]:
        """Yield the listed files of *folder* in order; report what is missing and what is not listed."""
        paths = {inside(folder, word.text): word for word in listed}
        for path, word in paths.items():
            if path in self.documents:
                yield word.text, self.documents[path]
            elif path not in self.unreadable:
                self.reading.incomplete = True
                said = Said(f"{path} is missing", f"缺少 {path}")
                hint = Said(
                    f'write the file, or take "{word.text}" out of "{key}"',
                    f"写出该文件，或从“{key}”中去掉“{word.text}”",
                )
                self.problems.add(MISSING_FILE, word.span, said, suggestion=hint)
        if MANIFEST in self.documents:
            self._check_unlisted(folder, set(paths), key)

    def _check_unlisted(self, folder: str, listed: set[str], key: str) -> None:
        for path in sorted({*self.documents, *self.unreadable} - listed):
            if path.startswith(f"{folder}/"):
                name = PurePosixPath(path).stem
                said = Said(
                    f'"{name}" is not in "{key}" of policy.yaml, so it would do nothing',
                    f"“{name}”未列入 policy.yaml 的“{key}”，因此不起作用",
                )
                hint = Said(f'add "{name}" to "{key}"', f"将“{name}”加入“{key}”")
                self.problems.add(UNEXPECTED_FILE, Span(self.shown(path)), said, suggestion=hint)

    def _lists(self) -> dict[str, ListValue]:
        known: dict[str, ListValue] = {}
        for name, node in self._files(LISTS, self.manifest.lists, "lists"):
            read_list(name, node, self.reading, known)
        return known

    def _calendars(self) -> dict[str, Calendar]:
        found: dict[str, Calendar] = {}
        for name, node in self._files(CALENDARS, self.manifest.calendars, "calendars"):
            calendar = read_calendar(name, node, self.reading)
            if calendar:
                found[name] = calendar
            else:
                self.reading.broken.add(name)
        return found

    def _catalogue(self) -> Catalogue:
        empty = MapNode((), Span(self.shown(MANIFEST)))
        documents, reading = self.documents, self.reading
        events = read_events(documents["events.yaml"], reading) if "events.yaml" in documents else {}
        calendars = self._calendars()
        metrics_node = documents.get("metrics.yaml")
        metrics = read_metrics(metrics_node, events, calendars, reading) if metrics_node else {}
        traits = read_traits(documents["traits.yaml"], metrics, reading) if "traits.yaml" in documents else {}
        tiers_node = documents.get("tiers.yaml", empty)
        tiers, entitlements = read_tiers(tiers_node, reading) if "tiers.yaml" in documents else ((), {})
        if not tiers and "tiers.yaml" in documents:
            said = Said("there is no tier", "没有任何等级")
            expected = Said("none, and the tiers above it", "none，以及其上的各等级")
            self.problems.add(BAD_VALUE, tiers_node.span, said, expected=expected)
        currency = self.manifest.currency
        return Catalogue(
            events,
            metrics,
            traits,
            tiers,
            entitlements,
            calendars,
            currency,
            minor_digits(currency),
            self.manifest.timezone,
            business_week(self.manifest.business, calendars, self.reading),
        )

    def _facts(self, catalogue: Catalogue) -> dict[str, FactDef]:
        declared = Declared(
            catalogue.events,
            catalogue.metrics,
            catalogue.traits,
            catalogue.tiers,
            catalogue.entitlements,
            catalogue.calendars,
            self.manifest.facts,
            self.manifest.groups,
        )
        spans = {"": Span(self.shown(MANIFEST)), **self._declared_at()}
        return fact_table(declared, spans, self.problems)

    def _declared_at(self) -> dict[str, Span]:
        """Where metrics, traits and derived facts are declared."""
        spans: dict[str, Span] = {}
        for path, key in (("metrics.yaml", "metrics"), ("traits.yaml", "traits")):
            document = self.documents.get(path)
            node = document.get(key) if isinstance(document, MapNode) else None
            spans.update(
                {name.text: name.span for name, _ in node.entries} if isinstance(node, MapNode) else {}
            )
        return {**spans, **self.manifest.fact_spans}

    def _policy_reader(
        self, catalogue: Catalogue, facts: Mapping[str, FactDef], places: dict[int, Span]
    ) -> PolicyReader:
        phrasing = Phrasing(self.reading, catalogue.calendars)
        routes = self.documents.get(NOTIFICATIONS)
        actions = ActionReader(
            self.reading,
            TableReader(self.reading, facts),
            settable=self.manifest.facts,
            events=catalogue.events,
            tiers={tier.id: tier for tier in catalogue.tiers},
            entitlements=catalogue.entitlements,
            groups=self.manifest.groups,
            templates=templates_of(routes) if routes else None,
        )
        return PolicyReader(self.reading, ConditionReader(phrasing, facts, places), actions)

    def _policies(self, reader: PolicyReader) -> tuple[tuple[PolicyDef, ...], Placed]:
        policies: list[PolicyDef] = []
        placed: Placed = []
        for name, node in self._files(POLICIES, self.manifest.order, "order"):
            found = reader.read(name, node, self.manifest.owner)
            if found:
                policies.append(found[0])
                placed.append((name, found[1]))
        return tuple(policies), placed

    def _notifications(
        self,
        facts: Mapping[str, FactDef],
        policies: Sequence[PolicyDef],
        placed: Placed,
        reader: PolicyReader,
    ) -> NotificationPlan:
        node = self.documents.get(NOTIFICATIONS)
        if node is None:
            return NotificationPlan()
        check_routes(node, [name for name, _ in placed], reader.known, self.reading)
        plan = read_notifications(node, facts, self.reading)
        check_keeps(node, plan, policies, self.reading)
        return plan
