"""tiers.yaml: membership levels and the privileges they carry."""

from shared.model.catalogue import Entitlement, Tier
from shared.policy.codes import UNKNOWN_NAME
from shared.policy.documents.manifest import read_titled
from shared.policy.nodes import Node
from shared.policy.reading import FACT_NAME, Reading
from shared.policy.shapes import TIER, TIERS


def read_tiers(node: Node, reading: Reading) -> tuple[tuple[Tier, ...], dict[str, Entitlement]]:
    """Read the tiers by rank, and the entitlements."""
    fields = reading.fields(node, TIERS)
    if fields is None:
        return (), {}
    titled = read_titled(fields.get("entitlements"), "an entitlement", reading)
    entitlements = {name: Entitlement(name, title) for name, title in titled.items()}
    tiers: list[Tier] = []
    for key, value in reading.entries(fields.get("tiers"), "tiers by name, lowest first"):
        entry = reading.fields(value, TIER)
        if entry and reading.name(key, FACT_NAME, "a tier"):
            for word in entry.scalars("entitlements"):
                reading.lookup(word, entitlements, "entitlement", UNKNOWN_NAME)
            tiers.append(Tier(key.text, entry.words("title"), len(tiers), entry.texts("entitlements")))
    return tuple(tiers), entitlements
