"""Who left and who came back, as tables of text. Pure."""

from shared.model.rules import Bundle
from shared.model.values import in_language
from shared.reports.sheet import Sheet
from shared.reports.winback import HELD_OUT, NOT_CALLED, Called, Leaver, Winback
from shared.reports.wording import iso, rule_title

NOTE = "year before: bought in the year before leaving; who has not come back and was worth most stands first"
PROOF = "whether the call was the reason is told by `guanxi report uplift`"


def winback_sheets(found: Winback, bundle: Bundle, language: str) -> list[Sheet]:
    """The list to work on, and the result."""
    rows = [_leaver(each, bundle, language) for each in found.leavers]
    results = [_result(each, bundle) for each in found.results]
    headers = (
        "customer",
        "left on",
        "rule",
        "because",
        "year before",
        "call",
        "bought again",
        "bought since",
        "member again",
    )
    return [
        Sheet(f"Who left the circle: {len(rows):,}", rows, headers, NOTE),
        Sheet(
            "Won back",
            results,
            ("call", "who left", "came back", "share", "members again", "bought since"),
            PROOF,
        ),
    ]


def _leaver(each: Leaver, bundle: Bundle, language: str) -> tuple[str, ...]:
    return (
        each.customer,
        iso(each.day),
        rule_title(bundle, each.rule, language),
        in_language(each.reason, language),
        _money(each.worth, bundle),
        _call(each.call),
        iso(each.bought_again) if each.bought_again else "",
        _money(each.since, bundle) if each.since else "",
        iso(each.member_again) if each.member_again else "",
    )


def _result(each: Called, bundle: Bundle) -> tuple[str, ...]:
    return (
        _call(each.call),
        f"{each.leavers:,}",
        f"{each.came_back:,}",
        f"{each.came_back_percent:.1f} %",
        f"{each.members_again:,}",
        _money(each.since, bundle),
    )


def _money(value: float, bundle: Bundle) -> str:
    return f"{value:,.{bundle.catalogue.minor_digits}f} {bundle.catalogue.currency}"


def _call(status: str) -> str:
    return status if status in {HELD_OUT, NOT_CALLED} else f"call {status}"
