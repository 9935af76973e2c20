"""A MongoDB URL is checked before anything is asked of a server, and its password is never told."""

import pytest

from shared.errors import ConfigError, StoreUnavailableError
from shared.store.mongo import MongoStore
from shared.store.mongo_url import read_url

SECRET = "hunter2"


def test_a_url_tells_its_servers_and_database_but_neither_user_nor_password() -> None:
    url = read_url(f"mongodb://bob:{SECRET}@a:1,b:2/shop?replicaSet=rs&tls=true")
    assert (url.database, url.shown) == ("shop", "mongodb://a:1,b:2/shop")
    assert SECRET not in repr(url)
    assert {"replicaset", "tls"} <= url.options


def test_without_a_database_it_is_guanxi() -> None:
    assert read_url("mongodb://a").database == "guanxi"


@pytest.mark.parametrize(
    "url",
    [
        f"mongodb://bob:{SECRET}/x@host/shop",
        f"mongodb://bob:{SECRET}@x@host/shop",
        f"mongodb://bob:{SECRET}%@host/shop",
        f"mongodb://bob:{SECRET}@[host/shop",
        f"mongodb://bob:{SECRET}@host:port/shop",
        f"mongodb://bob:{SECRET}@host/bad name",
        f"mongodb://bob:{SECRET}@host/shop?tlsCAFile=/nowhere/ca.pem",
        f"mongodb://bob:{SECRET}@host/shop?serverSelectionTimeoutMS=soon",
        f"mongodb://bob:{SECRET}@host/shop?nonsense={SECRET}",
    ],
)
def test_a_url_that_cannot_be_used_is_a_wrong_setting_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match="GUANXI_STORE") as raised:
        MongoStore(url)
    assert SECRET not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_server_that_is_not_there_is_told_within_the_patience_that_the_url_sets() -> None:
    with pytest.raises(StoreUnavailableError, match=r"^mongodb://127\.0\.0\.1:1/x: .*refused$") as raised:
        MongoStore(f"mongodb://bob:{SECRET}@127.0.0.1:1/x?serverSelectionTimeoutMS=50")
    assert SECRET not in str(raised.value)
