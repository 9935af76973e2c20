"""Every collection of an installation, declared once: its owner and what it may be asked.

The owner is the only service that writes; others read.
"""

from shared.store.port import CollectionSpec, Index

SHARD_KEY = {"_id": "hashed"}
"""How a sharded cluster has to spread every collection. Inserting what is absent relies on ``_id`` being
unique in the whole cluster, which MongoDB only promises for the shard key itself; every write by id names it,
so it goes to one shard. Hashed, because ids that begin with a date or a customer would fill one shard."""

CUSTOMERS = CollectionSpec(
    "customers",
    owner="scoring",
    indexes=(
        Index(("partition", "due_day")),
        Index(("partition", "log", "offset")),
        Index(("partition", "release")),
        Index(("score",)),
    ),
)
"""Profile, buckets, last snapshot's facts and score of each customer."""

HISTORY = CollectionSpec("history", owner="scoring", indexes=(Index(("customer", "time")),))
"""Every accepted event, keyed (time-ordered) by subject, source and id."""

PARTITIONS = CollectionSpec("partitions", owner="scoring")
"""Per partition: the last closed day and which release began at which offset."""

RELATIONSHIPS = CollectionSpec(
    "relationships",
    owner="rules",
    indexes=(
        Index(("partition", "due_day")),
        Index(("partition", "log", "offset")),
        Index(("tier",)),
        Index(("open_alerts",)),
    ),
)
"""Episodes, derived facts, tier and open alerts of each customer."""

RULE_PARTITIONS = CollectionSpec("rule_partitions", owner="rules")
"""Per partition: the last closed day the rules have judged."""

DECISIONS = CollectionSpec(
    "decisions",
    owner="rules",
    indexes=(
        Index(("customer", "as_of")),
        Index(("rule", "as_of")),
        Index(("outcome", "day", "rule", "mode")),  # what rules did day by day is counted without reading it
        Index(("tier_change", "as_of")),
        Index(("day",)),
        Index(("release",)),
    ),
)
"""Decision records; never changed once written."""

RELEASES = CollectionSpec("releases", owner="rules", indexes=(Index(("kind", "number")),))
"""Immutable releases of the rule bundle (kind ``release``) and their activations (kind ``activation``)."""

RELEASE_RECORDS = CollectionSpec(
    "release_records", owner="rules", indexes=(Index(("release", "number")), Index(("kind", "at")))
)
"""What happened to each release on its way: proposals, evidence, approvals, plans. Only ever added to."""

SWITCHES = CollectionSpec(
    "switches", owner="rules", indexes=(Index(("kind", "number")), Index(("log", "partition", "number")))
)
"""Pauses, silences, brakes and their ends (kind ``switch``), and from which offset of each partition which of
them applied (kind ``use``). Only ever added to."""

SLOTS = CollectionSpec("slots", owner="rules")
"""Admissions of budgeted rules, keyed (rule, day)."""

TASKS = CollectionSpec(
    "tasks",
    owner="notification",
    indexes=(
        Index(("status", "due_day")),
        Index(("customer", "due_day")),
        Index(("owner", "status", "due_day")),
        Index(("telling._id",)),
    ),
)
"""Care tasks."""

INBOX = CollectionSpec(
    "inbox",
    owner="notification",
    indexes=(Index(("to", "created_at")), Index(("to", "group")), Index(("customer",))),
)
"""Messages for people who look in Guanxi itself."""

CONTACTS = CollectionSpec(
    "contacts",
    owner="notification",
    indexes=(Index(("partition", "due_day")), Index(("partition", "log", "offset"))),
)
"""Per customer: recent contacts against the cap, and the outbox of notifications."""

CONTACT_PARTITIONS = CollectionSpec("contact_partitions", owner="notification")
"""Per partition: the last closed day that notification has passed on."""

DELIVERIES = CollectionSpec(
    "deliveries",
    owner="notification",
    indexes=(
        Index(("status", "next_attempt_at")),
        Index(("subscription", "status")),
        Index(("customer", "created_at")),
    ),
)
"""Every notification to an outside system, with its attempts."""

SUBSCRIPTIONS = CollectionSpec("subscriptions", owner="notification")
"""Who wants notifications pushed: webhooks, files and addresses."""

DIGESTS = CollectionSpec("digests", owner="notification", indexes=(Index(("to", "last_day")),))
"""Managers' digests as they were sent, one for each period."""

API_KEYS = CollectionSpec("api_keys", owner="ingest", indexes=(Index(("status",)),))
"""Publishers' keys as keyed hashes."""

DEAD_LETTERS = CollectionSpec(
    "dead_letters",
    owner="ingest",
    indexes=(
        Index(("status", "recorded_at")),
        Index(("reason", "recorded_at")),
        Index(("service", "recorded_at")),
    ),
)
"""What could not be processed, byte for byte, with the reason and what became of it."""

ALL = (
    CUSTOMERS, HISTORY, PARTITIONS, RELATIONSHIPS, RULE_PARTITIONS, DECISIONS, RELEASES,
    RELEASE_RECORDS, SWITCHES, SLOTS, TASKS, INBOX, CONTACTS, CONTACT_PARTITIONS, DELIVERIES,
    SUBSCRIPTIONS, DIGESTS, API_KEYS, DEAD_LETTERS,
)  # fmt: skip
