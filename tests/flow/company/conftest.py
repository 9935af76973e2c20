"""A small company run with Guanxi in the loop, as a person would: by one command, with real services."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

ROOT = Path(__file__).parents[3]
OWN = Path(__file__).parent / "rules"
URLS = {"bus", "store"}
CATALOGUE = ("events.yaml", "metrics.yaml", "traits.yaml", "tiers.yaml", "lists", "calendars")


@dataclass(frozen=True)
class Company:
    """What `guanxi company run` left in *home*, and what it told; *outside* says where bus and store are."""

    home: Path
    told: dict[str, Any]
    outside: Mapping[str, str] = field(default_factory=dict)

    def guanxi(self, *arguments: str) -> bytes:
        """The output of a command about this company; it must not fail."""
        return _guanxi(*arguments, "--home", str(self.home), outside=self.outside)

    def care(self) -> list[dict[str, Any]]:
        """What the staff did, in the order in which it was planned."""
        return [orjson.loads(line) for line in (self.home / "company.care.jsonl").read_bytes().splitlines()]


Run = Callable[..., Company]


@pytest.fixture(scope="session")
def run_company(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a company under one rule that orders care; options of the command may be given."""
    rules = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(OWN, rules)
    for name in CATALOGUE:
        source = ROOT / "rules" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, rules / name)
    with (rules / "policy.yaml").open("a", encoding="utf-8") as manifest:
        for name in ("calendars", "lists"):
            listed = ", ".join(sorted(file.stem for file in (rules / name).glob("*.yaml")))
            manifest.write(f"{name}: [{listed}]\n")

    def run(meanwhile: Callable[[Path], None] = lambda home: None, **options: float | str) -> Company:
        home = tmp_path_factory.mktemp("company") / "home"
        given = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        command = ["company", "run", "--json", "--home", str(home), "--rules", str(rules), *given]
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(_guanxi, *command)
            meanwhile(home)
            outside = {f"GUANXI_{name.upper()}": str(options[name]) for name in URLS & options.keys()}
            return Company(home, orjson.loads(running.result()), outside)

    return run


def _guanxi(*arguments: str, outside: Mapping[str, str] | None = None) -> bytes:
    ours = {"GUANXI_HOME", "GUANXI_BUS", "GUANXI_STORE", "GUANXI_KEY"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [sys.executable, "-m", "services", *arguments], capture_output=True, cwd=ROOT,
        env={**environment, **(outside or {})},
        timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
