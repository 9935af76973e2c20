"""Whatever slip is made in whatever file, the build tells problems and never fails."""

from hypothesis import given
from hypothesis import strategies as st

from shared.policy.problems import to_github, to_human, to_json
from shared.policy.release import Sources, build
from tests.language.test_broken_files import BASE

WORDS = sorted({word for text in BASE.files.values() for word in text.replace(":", " ").split()})
PIECES = st.sampled_from(
    [*WORDS, "", "[", "]", "{", "}", ": ", "- ", "\n", "  ", "$near", "0", "null", "{a: b}"]
)


@st.composite
def slips(draw: st.DrawFn) -> Sources:
    """One file with up to three words or lines replaced, swapped or taken away."""
    path = draw(st.sampled_from(sorted(BASE.files)))
    lines = BASE.files[path].split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        parts = lines[at].split(" ")
        if draw(st.booleans()):
            parts[draw(st.integers(0, len(parts) - 1))] = draw(PIECES)
            lines[at] = " ".join(parts)
        else:
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], draw(st.sampled_from([lines[at], ""]))
    return Sources({**BASE.files, path: "\n".join(lines)}, "rules")


@given(slips())
def test_a_slip_gives_a_bundle_or_problems_with_a_place(sources: Sources) -> None:
    result = build(sources)

    assert (result.bundle is None) == any(problem.severity == "error" for problem in result.problems)
    assert all(problem.line >= 1 and problem.column >= 1 and problem.file for problem in result.problems)
    for told in (
        to_human(result.problems, sources.texts),
        to_json(result.problems),
        to_github(result.problems),
    ):
        assert told or not result.problems
