from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from services.notification.delivery import judged
from services.notification.retry import DELAYS_S, Result, next_attempt
from services.notification.subscriptions import Subscription

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
HOOK = Subscription("sub_1", "webhook", "https://example.org/hook", "2026-01-01T00:00:00Z")


def test_the_schedule_is_the_one_standard_webhooks_recommends() -> None:
    at, seen = NOW, [timedelta()]
    for attempts in range(1, len(DELAYS_S)):
        following = next_attempt(at, attempts, None, 0.0)
        assert following is not None
        seen.append(following - NOW)
        at = following

    assert [str(since) for since in seen] == [
        "0:00:00", "0:00:05", "0:05:05", "0:35:05", "2:35:05", "7:35:05", "17:35:05",
        "1 day, 7:35:05", "2 days, 3:35:05", "3 days, 3:35:05",
    ]  # fmt: skip
    assert next_attempt(at, len(DELAYS_S), None, 0.0) is None


@given(st.integers(1, 9), st.floats(0, 1, exclude_max=True))
def test_jitter_only_lengthens_and_by_a_tenth_at_most(attempts: int, random: float) -> None:
    following = next_attempt(NOW, attempts, None, random)

    assert following is not None
    assert 1 <= (following - NOW).total_seconds() / DELAYS_S[attempts] <= 1.1


def test_a_longer_retry_after_wins_up_to_a_day() -> None:
    def wait(retry_after_s: float) -> float:
        following = next_attempt(NOW, 1, retry_after_s, 0.0)
        assert following is not None
        return (following - NOW).total_seconds()

    assert [wait(1), wait(90), wait(1e9)] == [5, 90, 86_400]


def test_five_days_of_nothing_but_failures_disable_a_subscriber() -> None:
    failed = Result("failed", "answered 500", 500)
    failing = judged(HOOK, failed, NOW)

    assert failing.failing_since == "2026-01-01T00:00:00Z"
    assert judged(failing, failed, NOW + timedelta(days=4, hours=23)).status == "active"
    assert judged(failing, failed, NOW + timedelta(days=5)).status == "disabled"
    assert judged(failing, Result("delivered", status=200), NOW).failing_since is None


def test_gone_disables_at_once() -> None:
    assert judged(HOOK, Result("gone", status=410), NOW).disabled_because == "it answered 410 Gone"
