"""Reports in Chinese: their own words are translated, what is data stays."""

from shared.reports.chinese import told_in
from shared.reports.lifecycle import Lifecycle, Stage
from shared.reports.lifecycle_sheets import lifecycle_sheets
from shared.reports.sheet import Sheet


def test_titles_headings_notes_and_lone_words_are_chinese() -> None:
    sheet = Sheet(
        "Open tasks: 6,155 in all, 6,038 overdue", [("high", "13085")], ("severity", "customer"), "and 9 more"
    )

    (told,) = told_in("zh", [sheet])

    assert told == Sheet(
        "待办关怀任务：共 6,155 项，逾期 6,038 项", [("高", "13085")], ("级别", "客户"), "另有 9 项"
    )


def test_what_is_not_listed_stays_as_it_is() -> None:
    sheet = Sheet("7 samurai", [("promote-core 72", "总分 63")])

    assert told_in("zh", [sheet]) == [sheet]


def test_names_and_values_of_rule_files_stay_though_they_are_headings_elsewhere() -> None:
    facts = Sheet(
        "Set by rules",
        [("客户细分", "value", "segment"), ("等级", "非会员", "tier")],
        ("", "value", "name in rules"),
    )
    labels = Sheet("", [("tier", "value")])

    told, labelled = told_in("zh", [facts, labels])

    assert told.rows == facts.rows
    assert told.headers == ("", "值", "规则中的名称")
    assert labelled.rows == [("等级", "value")]


def test_english_is_left_alone() -> None:
    sheet = Sheet("Circle", [("yes",)], ("holds",))

    assert told_in("en", [sheet]) == [sheet]


def test_a_stage_that_is_called_like_a_heading_elsewhere_keeps_its_name() -> None:
    found = Lifecycle(2, (Stage("lost", 2, 100.0, 1, 0, None, 5.0),), ())

    _, moves = told_in("zh", lifecycle_sheets(found))

    assert moves.headers == ("自", "→ lost")
