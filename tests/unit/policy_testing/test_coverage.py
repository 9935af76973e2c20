"""What tests have seen of every condition."""

from tests.unit.policy_testing.bench import outcome


def lacking(tests: str, rule: str, text: str, policies: str = "membership") -> list[str]:
    coverage = outcome(tests, policies=policies).coverage
    assert coverage is not None
    (cover,) = [each for each in coverage.leaves.values() if (each.rule.id, each.text) == (rule, text)]
    return cover.missing


SCORE = ("promote-core", "score: at least 63")
AT = "- {name: at, given: li, expect: {change_tier: core}}"
SHORT = "- {name: short, given: {like: li, score: 62}, expect: {nothing: true}}"
FAR = "- {name: far, given: {like: li, score: 10}, expect: {nothing: true}}"


def test_both_sides_of_a_threshold_are_the_threshold_and_one_unit_off() -> None:
    assert lacking(AT, *SCORE) == ["false", "at 62"]
    assert lacking(f"{AT}\n{FAR}", *SCORE) == ["at 62"]
    assert lacking(f"{AT}\n{SHORT}", *SCORE) == []


def test_sides_are_told_with_their_unit() -> None:
    assert lacking(AT, "promote-core", "net_spend_365d: at least 2000 GBP") == ["false", "at 1999 GBP"]
    fell = ("churn-medium", "spend_90d: fell by at least 75 percent")
    assert lacking(AT, *fell) == ["true", "false", "unknown", "at -75 percent", "at -74 percent"]


def test_only_facts_that_a_customer_may_lack_have_to_be_seen_unknown() -> None:
    missing = "- {name: m, given: {like: li, days_since_purchase: missing}, expect: {nothing: true}}"
    silence = ("promote-core", "days_since_purchase: at most 120 days")

    assert "unknown" in lacking(AT, *silence)
    assert "unknown" not in lacking(missing, *silence)
    assert "unknown" not in lacking(AT, "promote-core", "orders_365d: at least 5")  # none is zero


def test_values_on_the_way_of_a_timeline_are_seen() -> None:
    days = """
        - name: on the way
          given: {like: li, tier: core, days_since_purchase: 150 days}
          timeline: [{at: +1d, expect: {notify: demotion-warning}}]
    """

    assert lacking(days, "demote-core", "days_since_purchase: more than 150 days") == ["unknown"]


def test_rules_that_no_test_made_act_are_named() -> None:
    coverage = outcome(AT).coverage
    assert coverage is not None

    assert "promote-core" not in coverage.idle_rules
    assert "demote-core" in coverage.idle_rules


def test_a_condition_stands_where_its_rule_file_has_it() -> None:
    coverage = outcome(AT).coverage
    assert coverage is not None

    cover = coverage.leaves["promote-core", "when", 1]

    assert cover.span is not None
    assert (cover.span.file.rpartition("/")[2], cover.span.line) == ("membership.yaml", 18)
    assert coverage.leaves["alert-credit", "clear_when", 1].text == "bad_credit_news_365d: at most 0"


def test_the_share_counts_what_there_is_to_see() -> None:
    coverage = outcome(f"{AT}\n{SHORT}").coverage
    assert coverage is not None

    assert 0 < coverage.share() < coverage.share(["membership"]) < 100
