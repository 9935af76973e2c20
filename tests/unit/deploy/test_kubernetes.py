"""Kubernetes manifests as written: bounded, without rights, and true to the product's own figures."""

import shlex
from typing import Any

import pytest

from services.supervisor import STOP_WITHIN_S
from shared.config import SERVICES
from shared.policy.finding import yaml_files
from shared.policy.layout import belongs
from shared.settings import SETTINGS
from tests.unit.deploy.manifests import K8S, ROOT, every_manifest, parsed, read
from tests.unit.docs.test_commands import parse

BASE = K8S / "base"
COMMON = read(BASE / "pod.yaml")[0]["spec"]["template"]["spec"]
JOB = read(BASE / "topics.yaml")[0]["spec"]["template"]["spec"]


def own(service: str, kind: str) -> dict[str, Any]:
    (found,) = [each for each in read(BASE / f"{service}.yaml") if each["kind"] == kind]
    return found  # type: ignore[no-any-return]


def default_port(service: str) -> int:
    return int(SETTINGS[f"GUANXI_{service.upper()}_PORT"].default)


def test_every_file_is_put_to_use() -> None:
    base = read(BASE / "kustomization.yaml")[0]
    used = {*base["resources"], *(patch["path"] for patch in base["patches"]), "kustomization.yaml"}

    assert used == {path.name for path in BASE.iterdir()}
    assert {f"{service}.yaml" for service in SERVICES} <= used
    assert all(manifest["kind"] for _, manifest in every_manifest())


def test_what_is_common_is_laid_over_every_service() -> None:
    (patch,) = read(BASE / "kustomization.yaml")[0]["patches"]

    assert patch == {"path": "pod.yaml", "target": {"kind": "StatefulSet"}}
    for service in SERVICES:
        (container,) = own(service, "StatefulSet")["spec"]["template"]["spec"]["containers"]
        assert container["name"] == COMMON["containers"][0]["name"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_itself_on_its_own_port_within_bounds(service: str) -> None:
    (container,) = own(service, "StatefulSet")["spec"]["template"]["spec"]["containers"]

    assert container["args"] == ["serve", service]
    assert container["ports"] == [{"name": "http", "containerPort": default_port(service)}]
    assert own(service, "Service")["spec"]["ports"][0]["port"] == default_port(service)
    assert container["resources"]["requests"].keys() >= {"cpu", "memory"}
    assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("service", SERVICES)
def test_one_pod_of_a_service_may_go_and_the_others_stand_elsewhere(service: str) -> None:
    chosen = {"matchLabels": {"app.kubernetes.io/component": service}}
    stateful = own(service, "StatefulSet")["spec"]

    assert stateful["replicas"] >= 2
    assert own(service, "PodDisruptionBudget")["spec"] == {"maxUnavailable": 1, "selector": chosen}
    (spread,) = stateful["template"]["spec"]["topologySpreadConstraints"]
    assert spread["labelSelector"] == stateful["selector"] == chosen
    assert own(service, "Service")["spec"]["selector"] == chosen["matchLabels"]
    assert stateful["serviceName"] == own(service, "Service")["metadata"]["name"]


@pytest.mark.parametrize("pod", [COMMON, JOB], ids=["service", "topics"])
def test_a_pod_has_no_rights_and_no_token(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    user = f"USER {pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
    assert user in (ROOT / "deploy" / "Dockerfile").read_text()


@pytest.mark.parametrize("pod", [COMMON, JOB], ids=["service", "topics"])
def test_the_cluster_puts_no_variable_into_a_pod_that_reads_like_a_setting(pod: dict[str, Any]) -> None:
    assert pod["enableServiceLinks"] is False


@pytest.mark.parametrize("pod", [COMMON, JOB], ids=["service", "topics"])
def test_every_variable_is_a_setting_and_secrets_are_only_named(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    given = {each["name"]: each for each in container["env"]}

    assert set(given) <= set(SETTINGS)
    for name in ("GUANXI_BUS", "GUANXI_STORE", "GUANXI_SECRET"):
        assert given[name]["valueFrom"]["secretKeyRef"]["name"] == "guanxi-secrets"
    assert container["envFrom"] == [{"configMapRef": {"name": "guanxi-settings"}}]


def test_settings_in_the_config_map_are_settings() -> None:
    for kustomization in K8S.rglob("kustomization.yaml"):
        for generated in read(kustomization)[0].get("configMapGenerator", []):
            names = {literal.partition("=")[0] for literal in generated.get("literals", [])}
            assert names <= set(SETTINGS)


def test_there_is_no_secret_among_the_manifests() -> None:
    assert "Secret" not in {manifest["kind"] for _, manifest in every_manifest()}
    assert not any("secretGenerator" in manifest for _, manifest in every_manifest())


def test_the_job_runs_a_command_that_the_program_takes() -> None:
    parse(shlex.join(JOB["containers"][0]["args"]))


def test_a_pod_is_named_for_good_by_its_ordinal() -> None:
    given = {each["name"]: each for each in COMMON["containers"][0]["env"]}

    assert given["GUANXI_MEMBER"]["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}


def test_a_pod_is_asked_for_life_and_readiness_and_has_time_to_stop() -> None:
    (container,) = COMMON["containers"]
    asked = {
        probe: container[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }

    assert asked["startupProbe"] == asked["livenessProbe"] == {"path": "/healthz", "port": "http"}
    assert asked["readinessProbe"] == {"path": "/readyz", "port": "http"}
    assert COMMON["terminationGracePeriodSeconds"] >= STOP_WITHIN_S + 5


def test_only_what_is_written_to_is_writable() -> None:
    kinds = {volume["name"]: volume for volume in COMMON["volumes"]}
    for mount in COMMON["containers"][0]["volumeMounts"]:
        writable = "emptyDir" in kinds[mount["name"]]
        assert mount.get("readOnly", False) is not writable
    assert all("sizeLimit" in kinds[name]["emptyDir"] for name in ("home", "tmp"))


def test_policies_begin_with_nothing_and_open_the_ports_there_are() -> None:
    first, *others = read(BASE / "network.yaml")

    assert first["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    opened = {
        port["port"]
        for policy in others
        for rule in policy["spec"].get("ingress", [])
        for port in rule["ports"]
    }
    assert opened == {default_port(service) for service in SERVICES} | {"http"}


def test_the_config_map_holds_every_rule_file_and_puts_it_in_its_place() -> None:
    component = read(ROOT / "rules" / "kustomization.yaml")[0]
    (generated,) = component["configMapGenerator"]
    (patch,) = component["patches"]
    (volume,) = parsed(patch["patch"])["spec"]["template"]["spec"]["volumes"]
    keys = {entry.split("=")[-1]: entry.split("=")[0] for entry in generated["files"]}

    assert keys == {item["path"]: item["key"] for item in volume["configMap"]["items"]}
    assert set(keys) == {name for name in yaml_files(ROOT / "rules") if belongs(name)}
    assert generated["options"] == {"disableNameSuffixHash": True}
