import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from services.notification.channels.signing import new_secret, signed_headers
from services.notification.refusing import REASONS
from services.notification.retry import THROTTLED
from shared.policy.contacting import CUSTOMER_CHANNELS

PAGE = (Path(__file__).parents[3] / "docs" / "notifications.md").read_text(encoding="utf-8")


def example(function: str) -> Any:
    (code,) = (
        block for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if f"def {function}(" in block
    )
    names: dict[str, Any] = {}
    exec(code, names)
    return names[function]


@pytest.fixture
def signed() -> tuple[str, dict[str, str], bytes]:
    secret, body = new_secret(), '{"text": "中文"}'.encode()
    now = int(datetime.now(timezone.utc).timestamp())
    return secret, signed_headers("msg_1", now, body, [new_secret(), secret]), body


def test_the_examples_accept_what_guanxi_sends(signed: tuple[str, dict[str, str], bytes]) -> None:
    secret, headers, body = signed

    assert example("receive")(secret, headers, body) == {"text": "中文"}
    assert example("is_genuine")(secret, headers, body)


def test_the_examples_refuse_what_was_changed_or_is_old(signed: tuple[str, dict[str, str], bytes]) -> None:
    secret, headers, body = signed

    assert not example("is_genuine")(secret, headers, body + b" ")
    old = signed_headers("msg_1", int(headers["webhook-timestamp"]) - 400, body, [secret])
    assert not example("is_genuine")(secret, old, body)


def test_every_reason_channel_and_special_status_is_explained() -> None:
    assert [word for word in REASONS if f"| `{word}` |" not in PAGE] == []
    assert [word for word in CUSTOMER_CHANNELS if f"`{word}`" not in PAGE] == []
    assert ", ".join(str(code) for code in sorted(THROTTLED)) in PAGE
