"""Which keys each part of a rule file may have, declared once.

Readers check against these shapes, editors complete from them (`schema`), and the reference names
every one of them (a test holds it to that). `form` says what stands under a key.
"""

from dataclasses import dataclass

from shared.policy.said import Said
from shared.policy.shape_words import ABOUT, NAMES


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it is for, in which form, and whether it must be there."""

    name: str
    form: str
    about: str
    required: bool = False

    @property
    def purpose(self) -> Said:
        """What it is for, in both languages."""
        return Said(self.about, ABOUT[self.about])


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of one kind of mapping; *name* is how messages call it."""

    name: str
    keys: tuple[Key, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every key that may stand here."""
        return tuple(key.name for key in self.keys)

    @property
    def called(self) -> Said:
        """How messages call it, in both languages."""
        return Said(self.name, NAMES[self.name])


_TITLE = Key("title", "words", "What people call it, by language.", required=True)
_OWNER = Key("owner", "word", "Who answers for it: a person or a team.")

MANIFEST = Shape(
    "policy.yaml",
    (
        Key("language", "integer", "Version of the policy language: 1.", required=True),
        Key("name", "word", "Name of the bundle.", required=True),
        Key("timezone", "timezone", "IANA time zone in which local days begin and end.", required=True),
        Key("currency", "currency", "ISO 4217 code of every amount.", required=True),
        Key(
            "order",
            "words-list",
            "Policies in the order they are evaluated; each is a file in policies/.",
            required=True,
        ),
        Key("facts", "derived-facts", "Facts that rules set and later policies read."),
        Key("groups", "titled", "Groups that rules may add customers to."),
        Key("calendars", "words-list", "Calendars; each is a file in calendars/."),
        Key("lists", "words-list", "Named lists and thresholds; each is a file in lists/."),
        Key("approvals", "approvals", "How many approvals a release needs, by its measured impact."),
        Key("gates", "gates", "What a backtest of a change may show at most."),
        Key("costs", "costs", "What one action costs, by task, offered item or kind of action."),
        Key("activation", "activation", "How an edit of these files becomes the active release."),
        Key("business", "business", "Which days are business days."),
        _OWNER,
    ),
)
DERIVED_FACT = Shape(
    "a derived fact",
    (
        Key("type", "kind", "Type of its value.", required=True),
        Key("values", "words-list", "The choices, for type choice."),
        Key("initial", "scalar", "Its value before any rule has set it."),
        _TITLE,
    ),
)
TITLED = Shape("an entry", (_TITLE,))
APPROVAL = Shape(
    "an approval step",
    (
        Key(
            "impact_at_most_percent",
            "number",
            "Applies while at most this share of customers is affected.",
            required=True,
        ),
        Key("approvals", "integer", "How many people must approve.", required=True),
    ),
)
GATES = Shape(
    "gates",
    (
        Key("max_share_moved", "percent", "Customers whose membership differs, as a share of all."),
        Key("max_flips_per_year", "integer", "Changes of one customer's tier within 365 days."),
        Key("max_alerts_per_day", "integer", "Alerts raised on the busiest day."),
        Key("max_tasks_per_day", "integer", "Tasks created on the busiest day."),
        Key("max_cost_per_day", "quantity", "Declared costs of the dearest day."),
    ),
)
ACTIVATION = Shape(
    "activation",
    (
        Key("mode", "activation-mode", "automatic: what passes checks and dry run; approved: by people."),
        Key("needs", "words-list", "Evidence that mode approved asks for: check, test, backtest."),
        Key(
            "moves_at_most_percent",
            "number",
            "Of the customers of any one tier, the most that an activation may move out of it.",
        ),
    ),
)
BUSINESS = Shape(
    "business",
    (
        Key("days", "weekdays", "Days of the week that are worked; mon to fri unless given."),
        Key("closed", "calendars", "Calendars on whose days nobody works."),
    ),
)
EVENTS = Shape(
    "events.yaml", (Key("events", "event-types", "Every type of event publishers may send.", required=True),)
)
EVENT = Shape(
    "an event type",
    (
        _TITLE,
        Key("fields", "fields", "The fields of its data.", required=True),
        Key("sets_profile", "boolean", "Each field becomes a profile fact of the same name."),
        Key(
            "confirms_profile",
            "boolean",
            "The profile was found right: all of it, or what the event's own `fields` names.",
        ),
    ),
)
FIELD = Shape(
    "a field",
    (
        Key("type", "kind", "Type of its value.", required=True),
        Key("required", "boolean", "An event without it is refused."),
        Key("personal", "boolean", "Personal data: masked in logs, erased on request."),
        Key("values", "words-list", "The choices, for type choice."),
        Key("at least", "quantity", "Smallest value accepted."),
        Key("at most", "quantity", "Largest value accepted."),
        Key("wanted", "boolean", "Of a profile: a file without it has a gap."),
        Key("stale_after", "duration", "Of a profile: after this long it is to be confirmed."),
        Key("title", "words", "What people call it, by language."),
    ),
)
METRICS = Shape(
    "metrics.yaml", (Key("metrics", "metrics", "Every number computed from events.", required=True),)
)
AGGREGATES = (
    Key("count", "events", "How many of these events."),
    Key("sum", "terms", "Sum of a field; a minus sign subtracts."),
    Key("mean", "terms", "Mean of a field."),
    Key("min", "terms", "Smallest value of a field."),
    Key("max", "terms", "Largest value of a field."),
    Key("last", "terms", "Latest value of a field."),
    Key("distinct", "terms", "How many different values of a field."),
    Key("days_since_last", "events", "Days since the last of these events."),
    Key("usual_gap_days", "events", "The customer's own rhythm: the usual days between these events."),
    Key("ratio", "ratio", "One metric divided by another."),
    Key("trend", "metric", "Percent change of a metric: its window against the window before."),
    Key("answered_share", "answered", "Percent of days with one kind of event followed by another in time."),
    Key("pace_inside", "terms", "Percent: a field per day inside the calendar's periods, against outside."),
)
METRIC = Shape(
    "a metric",
    (
        *AGGREGATES,
        Key("window", "window", "Days counted back from today, or lifetime."),
        Key("where", "where", "Only events whose fields hold this."),
        Key("inside_calendar", "calendar", "Only events inside a period of this calendar, or its pace."),
        Key("at_least", "integer", "With fewer events than this the metric is unknown."),
        Key("compare", "boolean", "Keep the window before too, for `rose by` and `fell by`."),
        Key("type", "kind", "Type of the value, where it is not plain from the aggregate."),
        Key("range", "range", "[smallest, largest] value it can have."),
        Key("noise", "scalar", "How much it varies although nothing happens that matters."),
        Key("refresh", "duration", "How long news take to reach it, such as a monthly file."),
        _TITLE,
    ),
)
RATIO = Shape(
    "a ratio",
    (
        Key("of", "metric", "Metric divided.", required=True),
        Key("to", "metric", "Metric divided by.", required=True),
    ),
)
ANSWERED = Shape(
    "an answered share",
    (
        Key("of", "events", "What is to be answered.", required=True),
        Key("by", "events", "What counts as an answer.", required=True),
        Key("within", "duration", "How long an answer may take.", required=True),
    ),
)
TRAITS = Shape(
    "traits.yaml", (Key("traits", "traits", "The nine qualities of a valuable customer.", required=True),)
)
TRAIT = Shape(
    "a trait",
    (
        _TITLE,
        Key(
            "weight", "integer", "Share in the score; the weights of all traits add up to 100.", required=True
        ),
        Key("neutral", "integer", "Points while there is no evidence.", required=True),
        Key("indicators", "indicators", "Metrics that give points."),
        Key("assessment", "assessment", "How much a rating by hand counts."),
    ),
)
INDICATOR = Shape(
    "an indicator",
    (
        Key("metric", "metric", "Metric read.", required=True),
        Key("weight", "integer", "Share within the trait, 1 unless given."),
        Key("optional", "boolean", "Counts when it is known; when it is not, nothing is missing."),
        Key(
            "points", "points", "Points 0 to 100 by bands of the metric: `at least …: points`.", required=True
        ),
    ),
)
ASSESSMENT = Shape(
    "an assessment",
    (
        Key("weight", "integer", "Share within the trait.", required=True),
        Key("stale_after", "duration", "After this long a rating no longer counts.", required=True),
    ),
)
TIERS = Shape(
    "tiers.yaml",
    (
        Key(
            "tiers",
            "tiers",
            "Membership levels from lowest to highest; the first is not a member.",
            required=True,
        ),
        Key("entitlements", "titled", "Service privileges that tiers carry or rules grant."),
    ),
)
TIER = Shape("a tier", (_TITLE, Key("entitlements", "entitlements", "Privileges of this level.")))
CALENDAR = Shape(
    "a calendar",
    (
        Key("calendar", "word", "Its name: that of the file.", required=True),
        _TITLE,
        Key("periods", "periods", "Dated entries.", required=True),
    ),
)
PERIOD = Shape(
    "a period",
    (
        Key("name", "word", "Name rules may refer to.", required=True),
        Key("title", "words", "What people call it, by language."),
        Key("from", "date", "First day."),
        Key("to", "date", "Last day, included."),
        Key("every year", "yearly", "First and last day as month-day, each year anew."),
    ),
)
YEARLY = Shape(
    "a yearly period",
    (
        Key("from", "month-day", "First day.", required=True),
        Key("to", "month-day", "Last day, included.", required=True),
    ),
)
LIST = Shape(
    "a list file",
    (
        Key("list", "word", "Its name: that of the file.", required=True),
        Key("title", "words", "What people call it, by language."),
        Key("values", "list-values", "Names and values; rules write $name.", required=True),
    ),
)
POLICY = Shape(
    "a policy",
    (
        Key("policy", "word", "Its name: that of the file.", required=True),
        _OWNER,
        Key("rules", "rules", "The rules.", required=True),
    ),
)
RULE = Shape(
    "a rule",
    (
        Key("id", "word", "Permanent name: state, history and approvals hang on it.", required=True),
        _TITLE,
        _OWNER,
        Key("when", "condition", "What must hold.", required=True),
        Key("for", "duration", "How many local days in a row it must hold first."),
        Key("when_missing", "when-missing", "What an unknown condition means: wait, no or stop."),
        Key("then", "actions", "What is done.", required=True),
        Key("because", "words", "The reason people read; {fact} is replaced by its value."),
        Key("priority", "integer", "Larger wins in a conflict group; its contacts come first."),
        Key("contact_priority", "integer", "Of its contacts alone: larger comes first, over all policies."),
        Key("conflict_group", "word", "At most one rule of a group acts for a customer."),
        Key("effective", "effective", "First and last day on which the rule applies."),
        Key("rollout", "rollout", "How much of the world the rule touches: shadow, percent or live."),
        Key("holdout", "percent", "Share of customers left without the action, to measure its effect."),
        Key("budget", "budget", "Most firings a day over all customers."),
        Key("clear_when", "condition", "When an alert is over; leaves a gap to `when`."),
        Key("keep_for", "duration", "How long an alert stays open after it could clear."),
        Key("repeat", "repeat", "Fire again while the condition holds."),
        Key("cool_down", "duration", "Days before the rule may fire again for a customer."),
        Key("max_per", "per", "Most firings for a customer in so many days."),
        Key("formerly", "words-list", "Earlier ids, whose state moves here."),
    ),
)
EFFECTIVE = Shape(
    "effective", (Key("from", "date", "First day."), Key("until", "date", "Last day, included."))
)
ROLLOUT = Shape(
    "a rollout",
    (
        Key("mode", "rollout-mode", "shadow, percent or live.", required=True),
        Key("percent", "number", "Share of customers, for mode percent."),
    ),
)
BUDGET = Shape(
    "a budget",
    (
        Key("max_per_day", "integer", "Most firings a local day."),
        Key("max_share_of_customers", "percent", "Most firings a local day, as a share of known customers."),
    ),
)
REPEAT = Shape(
    "a repeat",
    (
        Key("every", "duration", "Days between firings."),
        Key("table", "table", "Days between firings, from a decision table."),
        Key("first", "repeat-first", "`at once` (usual) or `after one period`."),
    ),
)
TABLE = Shape(
    "a decision table",
    (
        Key("inputs", "facts", "Facts looked at, one a column.", required=True),
        Key("rows", "rows", "A cell for each input and the answer; first match wins.", required=True),
        Key("otherwise", "scalar", "The answer when no row matches."),
    ),
)
NOTIFICATIONS = Shape(
    "notifications.yaml",
    (
        Key("contact_cap", "contact-cap", "Most contacts with a customer over all rules."),
        Key("consent", "profile-fact", "Profile fact that must be true before a customer is contacted."),
        Key("quiet_hours", "quiet-hours", "Local hours in which customers are not contacted."),
        Key("default_channel", "word", "Channel of whatever no route names."),
        Key("escalation", "escalation", "Who hears of tasks that stay undone."),
        Key("digest", "digest", "A page for a manager when a day, a week or a month has closed."),
        Key(
            "routes",
            "routes",
            "Which decision reaches whom, through which channel, in which words.",
            required=True,
        ),
    ),
)
DIGEST = Shape(
    "a digest",
    (
        Key("to", "word", "Whose inbox it comes into.", required=True),
        Key("every", "every", "day, week on monday, or month.", required=True),
        Key("channels", "words-list", "inbox, email, webhook, file.", required=True),
    ),
)
CONTACT_CAP = Shape(
    "a contact cap",
    (
        Key("most", "per", "Most contacts in so many days.", required=True),
        Key("keep", "keeps", "What the last of these wait for: `{1: key events, 2: priority at least 10}`."),
        Key("keep_for_key_events", "integer", "The same as `keep: {…: key events}`."),
    ),
)
ESCALATION = Shape(
    "an escalation",
    (
        Key("after", "term", "Days, or business days, that a task is overdue first.", required=True),
        Key("to", "word", "Who is told: manager, owner or a name.", required=True),
        Key("channels", "words-list", "Where: inbox (unless given), webhook, file."),
    ),
)
QUIET_HOURS = Shape(
    "quiet hours",
    (Key("from", "time", "Beginning.", required=True), Key("until", "time", "End.", required=True)),
)
ROUTE = Shape(
    "a route",
    (
        Key("match", "match", "Which decisions: every key given must agree.", required=True),
        Key("to", "word", "owner, manager, customer, or a named address.", required=True),
        Key("channels", "words-list", "Where it is delivered: inbox, webhook, file …", required=True),
        Key("subject", "words", "One line, by language; {…} is replaced.", required=True),
        Key("body", "words", "The message, by language; {…} is replaced.", required=True),
        Key("group_by", "words-list", "Send what agrees in these together."),
        Key("counts_as_contact", "boolean", "Counts against the contact cap."),
    ),
)
MATCH = Shape(
    "a match",
    tuple(
        Key(name, "words-list", f"{name.capitalize()}, one or several.")
        for name in ("action", "policy", "rule", "alert", "severity", "template")
    ),
)

CHANGE_TIER = Shape(
    "change_tier",
    (
        Key("to", "tier", "The new tier.", required=True),
        Key("keep_at_least", "duration", "Days before another change."),
        Key("at_once", "boolean", "Even while an earlier keep_at_least still runs."),
    ),
)
RAISE_ALERT = Shape(
    "raise_alert",
    (
        Key("alert", "word", "Kind of problem, such as churn.", required=True),
        Key("severity", "severity", "low, medium or high.", required=True),
        _TITLE,
    ),
)
CREATE_TASK = Shape(
    "create_task",
    (
        Key("task", "word", "Kind of task.", required=True),
        _TITLE,
        Key("playbook", "words", "How to do it, by language."),
        Key("due", "term", "Days, or business days, until it is due.", required=True),
        Key("channel", "channel", "How the customer is reached."),
        Key("owner", "word", "Who does it: owner (the customer's) or a name."),
        Key("key_event", "word", "The occasion, when there is one."),
        Key("closed_by", "events", "Events of the customer after which there is no more need of it."),
    ),
)
OFFER = Shape(
    "offer",
    (
        Key("kind", "offer-kind", "coupon, gift or bundle.", required=True),
        Key("item", "word", "What is offered.", required=True),
        _TITLE,
    ),
)
ACTIONS = {
    "change_tier": Key("change_tier", "shape", "Move the customer to a tier."),
    "set": Key("set", "settings", "Give a derived fact a value, or the answer of a decision table."),
    "raise_alert": Key("raise_alert", "shape", "Open an alert until the rule clears."),
    "create_task": Key("create_task", "shape", "Ask a named person to do something by a date."),
    "offer": Key("offer", "shape", "Offer a coupon, a gift or a bundle."),
    "grant": Key("grant", "entitlement", "Give an entitlement."),
    "revoke": Key("revoke", "entitlement", "Take an entitlement back."),
    "add_to": Key("add_to", "group", "Put the customer into a group."),
    "remove_from": Key("remove_from", "group", "Take the customer out of a group."),
    "notify": Key("notify", "template", "Send a message by the routes that match this template."),
}
ACTION_SHAPES = {
    "change_tier": CHANGE_TIER,
    "raise_alert": RAISE_ALERT,
    "create_task": CREATE_TASK,
    "offer": OFFER,
}

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CHANNELS = ("phone", "visit", "sms", "email", "online", "post", "gathering", "internal")
SEVERITIES = ("low", "medium", "high")
OFFER_KINDS = ("coupon", "gift", "bundle")
