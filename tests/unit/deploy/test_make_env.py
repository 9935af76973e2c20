"""Passwords for compose are made once, for one reader, and differ every time."""

import stat
import subprocess
from pathlib import Path

from shared.config import load_config
from tests.unit.deploy.manifests import ROOT
from tests.unit.deploy.test_compose import PASSWORDS


def make(path: Path) -> subprocess.CompletedProcess[str]:
    script = str(ROOT / "deploy" / "make-env.sh")
    return subprocess.run([script, str(path)], capture_output=True, text=True, check=False)


def values(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_it_makes_what_compose_asks_for_readable_by_its_owner_only(tmp_path: Path) -> None:
    assert make(tmp_path / "env").returncode == 0

    made = values(tmp_path / "env")
    assert set(made) == PASSWORDS
    assert all(len(value) >= 48 and value.isalnum() for value in made.values())
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600
    given = {"GUANXI_HOME": str(tmp_path), "GUANXI_SECRET": made["GUANXI_SECRET"]}
    assert load_config(given).secret == bytes.fromhex(made["GUANXI_SECRET"])


def test_no_two_runs_and_no_two_passwords_are_alike(tmp_path: Path) -> None:
    make(tmp_path / "one")
    make(tmp_path / "two")

    made = [*values(tmp_path / "one").values(), *values(tmp_path / "two").values()]
    assert len(set(made)) == len(made)


def test_it_never_replaces_what_is_there(tmp_path: Path) -> None:
    make(tmp_path / "env")
    before = (tmp_path / "env").read_bytes()

    again = make(tmp_path / "env")

    assert again.returncode == 1
    assert "left as it is" in again.stderr
    assert (tmp_path / "env").read_bytes() == before


def test_the_example_names_the_same_and_gives_no_value() -> None:
    assert values(ROOT / ".env.example") == dict.fromkeys(PASSWORDS, "")


def test_the_real_one_is_kept_out_of_repository_and_image() -> None:
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    assert not any(line.startswith("!.env") or line == "!." for line in ignored)
