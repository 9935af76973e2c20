"""JSON Schemas of the rule files, made from the catalogue: editors complete every name from them.

Pure. The shapes are the ones the readers check against; what is more exact than a schema can say (units,
ranges, tables) is left to `guanxi rules check`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.model.catalogue import Catalogue
from shared.model.conditions import Phrase
from shared.model.governance import ActivationMode
from shared.model.rules import ActionKind, Bundle, FactDef, FactSource, RolloutMode, WhenMissing
from shared.model.values import Kind, in_language
from shared.policy import shapes
from shared.policy.documents.conditions import CONNECTIVES
from shared.policy.documents.phrasing import phrases_for
from shared.policy.phrases.grammar import FORMS
from shared.policy.quantities import unit_example
from shared.policy.shapes import Key, Shape

Schema = dict[str, Any]

FILES: Mapping[str, Shape] = {
    "manifest": shapes.MANIFEST,
    "events": shapes.EVENTS,
    "metrics": shapes.METRICS,
    "traits": shapes.TRAITS,
    "tiers": shapes.TIERS,
    "calendar": shapes.CALENDAR,
    "list": shapes.LIST,
    "policy": shapes.POLICY,
    "notifications": shapes.NOTIFICATIONS,
}
"""Schema names and the shape of the file each describes."""

_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_WORDS: Schema = {
    "description": "Words by language, such as {en: …, zh: …}.",
    "oneOf": [
        {"type": "string"},
        {
            "type": "object",
            "minProperties": 1,
            "patternProperties": {"^[a-z]{2}(-[A-Za-z]{2,4})?$": {"type": "string"}},
            "additionalProperties": False,
        },
    ],
}
_DURATION: Schema = {
    "type": "string",
    "pattern": r"^\$|^\d+\s*(days?|天|日)$",
    "examples": ["30 days", "30 天"],
}
_TERM: Schema = {
    "type": "string",
    "pattern": r"^\$|^\d+\s*(((business|working)\s+)?days?|天|日|个?工作日)$",
    "examples": ["3 business days", "3 days", "3 个工作日", "3 天"],
}
_PERCENT: Schema = {
    "type": "string",
    "pattern": r"^\$|^\d+(\.\d+)?\s*(percent|%|％)$|^百分之",
    "examples": ["10 percent"],
}
_POINTS: Schema = {"type": "integer", "minimum": 0, "maximum": 100}
_PER: Schema = {"type": "string", "examples": ["3 in 90 days", "90 天内 3 次"]}
_KEEPS: Schema = {
    "type": "object",
    "minProperties": 1,
    "patternProperties": {
        r"^[1-9]\d*$": {
            "type": "string",
            "pattern": r"^(key events|关键事件|(priority at least|优先级至少)\s*-?\d+)$",
            "examples": ["key events", "priority at least 20", "关键事件", "优先级至少 20"],
        }
    },
    "additionalProperties": False,
}
_DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
_MONTH_DAY: Schema = {"type": "string", "pattern": r"^\d\d-\d\d$"}
_TIME: Schema = {"type": "string", "pattern": r"^\d\d:\d\d$"}


def schemas(bundle: Bundle, settable: Iterable[str]) -> dict[str, Schema]:
    """Return a schema for every kind of file, by name."""
    return {name: _Maker(bundle, frozenset(settable)).file(name, shape) for name, shape in FILES.items()}


def settable_facts(bundle: Bundle) -> frozenset[str]:
    """The facts that rules may set."""
    kept = {"tier", "groups", "entitlements", "days_in_tier"}
    return frozenset(
        name for name, fact in bundle.facts.items() if fact.source is FactSource.POLICY and name not in kept
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes schemas over one bundle's names."""

    bundle: Bundle
    settable: frozenset[str]

    def file(self, name: str, shape: Shape) -> Schema:
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:guanxi:rules:{name}",
            "title": f"Guanxi rule file: {shape.name}",
            **self.shape(shape),
        }
        if name == "policy":
            schema["$defs"] = {"condition": self._condition_def(), "table": self.shape(shapes.TABLE)}
        return schema

    def shape(self, shape: Shape) -> Schema:
        schema: Schema = {
            "type": "object",
            "properties": {key.name: self.key(key) for key in shape.keys},
            "additionalProperties": False,
        }
        required = [key.name for key in shape.keys if key.required]
        if required:
            schema["required"] = required
        return schema

    def key(self, key: Key) -> Schema:
        return {**self.form(key.form), "description": key.about}

    def form(self, form: str) -> Schema:
        plain = self._plain().get(form)
        return dict(plain) if plain is not None else self._made()[form]()

    def _plain(self) -> Mapping[str, Schema]:
        catalogue = self.bundle.catalogue
        return {
            **_PLAIN,
            "metric": self._names(catalogue.metrics),
            "calendar": self._names(catalogue.calendars),
            "calendars": _one_or_more(self._names(catalogue.calendars)),
            "tier": {"enum": [tier.id for tier in catalogue.tiers]},
            "entitlement": self._names(catalogue.entitlements),
            "entitlements": _list_of(self._names(catalogue.entitlements)),
            "group": {"enum": list(self.bundle.facts["groups"].choices)}
            if self.bundle.facts["groups"].choices
            else {"type": "string"},
            "events": _one_or_more(self._names(catalogue.events)),
            "facts": _list_of(self._names(self.bundle.facts)),
            "template": {"enum": self._templates()} if self._templates() else {"type": "string"},
            "profile-fact": self._names(
                {n: f for n, f in self.bundle.facts.items() if f.source is FactSource.PROFILE}
            ),
        }

    def _made(self) -> Mapping[str, Callable[[], Schema]]:
        return {
            "derived-facts": lambda: _named(self.shape(shapes.DERIVED_FACT)),
            "titled": lambda: _named(self.shape(shapes.TITLED)),
            "approvals": lambda: _list_of(self.shape(shapes.APPROVAL)),
            "gates": lambda: self.shape(shapes.GATES),
            "activation": lambda: self.shape(shapes.ACTIVATION),
            "escalation": lambda: self.shape(shapes.ESCALATION),
            "business": lambda: self.shape(shapes.BUSINESS),
            "event-types": lambda: _named(self.shape(shapes.EVENT)),
            "fields": lambda: _named(self.shape(shapes.FIELD)),
            "metrics": lambda: _named(self.shape(shapes.METRIC)),
            "terms": lambda: _terms(self.bundle.catalogue),
            "ratio": lambda: self.shape(shapes.RATIO),
            "answered": lambda: self.shape(shapes.ANSWERED),
            "traits": lambda: _named(self.shape(shapes.TRAIT)),
            "indicators": lambda: _list_of(self.shape(shapes.INDICATOR)),
            "assessment": lambda: self.shape(shapes.ASSESSMENT),
            "tiers": lambda: _named(self.shape(shapes.TIER)),
            "periods": lambda: _list_of(self.shape(shapes.PERIOD)),
            "yearly": lambda: self.shape(shapes.YEARLY),
            "rules": lambda: _list_of(self.shape(shapes.RULE)),
            "condition": lambda: {"$ref": "#/$defs/condition"},
            "actions": self._actions,
            "effective": lambda: self.shape(shapes.EFFECTIVE),
            "rollout": lambda: {"oneOf": [self.form("rollout-mode"), self.shape(shapes.ROLLOUT)]},
            "budget": lambda: self.shape(shapes.BUDGET),
            "repeat": lambda: {
                "oneOf": [{"type": "string", "examples": ["every 30 days"]}, self.shape(shapes.REPEAT)]
            },
            "table": lambda: {"$ref": "#/$defs/table"},
            "routes": lambda: _named(self.shape(shapes.ROUTE)),
            "match": lambda: self.shape(shapes.MATCH),
            "contact-cap": lambda: {"oneOf": [_PER, self.shape(shapes.CONTACT_CAP)]},
            "quiet-hours": lambda: self.shape(shapes.QUIET_HOURS),
            "digest": lambda: self.shape(shapes.DIGEST),
            "settings": self._settings,
        }

    def _names(self, known: Mapping[str, Any]) -> Schema:
        return {"enum": sorted(known)} if known else {"type": "string"}

    def _templates(self) -> list[str]:
        routes = self.bundle.notifications.routes
        return sorted({name for route in routes for name in route.match.get("template", ())})

    def _condition_def(self) -> Schema:
        parts = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/condition"}}
        groups = {name: {**parts, "description": _GROUPS[name]} for name in CONNECTIVES}
        leaves = {name: self._leaf(fact) for name, fact in sorted(self.bundle.facts.items())}
        return {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {**groups, **leaves},
            "additionalProperties": False,
        }

    def _leaf(self, fact: FactDef) -> Schema:
        titles = " · ".join(dict.fromkeys(in_language(fact.title, language) for language in ("en", "zh")))
        about = f"{titles} ({fact.kind.value}, {fact.source.value})"
        return {"type": "string", "description": about, "examples": self._examples(fact)}

    def _examples(self, fact: FactDef) -> list[str]:
        allowed = phrases_for(fact)
        quantity = unit_example(fact.kind, self.bundle.catalogue.currency).en
        values = fact.choices or (("true", "false") if fact.kind is Kind.BOOLEAN else ())
        sample = values[0] if values else quantity
        slots = {
            "<A>": sample,
            "<B>": values[-1] if values else quantity,
            "<L>": f"[{', '.join(values) or '…'}]",
        }
        slots.update({"<N>": "7 days", "<E>": "…"})
        if Phrase.ROSE in allowed:
            slots["%"] = "20 percent"
        return [
            " ".join(
                "20 percent" if form.phrase in _GROWTH and word == "<A>" else slots.get(word, word)
                for word in pattern.split(" ")
            )
            for language in (0, 1)
            for form in FORMS
            if form.phrase in allowed
            for pattern in ((form.english, form.chinese)[language][0],)
        ]

    def _actions(self) -> Schema:
        options = []
        for name, key in shapes.ACTIONS.items():
            shape = shapes.ACTION_SHAPES.get(name)
            value = self.shape(shape) if shape else self.form(key.form)
            options.append(
                {
                    "type": "object",
                    "properties": {name: {**value, "description": key.about}},
                    "required": [name],
                    "additionalProperties": False,
                }
            )
        return {"type": "array", "minItems": 1, "items": {"oneOf": options}}

    def _settings(self) -> Schema:
        properties = {name: self._setting(self.bundle.facts[name]) for name in sorted(self.settable)}
        return {"type": "object", "minProperties": 1, "properties": properties, "additionalProperties": False}

    def _setting(self, fact: FactDef) -> Schema:
        table = {
            "type": "object",
            "properties": {"table": {"$ref": "#/$defs/table"}},
            "required": ["table"],
            "additionalProperties": False,
        }
        plain: Schema = {"enum": list(fact.choices)} if fact.choices else dict(_SCALAR)
        return {"oneOf": [plain, table], "description": in_language(fact.title, "en")}


