"""What somebody asks of a report is checked, and told with what was wrong."""

from datetime import date
from typing import Any

import pytest

from shared.asking.errors import MisaskedError
from shared.asking.wish import wish


def test_a_month_is_all_its_days() -> None:
    found = wish(month="2011-12")

    assert (found.first, found.last) == (date(2011, 12, 1).toordinal(), date(2011, 12, 31).toordinal())


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"month": "2011-13"}, "month"),
        ({"since": "june"}, "since"),
        ({"since": "2011-02-01", "until": "2011-01-01"}, "until"),
        ({"margin": 101.0}, "margin"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(asked: dict[str, Any], part: str) -> None:
    with pytest.raises(MisaskedError) as raised:
        wish(**asked)

    assert raised.value.asked == part
