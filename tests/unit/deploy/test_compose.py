"""Compose files: bounded, healthy in order, without root and without passwords of ours."""

import re
import shlex
from typing import Any

import pytest

from services.supervisor import STOP_WITHIN_S
from shared.bus.kafka_settings import kafka_settings
from shared.config import SERVICES, load_config
from shared.settings import SETTINGS
from shared.store.mongo_url import read_url
from tests.unit.deploy.manifests import COMPOSE_FILES, ROOT, compose
from tests.unit.docs.test_commands import parse

FULL, EMBEDDED = COMPOSE_FILES
PORTS = {name: int(SETTINGS[f"GUANXI_{name.upper()}_PORT"].default) for name in SERVICES}
PASSWORDS = {"GUANXI_SECRET", "KAFKA_PASSWORD", "MONGO_ROOT_PASSWORD", "MONGO_PASSWORD", "MONGO_REPLICA_KEY"}


def ours(name: str) -> dict[str, dict[str, Any]]:
    found = {key: spec for key, spec in compose(name)["services"].items() if spec["image"] == "guanxi"}
    assert found
    return found


def serving(name: str) -> dict[str, dict[str, Any]]:
    return {key: spec for key, spec in ours(name).items() if spec["command"][0] == "serve"}


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_every_service_runs(name: str) -> None:
    assert {spec["command"][1] for spec in serving(name).values()} == set(SERVICES)


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_every_variable_is_a_setting(name: str) -> None:
    for spec in ours(name).values():
        assert set(spec.get("environment", {})) <= set(SETTINGS)


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_nothing_runs_with_rights_it_does_not_need(name: str) -> None:
    for spec in ours(name).values():
        assert spec["read_only"] is True
        assert spec["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in spec["security_opt"]


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_a_service_is_asked_at_its_own_port_and_has_time_to_stop(name: str) -> None:
    for key, spec in serving(name).items():
        port = PORTS[spec["command"][1]]
        assert spec["healthcheck"]["test"] == ["CMD", "ready", f"http://{key}:{port}/readyz"]
        assert spec["hostname"] == spec["environment"]["GUANXI_HOST"] == key
        assert int(spec["stop_grace_period"].removesuffix("s")) >= STOP_WITHIN_S
        for published in spec.get("ports", []):
            assert published == f"127.0.0.1:{port}:{port}"


def test_every_container_has_limits_and_a_bounded_log() -> None:
    for key, spec in compose(FULL)["services"].items():
        assert set(spec["deploy"]["resources"]["limits"]) >= {"cpus", "memory"}, key
        assert spec["logging"]["options"]["max-size"], key


def test_everything_that_goes_on_has_a_health_check_and_starts_again() -> None:
    for key, spec in compose(FULL)["services"].items():
        if key != "topics":
            assert spec["restart"] == "unless-stopped", key
            assert spec["healthcheck"]["test"], key


def test_a_service_starts_when_bus_store_and_topics_are_there() -> None:
    for spec in serving(FULL).values():
        assert spec["depends_on"] == {
            "kafka": {"condition": "service_healthy"},
            "mongo": {"condition": "service_healthy"},
            "topics": {"condition": "service_completed_successfully"},
        }


def test_processes_of_a_service_have_names_of_their_own(tmp_path: Any) -> None:
    specs = serving(FULL)
    members = [spec["environment"]["GUANXI_MEMBER"] for spec in specs.values()]

    assert len(set(members)) == len(members)
    for key, spec in specs.items():
        settings = {"GUANXI_HOME": str(tmp_path), "GUANXI_MEMBER": spec["environment"]["GUANXI_MEMBER"]}
        assert load_config(settings).member(spec["command"][1]) == key
        assert key.startswith(spec["command"][1])


def test_all_share_bus_store_secret_and_number_of_partitions() -> None:
    shared = ("GUANXI_BUS", "GUANXI_STORE", "GUANXI_SECRET", "GUANXI_PARTITIONS")
    assert len({tuple(spec["environment"][name] for name in shared) for spec in ours(FULL).values()}) == 1
    workers = max(sum(spec["command"][1] == name for spec in serving(FULL).values()) for name in SERVICES)
    assert int(ours(FULL)["ingest"]["environment"]["GUANXI_PARTITIONS"]) >= workers


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_every_command_is_one_that_the_program_takes(name: str) -> None:
    for spec in ours(name).values():
        parse(shlex.join(spec["command"]))


def test_the_urls_are_understood_by_the_adapters_that_read_them() -> None:
    environment = ours(FULL)["ingest"]["environment"]
    bus, store = (
        re.sub(r"\$\{\w+:.*?\}", "made", environment[name]) for name in ("GUANXI_BUS", "GUANXI_STORE")
    )

    assert kafka_settings(bus).where == "kafka://kafka:9092"
    assert kafka_settings(bus).options["sasl_mechanism"] == "PLAIN"
    assert read_url(store).shown == "mongodb://mongo:27017/guanxi"
    assert read_url(store).database == "guanxi"


def test_passwords_are_asked_for_and_never_given() -> None:
    text = (ROOT / FULL).read_text(encoding="utf-8")
    named = re.findall(r"(?<!\$)\$\{(\w+)(.*?)\}", text)

    assert {name for name, after in named if after == ":?run deploy/make-env.sh first"} == PASSWORDS
    assert {(name, after) for name, after in named if name not in PASSWORDS} == {("GUANXI_SMTP_URL", ":-")}


def test_images_of_others_are_pinned_to_a_version() -> None:
    others = [spec["image"] for spec in compose(FULL)["services"].values() if spec["image"] != "guanxi"]

    assert others
    assert all(re.search(r":\d+\.\d+(\.\d+)?$", image) for image in others)


def test_files_that_are_mounted_exist() -> None:
    for name in COMPOSE_FILES:
        for spec in compose(name)["services"].values():
            for volume in spec.get("volumes", []):
                source = volume.partition(":")[0]
                if source.startswith("."):
                    assert ((ROOT / name).parent / source).exists(), source
                else:
                    assert source in compose(name)["volumes"]
