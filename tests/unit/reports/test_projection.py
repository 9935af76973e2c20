"""The projection keeps what the business knows and drops how it came about."""

from shared.reports.projection import as_line, business_projection


def test_positions_outboxes_and_numbers_are_left_out() -> None:
    document = {
        "_id": "li", "partition": 1, "log": "x", "offset": 9, "seen": 4, "sequence": 7, "outbox": [[9, []]],
        "due_day": 5, "tier": "core", "snapshot": {"sequence": 4, "facts": {"score": 70}},
    }  # fmt: skip

    assert business_projection("relationships", document) == {
        "_id": "li",
        "tier": "core",
        "snapshot": {"facts": {"score": 70}},
    }


def test_of_a_decision_only_the_engine_is_left_out() -> None:
    document = {"_id": "d1", "customer": "li", "engine": "durable", "agreed": True, "day": 5}

    assert business_projection("decisions", document) == {"_id": "d1", "customer": "li", "day": 5}


def test_the_same_document_is_the_same_line_in_whatever_order_it_was_built() -> None:
    assert as_line({"b": 1, "a": 2}) == as_line({"a": 2, "b": 1}) == b'{"a":2,"b":1}\n'
