"""Which keys each part of a test file may have, declared once for the reader and for editors."""

from shared.policy.shapes import Key, Shape

SUITE = Shape(
    "a test suite",
    (
        Key("suite", "word", "What these tests are about.", required=True),
        Key("now", "instant", "The instant of `+0d`: a date, or a date and time with offset.", required=True),
        Key(
            "policies",
            "policies",
            "Policies to judge; `expect` then names every action. Without it all are judged.",
        ),
        Key("customers", "customers", "Customers that tests begin from, by name."),
        Key("tests", "tests", "The tests.", required=True),
    ),
)
CASE = Shape(
    "a test",
    (
        Key("name", "word", "The rule in words.", required=True),
        Key("given", "customer", "A customer's name, or facts; `like: name` begins from that customer."),
        Key("expect", "expect", "What happens on the day of `now`."),
        Key("timeline", "timeline", "Several days instead, in order."),
    ),
)
POINT = Shape(
    "a point of a timeline",
    (
        Key("at", "offset", "Days from `now`, such as +30d or -100d, or a date.", required=True),
        Key("given", "facts-given", "Facts that change on this day."),
        Key("events", "happenings", "Events of this day; metrics, traits and score are computed from them."),
        Key("expect", "expect", "What happens on this day, its close included."),
    ),
)
NEAREST = Shape(
    "nearest",
    (
        Key("rule", "rule", "The rule that does not act.", required=True),
        Key(
            "missing",
            "missing",
            "For each fact that keeps the rule from acting, how far it is.",
            required=True,
        ),
    ),
)
ORDERS = (
    Key("change_tier", "tier", "The customer's new tier."),
    Key("set", "values-set", "Derived facts and their new values."),
    Key("raise_alert", "ordered", "Alerts that open."),
    Key("resolve_alert", "ordered", "Alerts that are over."),
    Key("create_task", "ordered", "Tasks that are ordered."),
    Key("offer", "ordered", "Items that are offered."),
    Key("grant", "ordered", "Entitlements given."),
    Key("revoke", "ordered", "Entitlements taken back."),
    Key("add_to", "ordered", "Groups entered."),
    Key("remove_from", "ordered", "Groups left."),
    Key("notify", "ordered", "Templates of messages sent."),
)
EXPECT = Shape(
    "expect",
    (
        *ORDERS,
        Key("nothing", "yes", "true: no action at all."),
        Key("held", "rules", "Rules of which the contact cap holds a contact on this day, all of them."),
        Key("because", "facts", "Facts that made a rule act on this day."),
        Key("reason", "words", "The reason people read, as it comes out."),
        Key("nearest", "nearest", "A rule that does not act, and what it lacks."),
    ),
)
SUBJECTS = {
    "change_tier": "to",
    "raise_alert": "alert",
    "resolve_alert": "alert",
    "create_task": "task",
    "offer": "item",
    "grant": "entitlement",
    "revoke": "entitlement",
    "add_to": "group",
    "remove_from": "group",
    "notify": "template",
}
"""By kind of action, the field that says what it is about."""
