import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from services.notification.channels.signing import new_secret, signed_headers
from services.notification.refusing import REASONS
from services.notification.retry import THROTTLED
from shared.policy.contacting import CUSTOMER_CHANNELS

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {
    name: (DOCS / name).read_text(encoding="utf-8") for name in ("notifications.md", "notifications.zh-CN.md")
}
EDITIONS = pytest.mark.parametrize("page", PAGES)


def example(page: str, function: str) -> Any:
    (code,) = (
        block
        for block in re.findall(r"```python\n(.*?)```", PAGES[page], re.DOTALL)
        if f"def {function}(" in block
    )
    names: dict[str, Any] = {}
    exec(code, names)
    return names[function]


@pytest.fixture
def signed() -> tuple[str, dict[str, str], bytes]:
    secret, body = new_secret(), '{"text": "中文"}'.encode()
    now = int(datetime.now(timezone.utc).timestamp())
    return secret, signed_headers("msg_1", now, body, [new_secret(), secret]), body


@EDITIONS
def test_the_examples_accept_what_guanxi_sends(page: str, signed: tuple[str, dict[str, str], bytes]) -> None:
    secret, headers, body = signed

    assert example(page, "receive")(secret, headers, body) == {"text": "中文"}
    assert example(page, "is_genuine")(secret, headers, body)


@EDITIONS
def test_the_examples_refuse_what_was_changed_or_is_old(
    page: str, signed: tuple[str, dict[str, str], bytes]
) -> None:
    secret, headers, body = signed

    assert not example(page, "is_genuine")(secret, headers, body + b" ")
    old = signed_headers("msg_1", int(headers["webhook-timestamp"]) - 400, body, [secret])
    assert not example(page, "is_genuine")(secret, old, body)


@EDITIONS
def test_every_reason_channel_and_special_status_is_explained(page: str) -> None:
    assert [word for word in REASONS if f"| `{word}` |" not in PAGES[page]] == []
    assert [word for word in CUSTOMER_CHANNELS if f"`{word}`" not in PAGES[page]] == []
    assert ", ".join(str(code) for code in sorted(THROTTLED)) in PAGES[page]
