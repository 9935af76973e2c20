"""Rule files that an orchestrator mounts: links into a hidden folder, swapped as a whole in one step."""

import shutil
from pathlib import Path

import pytest

from services.rules.releases import Releases
from services.rules.watcher import RulesWatcher
from shared.model.rules import Bundle
from shared.policy import release
from shared.policy.finding import yaml_files
from shared.policy.problems import Problems
from shared.policy.release import Sources, build, load_directory
from tests.unit.rules_service.conftest import SMALL, Office, office_of

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
    watcher = RulesWatcher(mount.path, office_of(office))
    watcher.start()
    office.edit(MEMBERSHIP, "less than 60", "less than 55")

    mount.publish(office.rules)
    watcher.look()

    active = office.releases.active()
    assert active is not None
    assert (active.number, watcher.problems) == (2, ())


def test_a_swap_that_keeps_times_and_sizes_is_seen(office: Office, mount: Mount) -> None:
    watcher = RulesWatcher(mount.path, office_of(office))
    watcher.start()
    office.edit(MEMBERSHIP, "less than 60", "less than 55")
    shutil.copystat(SMALL / MEMBERSHIP, office.rules / MEMBERSHIP)

    mount.publish(office.rules)
    watcher.look()

    active = office.releases.active()
    assert active is not None
    assert active.number == 2


def test_files_that_are_swapped_while_they_are_read_are_never_mixed(
    office: Office, mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = RulesWatcher(mount.path, office_of(office))
    watcher.start()
    for name in (MEMBERSHIP, "policy.yaml"):
        with (office.rules / name).open("a") as file:
            file.write("# new\n")
    office.edit(MEMBERSHIP, "less than 60", "less than 55")
    stored: list[dict[str, str]] = []
    store, read = Releases.store, release.read_text

    def read_and_swap(file: Path, shown: str, problems: Problems) -> str | None:
        text = read(file, shown, problems)
        if shown.endswith("policies/membership.yaml"):  # policy.yaml follows, out of the new folder
            monkeypatch.setattr(release, "read_text", read)
            mount.publish(office.rules)
        return text

    def note(self: Releases, bundle: Bundle, sources: Sources) -> str:
        stored.append(dict(sources.files))
        return store(self, bundle, sources)

    (mount.path / MEMBERSHIP).touch()  # something to look at
    monkeypatch.setattr(release, "read_text", read_and_swap)
    monkeypatch.setattr(Releases, "store", note)
    watcher.look()

    assert stored == [dict(load_directory(office.rules).files)]


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
