"""Facts that are given behave as facts that scoring sends: they age, and ratios follow from their parts."""

from tests.unit.policy_testing.bench import messages, outcome


def test_days_since_grow_with_the_clock() -> None:
    report = outcome("""
        - name: silent at last
          given: {like: li, tier: core, days_since_purchase: 149 days}
          timeline:
            - {at: +0d, expect: {nothing: true}}
            - {at: +1d, expect: {nothing: true}}
            - {at: +2d, expect: {notify: demotion-warning, because: days_since_purchase}}
    """)

    assert messages(report) == []


def test_a_ratio_that_is_not_given_follows_from_its_parts_and_ages_with_them() -> None:
    report = outcome(
        """
        - name: silent by the own rhythm
          given:
            importance: important
            days_since_purchase: 40 days
            purchase_gap_days: 10 days
            stage: stable
            churn_danger: medium
          timeline:
            - {at: +0d, expect: {nothing: true}}
            - {at: +9d, expect: {nothing: true}}
            - {at: +10d, expect: {set: {churn_danger: high}, raise_alert: churn, because: silence_ratio}}
        """,
        policies="risk",
    )

    assert messages(report) == []


def test_a_ratio_that_is_given_stands_whatever_its_parts() -> None:
    report = outcome(
        """
        - name: told otherwise
          given: {days_since_purchase: 40 days, purchase_gap_days: 1 day, silence_ratio: 2}
          expect: {nothing: true}
        """,
        policies="risk",
    )

    assert messages(report) == []


def test_growth_is_told_by_the_window_before() -> None:
    tests = """
        - name: half again as much, and more
          given: {tier: core, orders_90d: 4, spend_90d: %s GBP after 1000 GBP, importance: general}
          expect: {create_task: growth-congratulation}
    """

    assert messages(outcome(tests % "2500", policies="care")) == []
    assert messages(outcome(tests % "2499", policies="care")) != []


def test_entitlements_follow_the_tier_unless_they_are_given() -> None:
    report = outcome("""
        - name: a member has those of the tier
          given: {tier: none, entitlements: [named_staff]}
          timeline:
            - {at: +29d, given: {tier: core}, expect: {nothing: true}}
            - {at: +30d, expect: {nothing: true}}
    """)

    assert messages(report) == []


def test_profile_facts_may_be_given_beside_events() -> None:
    report = outcome(
        """
        - name: a rating known before the first purchase
          given: {credit_rating: poor}
          timeline:
            - at: +0d
              events: [purchase: {amount: 10 GBP}]
              expect: {set: {credit_danger: high}, because: credit_rating}
        - name: until an event says otherwise
          given: {credit_rating: poor}
          timeline:
            - at: +0d
              events: [customer.updated: {credit_rating: good}]
              expect: {nothing: true}
        """,
        policies="risk",
    )

    assert messages(report) == []


def test_an_alert_that_is_over_is_an_action_of_its_own() -> None:
    report = outcome(
        """
        - name: opens and closes
          given: {return_share_365d: 100 percent, returns_365d: 5, spend_band: top}
          timeline:
            - {at: +0d, expect: {raise_alert: anomaly}}
            - {at: +5d, given: {returns_365d: 2}, expect: {resolve_alert: anomaly, because: returns_365d}}
        """,
        policies="risk",
    )

    assert messages(report) == []
