"""When a task is due, as rule files say it: in days or in business days."""

from datetime import date

import pytest

from shared.model.business import BusinessWeek, Term, term_of
from shared.model.rules import Action, ActionKind, Bundle, Escalation
from shared.policy.quantities import FaultyValueError
from shared.policy.release import Sources, build
from shared.policy.terms import parse_term, write_term
from shared.policy.words import Speaker
from tests.language.bundles import changed, default_bundle, default_sources, edited

FRIDAY = date(2010, 12, 24).toordinal()


def built(sources: Sources) -> Bundle:
    result = build(sources)
    assert result.bundle is not None, [str(problem) for problem in result.problems]
    return result.bundle


def welcome(bundle: Bundle) -> Action:
    rules = {rule.id: rule for policy in bundle.policies for rule in policy.rules}
    return next(each for each in rules["care-welcome"].actions if each.kind is ActionKind.CREATE_TASK)


def due_in(text: str) -> Bundle:
    """The default bundle with another term for the welcome call."""
    before = write_term(term_of(welcome(default_bundle()).fields))
    rest = "\n          channel: phone\n          key_event: joined"
    return built(edited("policies/care.yaml", (f"due: {before}{rest}", f"due: {text}{rest}")))


@pytest.mark.parametrize(
    "text",
    ["3 business days", "3 working days", "3 Business  Days", "3 个工作日", "3工作日"],
)
def test_business_days_are_written_in_english_or_chinese(text: str) -> None:
    assert parse_term(text) == Term(3, business=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3", '"3" has no unit'),
        ("3 weeks", '"weeks" is not the unit here'),
        ("three days", '"three days" has no unit'),
        ("2.5 business days", "is not a whole number"),
        ("-1 business days", "is out of range"),
    ],
)
def test_what_is_no_term_is_told_with_both_ways_to_write_one(text: str, message: str) -> None:
    with pytest.raises(FaultyValueError, match=message):
        parse_term(text)


@pytest.mark.parametrize("term", [Term(0), Term(1), Term(1, business=True), Term(12, business=True)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_written_term_is_read_back(term: Term, language: str) -> None:
    assert parse_term(write_term(term, language)) == term


def test_a_task_says_whether_its_days_are_business_days() -> None:
    assert term_of(welcome(due_in("3 business days")).fields) == Term(3, business=True)
    assert "due_business" not in {
        name for name, value in welcome(due_in("4 days")).fields.items() if value is not None
    }, "so that decisions made by older rules read as before"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "due in 3 business days, phone"), ("zh", "3 个工作日内完成，phone")]
)
def test_a_rule_is_shown_with_its_business_days(language: str, said: str) -> None:
    bundle = due_in("3 business days")
    rule = next(each for policy in bundle.policies for each in policy.rules if each.id == "care-welcome")

    assert any(said in line for line in Speaker(bundle, language).rule(rule))


def working(business: str) -> Bundle:
    """The default bundle with other business days."""
    shipped = "business:\n  days: [mon, tue, wed, thu, fri]\n  closed: [holidays]\n"
    return built(edited("policy.yaml", (shipped, f"{business}\n")))


def test_nobody_works_on_the_shipped_holidays() -> None:
    christmas_eve = date(2010, 12, 24).toordinal()

    assert not default_bundle().catalogue.business.is_open(christmas_eve)
    assert default_bundle().catalogue.business.weekdays == (0, 1, 2, 3, 4)


def test_without_a_word_monday_to_friday_are_business_days() -> None:
    bundle = working("business: {}")

    assert bundle.catalogue.business == BusinessWeek()


def test_days_of_the_named_calendars_and_other_weekdays_do_not_count() -> None:
    week = working("business: {days: [sat, tue, mon], closed: [holidays]}").catalogue.business

    assert week.weekdays == (0, 1, 5)
    # Christmas ends on Sunday the 26th; New Year's Day is a Saturday.
    ends = [
        date.fromordinal(week.end_of(FRIDAY, Term(count, business=True))).isoformat() for count in (1, 2, 3)
    ]
    assert ends == ["2010-12-27", "2010-12-28", "2011-01-03"]


def closing(text: str) -> Bundle:
    """The default bundle with events that close the welcome call."""
    before = "          key_event: joined\n"
    return built(edited("policies/care.yaml", (before, f"{before}          closed_by: {text}\n")))


def test_a_task_names_the_events_that_close_it() -> None:
    assert welcome(closing("[purchase, return]")).fields["closed_by"] == ("purchase", "return")
    assert welcome(closing("purchase")).fields["closed_by"] == ("purchase",)
    assert welcome(default_bundle()).fields["closed_by"] is None


@pytest.mark.parametrize(
    ("language", "said"), [("en", "(needless after: Purchase)"), ("zh", "（发生以下事件即结束：购买）")]
)
def test_a_rule_is_shown_with_the_events_that_close_its_task(language: str, said: str) -> None:
    bundle = closing("purchase")
    rule = next(each for policy in bundle.policies for each in policy.rules if each.id == "care-welcome")

    assert any(said in line for line in Speaker(bundle, language).rule(rule))


def test_an_escalation_tells_by_inbox_unless_it_says_otherwise() -> None:
    plain = built(escalated("{after: 2 business days, to: manager}")).notifications.escalation
    named = built(escalated("{after: 1 day, to: anna, channels: [webhook, file]}")).notifications.escalation

    assert plain == Escalation(Term(2, business=True), "manager", ("inbox",))
    assert named == Escalation(Term(1), "anna", ("webhook", "file"))


def escalated(text: str) -> Sources:
    path = "notifications.yaml"
    lines = [
        line for line in default_sources().files[path].splitlines() if not line.startswith("escalation:")
    ]
    return changed({path: "\n".join([f"escalation: {text}", *lines])})
