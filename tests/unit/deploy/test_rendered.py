"""What a cluster is given, put together by kustomize."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.config import SERVICES
from tests.unit.deploy.manifests import Manifest, rendered


@pytest.fixture(scope="module")
def manifests() -> list[Manifest]:
    return rendered()


def pods(manifests: list[Manifest]) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in manifests:
        if each["kind"] in {"StatefulSet", "Job"}:
            yield each["metadata"]["name"], each["spec"]["template"]["spec"]


def test_every_container_is_complete(manifests: list[Manifest]) -> None:
    found = dict(pods(manifests))

    assert set(found) == {*SERVICES, "topics"}
    for name, pod in found.items():
        (container,) = pod["containers"]
        assert container["image"] == "registry.example.com/guanxi:0.1.0"
        assert container["resources"]["limits"]["memory"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert pod["enableServiceLinks"] is False
        if name != "topics":
            assert container["readinessProbe"]
            assert container["args"] == ["serve", name]


def test_labels_of_ours_are_asked_of_no_pod_of_others(manifests: list[Manifest]) -> None:
    policies = [each for each in manifests if each["kind"] == "NetworkPolicy"]
    asked = [
        peer["podSelector"]
        for policy in policies
        for rule in policy["spec"].get("egress", [])
        for peer in rule["to"]
        if "podSelector" in peer
    ]

    assert asked
    assert all("app.kubernetes.io/name" not in peer.get("matchLabels", {}) for peer in asked)


def test_a_selector_finds_the_pods_it_is_meant_for(manifests: list[Manifest]) -> None:
    labels = [
        each["spec"]["template"]["metadata"]["labels"] for each in manifests if each["kind"] == "StatefulSet"
    ]
    for each in manifests:
        if each["kind"] in {"Service", "PodDisruptionBudget"}:
            chosen = each["spec"]["selector"]
            wanted = chosen.get("matchLabels", chosen).items()
            assert sum(wanted <= carried.items() for carried in labels) == 1


def test_rule_files_are_mounted_where_they_are_read_and_stay_under_their_name(
    manifests: list[Manifest],
) -> None:
    (rules,) = [each for each in manifests if each["metadata"]["name"] == "guanxi-rules"]
    for name, pod in pods(manifests):
        mounted = [each["mountPath"] for each in pod["containers"][0].get("volumeMounts", [])]
        assert ("/rules" in mounted) == (name in {"ingest", "rules"})
    assert "policies.membership.yaml" in rules["data"]


def test_workers_never_outnumber_the_partitions(manifests: list[Manifest]) -> None:
    (settings,) = [each for each in manifests if each["metadata"]["name"].startswith("guanxi-settings")]
    replicas = [each["spec"]["replicas"] for each in manifests if each["kind"] == "StatefulSet"]

    assert max(replicas) <= int(settings["data"]["GUANXI_PARTITIONS"])
