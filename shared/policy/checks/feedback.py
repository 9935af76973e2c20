"""E305: a rule that reads what it changes, and still holds once it has changed it. Pure."""

from collections.abc import Iterator, Sequence

from shared.model.conditions import Leaf, Phrase
from shared.model.rules import Action, ActionKind, Table
from shared.model.values import Value
from shared.policy.checks.found import Finding, Words
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.rulebook import Rulebook, reads
from shared.policy.codes import FEEDBACK
from shared.policy.documents.policies import PlacedRule
from shared.policy.facts import TIER
from shared.policy.lowering import leaves


def feedback(book: Rulebook) -> Iterator[Finding]:
    """Yield the actions whose rule would act on its own change, unless something makes it wait."""
    for placed in book.rules:
        for index, action in enumerate(placed.rule.actions):
            fact, answers = _change(action)
            waits = placed.rule.cool_down_days or action.fields.get("keep_at_least_days")
            if fact is not None and answers and not waits:
                yield from _feeds(book, placed, index, fact, answers)


def _change(action: Action) -> tuple[str | None, tuple[Value, ...]]:
    """The fact an action sets, and the values it may give it."""
    if action.kind is ActionKind.CHANGE_TIER:
        return TIER, (str(action.fields["to"]),)
    if action.kind is ActionKind.SET:
        return str(action.fields["fact"]), _answers(action.fields["value"])
    return None, ()


def _answers(value: object) -> tuple[Value, ...]:
    if isinstance(value, Table):
        given = (*(row.answer for row in value.rows), value.otherwise)
        return tuple(dict.fromkeys(answer for answer in given if answer is not None))
    return (value,) if isinstance(value, (int, float, str, bool)) else ()


def _feeds(
    book: Rulebook, placed: PlacedRule, index: int, fact: str, answers: Sequence[Value]
) -> Iterator[Finding]:
    value = placed.rule.actions[index].fields.get("value")
    place = placed.spans.get(f"then.{index}", placed.span)
    if isinstance(value, Table) and fact in value.inputs:
        told = ("its next answer depends on this one", "下一次的结果取决于这一次")
        yield Finding(FEEDBACK, place, *_words(fact, *told), rules=(placed.rule.id,))
    elif any(leaf.phrase is Phrase.CHANGED for leaf in leaves(placed.rule.when) if leaf.fact == fact):
        told = ("its own change starts it again", "自身的改变会再次触发它")
        yield Finding(FEEDBACK, place, *_words(fact, *told), rules=(placed.rule.id,))
    elif fact in reads(placed.rule.when) and (customer := _still(book, placed, fact, answers)):
        told = (
            "it still holds for the new value, and would set it again and again",
            "对新值条件仍成立，会反复设置",
        )
        yield Finding(FEEDBACK, place, *_words(fact, *told), customer, (placed.rule.id,))


def _still(book: Rulebook, placed: PlacedRule, fact: str, answers: Sequence[Value]) -> Customer | None:
    """A customer who has the new value already, and for whom the rule holds."""
    holds = book.claims.true(placed.rule.when)
    for answer in answers:
        has = book.claims.true(Leaf(fact, Phrase.IS, (answer,)))
        if customer := book.customer(placed, holds, has):
            return customer
    return None


def _words(fact: str, english: str, chinese: str) -> tuple[Words, Words]:
    en = Words(
        f'the rule reads "{fact}" and changes it: {english}',
        f'add "{fact}: is not …" to "when"',
        "a condition that the new value ends, or a cool_down",
    )
    zh = Words(
        f"规则读取“{fact}”又改变它：{chinese}",
        f"在 when 中加入“{fact}: 不是 …”",
        "新值会使条件不再成立，或设置 cool_down",
    )
    return en, zh
