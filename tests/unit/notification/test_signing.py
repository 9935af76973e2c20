import json
from datetime import datetime, timezone

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from services.notification.channels.signing import new_secret, signed_headers
from services.notification.sealing import SecretBox, UnreadableSecretError


@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**53), 2**53) | st.booleans()))
def test_a_body_is_accepted_by_the_reference_library(data: dict[str, object]) -> None:
    secret, body = new_secret(), json.dumps(data).encode()
    now = int(datetime.now(timezone.utc).timestamp())

    headers = signed_headers("msg_1", now, body, [secret])

    assert standardwebhooks.Webhook(secret).verify(body, headers) == data


def test_during_a_rotation_both_secrets_verify() -> None:
    old, new, body = new_secret(), new_secret(), b"{}"
    headers = signed_headers("msg_1", int(datetime.now(timezone.utc).timestamp()), body, [new, old])

    for secret in (old, new):
        assert standardwebhooks.Webhook(secret).verify(body, headers) == {}


def test_a_changed_body_or_id_is_refused() -> None:
    secret = new_secret()
    headers = signed_headers("msg_1", int(datetime.now(timezone.utc).timestamp()), b"{}", [secret])
    receiver = standardwebhooks.Webhook(secret)

    with pytest.raises(standardwebhooks.webhooks.WebhookVerificationError):
        receiver.verify(b'{"a":1}', headers)
    with pytest.raises(standardwebhooks.webhooks.WebhookVerificationError):
        receiver.verify(b"{}", {**headers, "webhook-id": "msg_2"})


def test_a_sealed_secret_opens_only_for_its_owner_and_installation() -> None:
    box = SecretBox(b"k" * 32)
    sealed = box.seal("whsec_abc", "sub_1")

    assert box.open(sealed, "sub_1") == "whsec_abc"
    assert "abc" not in sealed
    for other, owner in ((box, "sub_2"), (SecretBox(b"x" * 32), "sub_1")):
        with pytest.raises(UnreadableSecretError):
            other.open(sealed, owner)
