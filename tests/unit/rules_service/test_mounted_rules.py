"""Rule files that an orchestrator mounts: links into a hidden folder, swapped as a whole in one step."""

import shutil
from pathlib import Path
from threading import Event, Thread

import pytest

from services.rules.releases import Releases
from services.rules.watcher import RulesWatcher
from shared.policy.finding import yaml_files
from shared.policy.release import build, load_directory
from tests.unit.rules_service.conftest import SMALL, Office

MEMBERSHIP = "policies/membership.yaml"


class Mount:
    """A directory laid out and updated as Kubernetes does it for a ConfigMap with paths."""

    def __init__(self, path: Path, source: Path) -> None:
        self.path = path
        self._count = 0
        path.mkdir()
        self.publish(source)
        for name in (path / "..data").iterdir():
            (path / name.name).symlink_to(Path("..data") / name.name)

    def publish(self, source: Path) -> None:
        """Write every file anew beside the old ones, then exchange the one link that leads to them."""
        before = (self.path / "..data").readlink() if self._count else None
        self._count += 1
        fresh = self.path / f"..2026_01_01_{self._count}"
        shutil.copytree(source, fresh)
        (self.path / "..data_tmp").symlink_to(fresh.name)
        (self.path / "..data_tmp").rename(self.path / "..data")
        if before:
            shutil.rmtree(self.path / before)


@pytest.fixture
def mount(office: Office) -> Mount:
    return Mount(office.directory / "mounted", office.rules)


def test_a_mounted_bundle_is_the_same_release_as_the_plain_files(office: Office, mount: Mount) -> None:
    plain, mounted = load_directory(office.rules), load_directory(mount.path)

    assert mounted.files == plain.files
    assert mounted.others == ()
    assert build(mounted).bundle == build(plain).bundle


def test_a_swap_of_the_mount_activates_the_new_files(office: Office, mount: Mount) -> None:
    watcher = RulesWatcher(mount.path, office.releases)
    watcher.start()
    office.edit(MEMBERSHIP, "less than 60", "less than 55")

    mount.publish(office.rules)
    watcher.look()

    active = office.releases.active()
    assert active is not None
    assert (active.number, watcher.problems) == (2, ())


def test_a_swap_that_keeps_times_and_sizes_is_seen(office: Office, mount: Mount) -> None:
    watcher = RulesWatcher(mount.path, office.releases)
    watcher.start()
    office.edit(MEMBERSHIP, "less than 60", "less than 55")
    shutil.copystat(SMALL / MEMBERSHIP, office.rules / MEMBERSHIP)

    mount.publish(office.rules)
    watcher.look()

    active = office.releases.active()
    assert active is not None
    assert active.number == 2


def test_files_that_are_swapped_while_they_are_read_are_never_mixed(
    office: Office, mount: Mount, tmp_path: Path
) -> None:
    allowed = set()
    for bar in (60, 55):
        variant = shutil.copytree(SMALL, tmp_path / str(bar))
        for name in (MEMBERSHIP, "policy.yaml"):
            text = (variant / name).read_text()
            (variant / name).write_text(text.replace("less than 60", f"less than {bar}") + f"# {bar}\n")
        allowed.add(frozenset(load_directory(variant).files.items()))
    seen: list[frozenset[tuple[str, str]]] = []
    store = Releases.store

    class Noting(Releases):
        def store(self, bundle, sources):  # type: ignore[no-untyped-def]
            seen.append(frozenset(sources.files.items()))
            return store(self, bundle, sources)

    done = Event()

    def swap() -> None:
        for turn in range(60):
            mount.publish(tmp_path / ("60" if turn % 2 else "55"))
        done.set()

    told = office.releases
    noting = Noting(told.collection, told.producer, told.partitions, told.clock)
    mount.publish(tmp_path / "60")
    watcher = RulesWatcher(mount.path, noting)
    swapping = Thread(target=swap)
    swapping.start()
    while not done.is_set():
        watcher.look()
    swapping.join()

    assert seen
    assert set(seen) <= allowed


def test_hidden_names_and_what_lies_beside_are_no_rules(tmp_path: Path) -> None:
    for name in (
        "policy.yaml",
        ".hidden/a.yaml",
        ".b.yaml",
        "tests/c.yaml",
        "kustomization.yaml",
        "policies/d.yml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert list(yaml_files(tmp_path)) == ["policies/d.yml", "policy.yaml"]


def test_a_link_that_leads_back_is_walked_once(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").touch()
    (tmp_path / "policies").symlink_to(tmp_path)

    assert list(yaml_files(tmp_path)) == ["policy.yaml"]