_GROWTH = frozenset({Phrase.ROSE, Phrase.FELL})
_GROUPS = {
    "all": "Every one of these holds.",
    "any": "At least one of these holds.",
    "none": "None of these holds.",
}


def _list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _one_or_more(item: Schema) -> Schema:
    return {"oneOf": [item, _list_of(item)]}


def _named(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


def _terms(catalogue: Catalogue) -> Schema:
    properties = {}
    for name, event in catalogue.events.items():
        fields = [signed for field in event.fields for signed in (field, f"-{field}")]
        properties[name] = {"enum": fields, "description": in_language(event.title, "en")}
    return {"type": "object", "minProperties": 1, "properties": properties, "additionalProperties": False}


_PLAIN: Mapping[str, Schema] = {
    "words": _WORDS,
    "word": {"type": "string"},
    "scalar": _SCALAR,
    "integer": {"type": ["integer", "string"]},
    "number": {"type": ["number", "string"]},
    "boolean": {"type": "boolean"},
    "quantity": {"type": ["number", "string"]},
    "percent": _PERCENT,
    "duration": _DURATION,
    "term": _TERM,
    "weekdays": _one_or_more({"enum": list(shapes.WEEKDAYS)}),
    "per": _PER,
    "keeps": _KEEPS,
    "date": _DATE,
    "month-day": _MONTH_DAY,
    "time": _TIME,
    "every": {"type": "string", "examples": ["day", "week on monday", "month"]},
    "timezone": {"type": "string", "examples": ["Europe/London", "Asia/Shanghai"]},
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "kind": {"enum": [kind.value for kind in Kind]},
    "words-list": _one_or_more(_SCALAR),
    "window": {"type": "string", "examples": ["365 days", "90 days", "30 days", "lifetime"]},
    "where": {"type": "object", "additionalProperties": {"type": "string"}},
    "range": {"type": "array", "minItems": 2, "maxItems": 2, "items": _SCALAR},
    "costs": {"type": "object", "additionalProperties": {"type": ["number", "string"]}},
    "points": {"type": "object", "minProperties": 1, "additionalProperties": _POINTS},
    "list-values": {"type": "object", "additionalProperties": _one_or_more(_SCALAR)},
    "when-missing": {"enum": [item.value for item in WhenMissing]},
    "rollout-mode": {"enum": [item.value for item in RolloutMode]},
    "activation-mode": {"enum": [item.value for item in ActivationMode]},
    "repeat-first": {"enum": ["at once", "after one period", "立即", "一个周期后"]},
    "rows": {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 2}},
    "severity": {"enum": list(shapes.SEVERITIES)},
    "channel": {"enum": list(shapes.CHANNELS)},
    "offer-kind": {"enum": list(shapes.OFFER_KINDS)},
    "action-kind": {"enum": [kind.value for kind in ActionKind]},
}  # fmt: skip
