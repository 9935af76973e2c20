"""What a kafka:// URL means, and that wrong ones are told in full without their password."""

import pytest

from shared.bus.kafka_settings import kafka_settings
from shared.errors import ConfigError


def problems(url: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        kafka_settings(url)
    return raised.value.problems


def test_hosts_alone_mean_no_encryption_and_the_usual_port() -> None:
    settings = kafka_settings("kafka://one,two:9093,[::1]:9094")

    assert settings.options == {
        "bootstrap_servers": ["one:9092", "two:9093", "[::1]:9094"],
        "security_protocol": "PLAINTEXT",
    }
    assert (settings.replication, settings.prefix) == (1, "")


def test_a_user_means_tls_and_scram_unless_said_otherwise() -> None:
    settings = kafka_settings("kafka://us%40er:p%2Fw@h?ca=/etc/ca.pem&replication=3&prefix=shop.")

    assert settings.options["security_protocol"] == "SASL_SSL"
    assert settings.options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert settings.options["sasl_plain_username"] == "us@er"
    assert settings.options["sasl_plain_password"] == "p/w"
    assert settings.options["ssl_cafile"] == "/etc/ca.pem"
    assert (settings.replication, settings.prefix) == (3, "shop.")


def test_nothing_that_prints_settings_shows_the_password() -> None:
    settings = kafka_settings("kafka://me:hunter2@h:1")

    assert settings.where == "kafka://h:1"
    assert "hunter2" not in repr(settings)


def test_every_problem_is_told_at_once_and_none_with_the_password() -> None:
    told = problems("kafka://me:hunter2@h:x/topic?securty=SSL&mechanism=MD5&replication=many&prefix=a%20b")

    assert told == [
        "GUANXI_BUS: expected host:port, found 'h:x'",
        "GUANXI_BUS: unknown option 'securty'; did you mean security?",
        "GUANXI_BUS: a path after the hosts; topics are not part of the URL",
        "GUANXI_BUS: mechanism: expected one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, found 'MD5'",
        "GUANXI_BUS: replication: expected a whole number from 1, found 'many'",
        "GUANXI_BUS: prefix: expected letters, digits, '.', '_' and '-', found 'a b'",
    ]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("kafka://", "expected kafka://host:9092, found no host"),
        ("kafka://h?security=SASL_SSL", "security=SASL_SSL asks for user:password@ before the host"),
        ("kafka://u:p@h?security=SSL", "security=SSL takes no user and password"),
        ("kafka://h?security=TLS", "security: expected one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL"),
        ("kafka://h?x=1", "unknown option 'x'; known are security, mechanism"),
    ],
)
def test_a_wrong_url_says_what_is_expected(url: str, problem: str) -> None:
    assert any(problem in told for told in problems(url))
