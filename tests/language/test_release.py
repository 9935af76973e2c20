"""A release: what changes its digest, and how it comes back without its files."""

from pathlib import Path
from random import Random
from time import process_time

import orjson
import pytest

from shared.errors import CorruptError
from shared.policy.release import Sources, build, bundle_from_canonical, canonical, load_directory
from tests.language.bundles import RULES, changed, default_bundle, default_sources, edited


def digest_of(sources: Sources) -> str:
    bundle = build(sources).bundle
    assert bundle is not None
    return bundle.digest


def test_the_default_bundle_has_no_problem_at_all() -> None:
    assert build(default_sources()).problems == []


def test_a_stored_release_is_rebuilt_exactly_without_its_files() -> None:
    rebuilt = bundle_from_canonical(canonical(default_sources()))

    assert rebuilt == default_bundle()
    assert repr(rebuilt) == repr(default_bundle()), "the order of names is the same as well"


@pytest.mark.parametrize("name", ["fields", "values", "events", "routes"])
def test_a_field_may_be_named_as_a_key_of_rule_files_is(name: str) -> None:
    field = "      to: {type: text, personal: true, title: {en: Recommended to, zh: 推荐给}}\n"
    sources = edited(
        "events.yaml", (field, field + f"      {name}: {{title: {{en: Named so}}, type: text}}\n")
    )
    built = build(sources).bundle

    assert built is not None
    assert name in built.catalogue.events["referral.made"].fields
    assert bundle_from_canonical(canonical(sources)) == built


def test_a_store_that_sorts_keys_does_not_harm_a_release() -> None:
    stored = orjson.loads(canonical(default_sources()))

    again = orjson.dumps(stored, option=orjson.OPT_SORT_KEYS)

    assert again == canonical(default_sources())


def test_comments_blank_lines_and_quotes_leave_the_digest_alone() -> None:
    path = "policies/membership.yaml"
    text = default_sources().files[path]
    rewritten = "# another comment\n\n" + text.replace("priority: 20", "priority: '20'   # said otherwise")

    assert rewritten != text
    assert digest_of(changed({path: rewritten})) == default_bundle().digest


def test_the_order_of_a_rules_keys_leaves_the_digest_alone() -> None:
    before = "    cool_down: 300 days\n\n  - id: care-christmas"
    moved = "\n  - id: care-christmas"
    sources = edited(
        "policies/care.yaml",
        (before, moved),
        ("  - id: care-birthday\n", "  - id: care-birthday\n    cool_down: 300 days\n"),
    )

    assert digest_of(sources) == default_bundle().digest


def test_a_threshold_changes_the_digest() -> None:
    sources = edited("lists/thresholds.yaml", ("keep_score: 58", "keep_score: 57"))

    assert digest_of(sources) != default_bundle().digest


def test_the_order_of_tiers_changes_the_digest() -> None:
    text = default_sources().files["tiers.yaml"]
    none, core = text.index("  none:"), text.index("  core:")
    end = text.index("\nentitlements:")
    swapped = text[:none] + text[core:end] + text[none:core] + text[end:]

    assert canonical(changed({"tiers.yaml": swapped})) != canonical(default_sources())


def test_the_digest_does_not_depend_on_where_the_files_lie() -> None:
    shuffled = list(default_sources().files.items())
    Random(7).shuffle(shuffled)

    assert digest_of(Sources(dict(shuffled), "elsewhere")) == default_bundle().digest


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"format": 2, "files": {}}', b'{"format": 1, "files": {}}']
)
def test_a_stored_release_that_is_no_bundle_is_corrupt(content: bytes) -> None:
    with pytest.raises(CorruptError):
        bundle_from_canonical(content)


def test_loading_and_building_the_default_bundle_is_quick() -> None:
    began = process_time()

    build(Sources(load_directory(RULES).files, "a root under which no file is cached"))

    assert process_time() - began < 1.5


def test_a_directory_that_is_not_there_is_one_problem() -> None:
    result = build(load_directory("no/such/rules"))

    assert result.bundle is None
    assert [problem.code for problem in result.problems] == ["E103"]


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "tiers.yaml").write_bytes("tiers:\n  none: {title: {zh: 会员}}\n".encode("gbk"))

    problems = build(load_directory(tmp_path)).problems

    assert [(p.file, p.line) for p in problems if p.code == "E102"] == [
        (f"{tmp_path.as_posix()}/tiers.yaml", 2)
    ]


def test_a_broken_catalogue_file_does_not_make_every_use_of_its_names_a_problem() -> None:
    problems = build(changed({"metrics.yaml": "metrics: [\n"})).problems

    assert {problem.file for problem in problems} == {"rules/metrics.yaml"}


def test_problems_of_several_files_come_sorted_in_one_run() -> None:
    tiers = default_sources().files["tiers.yaml"].replace("title: {en: Core", "tittle: {en: Core")
    review = default_sources().files["policies/review.yaml"].replace("tier: is core", "teir: is core", 2)

    problems = build(changed({"tiers.yaml": tiers, "policies/review.yaml": review})).problems

    assert [problem.file for problem in problems] == [
        "rules/policies/review.yaml", "rules/policies/review.yaml", "rules/tiers.yaml", "rules/tiers.yaml",
    ]  # fmt: skip
    assert problems == sorted(problems, key=lambda p: (p.file, p.line, p.column))


def test_a_file_that_would_do_nothing_is_a_problem(tmp_path: Path) -> None:
    for path, text in default_sources().files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / "metric.yaml").write_text("metrics: {}\n", encoding="utf-8")
    (tmp_path / "policies" / "care.yml").write_text("policy: care\n", encoding="utf-8")

    problems = build(load_directory(tmp_path)).problems

    assert [problem.suggestion for problem in problems] == [
        'did you mean "metrics.yaml"?',
        'name it "policies/care.yaml"',
    ]
