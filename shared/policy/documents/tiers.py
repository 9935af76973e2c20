"""tiers.yaml: membership levels and the privileges they carry."""

from shared.model.catalogue import Entitlement, Tier
from shared.policy.codes import UNKNOWN_NAME
from shared.policy.documents.manifest import read_titled
from shared.policy.nodes import Node
from shared.policy.reading import FACT_NAME, Reading
from shared.policy.said import Said
from shared.policy.shapes import TIER, TIERS


def read_tiers(node: Node, reading: Reading) -> tuple[tuple[Tier, ...], dict[str, Entitlement]]:
    """Read the tiers by rank, and the entitlements."""
    fields = reading.fields(node, TIERS)
    if fields is None:
        return (), {}
    titled = read_titled(fields.get("entitlements"), Said("an entitlement", "权益"), reading)
    entitlements = {name: Entitlement(name, title) for name, title in titled.items()}
    tiers: list[Tier] = []
    expected = Said("tiers by name, lowest first", "按名称列出的等级，由低到高")
    for key, value in reading.entries(fields.get("tiers"), expected):
        entry = reading.fields(value, TIER)
        if entry and reading.name(key, FACT_NAME, Said("a tier", "等级")):
            for word in entry.scalars("entitlements"):
                reading.lookup(word, entitlements, Said("entitlement", "权益"), UNKNOWN_NAME)
            tiers.append(Tier(key.text, entry.words("title"), len(tiers), entry.texts("entitlements")))
    return tuple(tiers), entitlements
