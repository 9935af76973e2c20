"""Scales that read well, and drawings that stay within their frame and say what they show."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.charts.columns import Series, columns
from shared.charts.curves import Ground, Line, Mark, curves
from shared.charts.figure import WIDTH, Figure, Key, picture, section
from shared.charts.heat import heat, height_of
from shared.charts.intervals import Interval, intervals
from shared.charts.marks import clipped, width_of, words
from shared.charts.rows import Part, Row, rows
from shared.charts.scale import around_zero, round_above

SVG = "{http://www.w3.org/2000/svg}"
VALUES = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 2))
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1.57, 2), (83.9, 100), (1_085.4, 1_500), (0.3, 0.3), (1_000, 1_000)]
)
def test_a_scale_ends_at_a_round_number(value: float, top: float) -> None:
    assert round_above(value) == pytest.approx(top)


@given(st.floats(1e-6, 1e12))
def test_a_scale_holds_its_values_and_is_never_half_empty(value: float) -> None:
    top = round_above(value)

    assert value <= top * (1 + 1e-9)
    assert value > top * 0.65


@given(st.floats(-1e6, 1e6, allow_subnormal=False), st.floats(-1e6, 1e6, allow_subnormal=False))
def test_a_scale_around_zero_holds_zero_and_both_ends(one: float, other: float) -> None:
    low, high = around_zero(min(one, other), max(one, other))

    assert low <= 0 <= high
    assert low <= min(one, other) * (1 - 1e-9) or min(one, other) >= 0
    assert high >= max(one, other) * (1 - 1e-9) or max(one, other) <= 0
    assert low < high


def drawn(body: str, height: float = 300.0) -> Element:
    return fromstring(picture([Figure("t", "d", height, body)], "en"))


def boxes(root: Element) -> Iterator[tuple[float, float, float, float]]:
    for figure in root.findall(f"{SVG}g"):
        for box in figure.iter(f"{SVG}rect"):
            yield tuple(float(box.get(name, "nan")) for name in ("x", "y", "width", "height"))  # type: ignore[misc]


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=30))
def test_columns_stay_within_their_frame(pairs: list[tuple[float, float]]) -> None:
    series = [Series("new", "a", [a for a, _ in pairs]), Series("bad", "b", [b for _, b in pairs])]
    body = columns([f"2010-{at:02d}" for at in range(len(pairs))], series, 200)

    for x, y, width, height in boxes(drawn(body)):
        assert 0 <= x <= x + width <= WIDTH
        assert 0 <= y <= y + height <= 200.1


@given(st.lists(st.tuples(NAMES, st.floats(0, 1e9)), min_size=1, max_size=12))
def test_rows_stay_within_their_frame_whatever_their_names(found: list[tuple[str, float]]) -> None:
    body = rows([Row(name, [Part("new", value), Part("bad", value)], "said") for name, value in found])

    for x, _, width, _ in boxes(drawn(body)):
        assert 0 <= x <= x + width <= WIDTH


def test_bars_are_as_long_as_what_they_stand_for() -> None:
    body = rows([Row("a", [Part("new", 10)], ""), Row("b", [Part("new", 30)], "")])
    (_, _, short, _), (_, _, long, _) = boxes(drawn(body))

    assert long == pytest.approx(3 * short, abs=0.2)


def test_what_went_stands_below_the_line_and_what_came_above() -> None:
    body = columns(["m"], [Series("new", "came", [3]), Series("bad", "went", [-3])], 200)
    (_, above, _, height), (_, below, _, _) = boxes(drawn(body))

    assert above + height == pytest.approx(below, abs=0.2)


def test_a_point_that_is_not_known_is_left_out_of_a_curve() -> None:
    ground = Ground([(0, "a"), (2, "b")], [(0, "0"), (1, "1")])
    root = drawn(
        curves([Line("new", [(0, 0.0), (1, None), (2, 1.0)])], ground, [Mark((2, 1), "bad", "here")])
    )

    (line,) = root.iter(f"{SVG}polyline")
    assert len(line.get("points", "").split()) == 2


def test_cells_of_a_table_are_the_darker_the_more_they_hold() -> None:
    root = drawn(heat(["a", "b"], {(0, 1): 1, (1, 0): 4}), height_of(2))
    shades = [box.get("fill-opacity", "1") for box in root.iter(f"{SVG}rect") if box.get("class") == "f-new"]

    assert sorted(shades) == ["0.34", "1"]


def test_an_interval_that_is_not_known_draws_no_line_and_says_why() -> None:
    known = Interval("sure", -1, 2, 0.5, "shown")
    root = drawn(intervals([known, Interval("unsure", None, 0, 0, "not enough data")], -2, 2, [-2, 0, 2]))

    assert len([each for each in root.iter(f"{SVG}line") if "whisker" in each.get("class", "")]) == 1
    assert "not enough data" in [text.text for text in root.iter(f"{SVG}text")]


@given(NAMES, NAMES)
def test_whatever_words_are_drawn_the_file_is_well_formed_and_says_them(title: str, told: str) -> None:
    root = fromstring(picture([Figure(title, told, 20, words(0, 9, told), (Key("new", title),))], "zh"))

    (figure,) = root.findall(f"{SVG}g")
    assert figure.findtext(f"{SVG}title") == title
    assert figure.findtext(f"{SVG}desc") == told


def test_figures_of_one_page_have_names_of_their_own() -> None:
    figure = Figure("t", "d", 20, "")
    assert 'aria-labelledby="figure-1 figure-1-told"' in section(figure, 1)
    assert 'id="figure-2-told"' in section(figure, 2)


@given(NAMES, st.floats(20, 200))
def test_a_name_that_is_too_long_is_cut_to_its_room(name: str, room: float) -> None:
    assert width_of(clipped(name, room)) <= max(room, 12)
