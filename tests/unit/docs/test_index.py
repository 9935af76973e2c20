"""The index of the documents leads to each of them, and nowhere else."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"


def test_every_document_is_in_the_index_and_every_link_leads_somewhere() -> None:
    linked = set(re.findall(r"\]\(([^)]+)\)", (DOCS / "README.md").read_text(encoding="utf-8")))
    present = {f"{path.name}/" if path.is_dir() else path.name for path in DOCS.iterdir()} - {"README.md"}

    assert linked == present
