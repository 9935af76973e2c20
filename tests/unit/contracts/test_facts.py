"""Facts and anchors keep their values on the wire and in documents."""

from shared.contracts.facts import anchors_from_json, anchors_to_json, facts_from_json, facts_to_json
from shared.contracts.snapshot import Anchor

FACTS = {"spend": 5, "groups": ("vip", "new"), "stage": "grown", "share": 1.5, "agreed": True}


def test_facts_of_several_texts_are_lists_outside_and_tuples_inside() -> None:
    assert facts_to_json(FACTS)["groups"] == ["vip", "new"]
    assert facts_from_json(facts_to_json(FACTS)) == FACTS


def test_a_reader_gets_a_dictionary_of_its_own() -> None:
    for facts in (FACTS, {"spend": 5}):
        for copy in (facts_to_json(facts), facts_from_json(facts_to_json(facts))):
            copy["spend"] = 6
            assert facts["spend"] == 5


def test_an_anchor_is_its_day_factor_and_divisor() -> None:
    anchors = {"silence": Anchor(7), "ratio": Anchor(7, 2, 3.5)}

    assert anchors_to_json(anchors) == {"silence": [7, 1, 1], "ratio": [7, 2, 3.5]}
    assert anchors_from_json(anchors_to_json(anchors)) == anchors
