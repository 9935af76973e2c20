"""Settings: defaults, collected problems, and the secret's file."""

import stat
from pathlib import Path

import pytest

from shared.config import SERVICES, load_config
from shared.errors import ConfigError


def test_every_setting_has_a_default(tmp_path: Path) -> None:
    config = load_config({"GUANXI_HOME": str(tmp_path)})

    assert config.bus_url == f"sqlite:///{tmp_path}/bus.db"
    assert config.store_url == f"sqlite:///{tmp_path}/"
    assert config.partitions == 4
    assert config.clock_mode == "wall"
    assert config.ports == {"ingest": 7410, "scoring": 7411, "rules": 7412, "notification": 7413}


def test_all_problems_are_reported_together(tmp_path: Path) -> None:
    wrong = {
        "GUANXI_HOME": str(tmp_path),
        "GUANXI_CLOCK": "events",
        "GUANXI_PARTITIONS": "many",
        "GUANXI_INGEST_PORT": "70000",
        "GUANXI_PARTITION": "4",
        "GUANXI_STORE": "redis://user:hunter2@db",
        "GUANXI_SECRET": "abcd",
    }

    with pytest.raises(ConfigError) as raised:
        load_config(wrong)

    told = "\n".join(raised.value.problems)
    assert "GUANXI_CLOCK: expected one of event, wall; did you mean event?, found 'events'" in told
    assert "GUANXI_PARTITIONS: expected a whole number from 1 to 1024, found 'many'" in told
    assert "GUANXI_INGEST_PORT: expected a whole number from 0 to 65535" in told
    assert "GUANXI_PARTITION: not a setting of Guanxi; did you mean GUANXI_PARTITIONS?" in told
    assert "GUANXI_STORE: expected sqlite:///path or mongodb://host/database or " in told
    assert "found scheme 'redis'" in told
    assert "GUANXI_SECRET: expected at least 32 bytes" in told
    assert len(raised.value.problems) == 6


def test_wrong_secrets_and_passwords_are_never_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load_config({"GUANXI_HOME": str(tmp_path), "GUANXI_SECRET": "zz99", "GUANXI_BUS": "x://u:hunter2@h"})

    assert "zz99" not in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_nothing_is_written_while_settings_are_wrong(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load_config({"GUANXI_HOME": str(tmp_path / "new"), "GUANXI_LOG": "xml"})

    assert not (tmp_path / "new").exists()


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first = load_config({"GUANXI_HOME": str(tmp_path)})
    second = load_config({"GUANXI_HOME": str(tmp_path)})

    assert first.secret == second.secret
    assert len(first.secret) == 32
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_secret_others_can_read_is_refused(tmp_path: Path) -> None:
    load_config({"GUANXI_HOME": str(tmp_path)})
    (tmp_path / "secret").chmod(0o644)

    with pytest.raises(ConfigError, match="chmod 600"):
        load_config({"GUANXI_HOME": str(tmp_path)})


def test_a_given_secret_is_used_and_nothing_is_kept(tmp_path: Path) -> None:
    config = load_config({"GUANXI_HOME": str(tmp_path), "GUANXI_SECRET": "ab" * 32})

    assert config.secret == b"\xab" * 32
    assert not (tmp_path / "secret").exists()


def test_secrets_and_urls_do_not_print(tmp_path: Path) -> None:
    config = load_config({"GUANXI_HOME": str(tmp_path), "GUANXI_SECRET": "ab" * 32})

    assert "xab" not in repr(config)
    assert "sqlite" not in repr(config)


def test_further_workers_have_their_own_names_and_ports(tmp_path: Path) -> None:
    config = load_config({"GUANXI_HOME": str(tmp_path), "GUANXI_WORKER": "2"})

    assert config.member("scoring") == "scoring-2"
    assert config.run_file("scoring") == tmp_path / "run" / "scoring-2.json"
    assert config.port("scoring") == 0


def test_a_process_that_is_given_its_name_keeps_the_port_of_its_service(tmp_path: Path) -> None:
    config = load_config({"GUANXI_HOME": str(tmp_path), "GUANXI_MEMBER": "scoring-1"})

    assert config.member("scoring") == "scoring-1"
    assert config.run_file("scoring") == tmp_path / "run" / "scoring-1.json"
    assert config.port("scoring") == 7411


@pytest.mark.parametrize("name", ["../../etc/passwd", ".", "-x", "a b", "a/b", "x" * 64, "名"])
def test_a_name_that_cannot_stand_for_a_file_and_a_host_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="GUANXI_MEMBER: expected up to 63 letters"):
        load_config({"GUANXI_HOME": str(tmp_path), "GUANXI_MEMBER": name})


def test_settings_of_the_test_suites_are_let_pass(tmp_path: Path) -> None:
    config = load_config({"GUANXI_HOME": str(tmp_path), "GUANXI_TEST_KAFKA": "localhost:9092"})

    assert set(config.ports) == set(SERVICES)
