"""From a directory of rule files to a checked bundle, and from a stored release back to one.

Everything is read into memory first, then hashed, checked and built; a directory is never loaded in
place. The digest is the SHA-256 of the canonical form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from errno import EACCES, EISDIR, ELOOP, ENOENT
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

from shared.errors import CorruptError
from shared.model.rules import Bundle
from shared.policy.canonical import decode, encode
from shared.policy.codes import MISSING_FILE, UNEXPECTED_FILE, UNREADABLE
from shared.policy.compiling import Compiler
from shared.policy.finding import yaml_files
from shared.policy.layout import REQUIRED, belongs
from shared.policy.nodes import Node, Span
from shared.policy.problems import Problem, Problems
from shared.policy.said import Said, name_it
from shared.policy.source import read_yaml
from shared.policy.suggest import did_you_mean

LARGEST_FILE = 1_000_000


@dataclass(frozen=True)
class Sources:
    """The texts of a bundle's files by path inside its directory; *root* is what people call it."""

    files: Mapping[str, str]
    root: str = "rules"
    unreadable: tuple[Problem, ...] = ()
    others: tuple[str, ...] = field(default=())  # YAML files that have no place in a bundle

    def __hash__(self) -> int:
        return hash((frozenset(self.files.items()), self.root, self.unreadable, self.others))

    def shown(self, path: str) -> str:
        """The name of *path* in messages."""
        return f"{self.root}/{path}" if self.root else path

    @property
    def texts(self) -> dict[str, str]:
        """The texts by the names used in messages."""
        return {self.shown(path): text for path, text in self.files.items()}

    @cached_property
    def parsed(self) -> tuple[dict[str, Node], tuple[Problem, ...]]:
        """Every file that is valid YAML, and what is wrong with the others."""
        found = {path: _parse(self.shown(path), text) for path, text in sorted(self.files.items())}
        nodes = {path: node for path, (node, _) in found.items() if node is not None}
        return nodes, tuple(problem for _, problems in found.values() for problem in problems)


@lru_cache(maxsize=128)
def _parse(shown: str, text: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read one file; a file that did not change since the last load is not read again."""
    problems = Problems()
    node = read_yaml(shown, text, problems)
    return node, tuple(problems.sorted())


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A bundle, unless an error stands among *problems*."""

    bundle: Bundle | None
    problems: list[Problem]


def load_directory(path: str | Path) -> Sources:
    """Read all rule files under *path* into memory; what cannot be read becomes a problem of the build."""
    root = Path(path)
    shown = root.as_posix()
    problems = Problems()
    if not root.is_dir():
        said = Said(f"there is no directory {shown}", f"没有目录 {shown}")
        problems.add(MISSING_FILE, Span(shown), said)
        return Sources({}, shown, tuple(problems.sorted()))
    files: dict[str, str] = {}
    others: list[str] = []
    for name, file in yaml_files(root).items():
        if not belongs(name):
            others.append(name)
        elif (text := read_text(file, f"{shown}/{name}", problems)) is not None:
            files[name] = text
    return Sources(files, shown, tuple(problems.sorted()), tuple(others))


def read_text(file: Path, shown: str, problems: Problems) -> str | None:
    """Return the text of one file; None when it cannot be read, with the reason in *problems*."""
    try:
        content = file.read_bytes()
    except OSError as error:
        problems.add(UNREADABLE, Span(shown), _refused(error))
        return None
    if len(content) > LARGEST_FILE:
        size = f"{len(content):,}"
        limit = Said(f"at most {LARGEST_FILE:,}", f"至多 {LARGEST_FILE:,}")
        said = Said(f"the file has {size} bytes", f"文件有 {size} 字节")
        problems.add(UNREADABLE, Span(shown), said, expected=limit)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        said, hint = (
            Said("the file is not UTF-8", "文件不是 UTF-8 编码"),
            Said("save it as UTF-8", "请存为 UTF-8"),
        )
        problems.add(UNREADABLE, Span(shown, line), said, suggestion=hint)
        return None


_REFUSALS = {EACCES: "没有读取权限", EISDIR: "这是目录", ENOENT: "文件已不存在", ELOOP: "链接互相指向"}


def _refused(error: OSError) -> Said:
    reason = _REFUSALS.get(error.errno or 0, f"系统错误 {error.errno}")
    return Said(f"the file cannot be read: {error.strerror}", f"文件无法读取：{reason}")


def build(sources: Sources, today: int | None = None) -> BuildResult:
    """Check all files together; *today* (an ordinal) also finds rules that have expired."""
    bundle, problems = _built(sources, today)
    return BuildResult(bundle, [*problems])


@lru_cache(maxsize=32)
def _built(sources: Sources, today: int | None) -> tuple[Bundle | None, tuple[Problem, ...]]:
    """Build once what several ask for: checking what rules do together takes most of a second."""
    documents, found = sources.parsed
    problems = Problems()
    for problem in (*sources.unreadable, *found):
        problems.keep(problem)
    _check_layout(sources, problems)
    unreadable = {path for path in sources.files if path not in documents}
    unreadable |= {path for path in REQUIRED if path not in sources.files}
    unreadable |= {problem.file.removeprefix(f"{sources.root}/") for problem in sources.unreadable}
    compiler = Compiler(documents, unreadable, sources.shown, problems, today, thorough=True)
    bundle = compiler.compile(sha256(encode(documents)).hexdigest())
    return None if problems.has_errors else bundle, tuple(problems.sorted())


def _check_layout(sources: Sources, problems: Problems) -> None:
    known = {problem.file for problem in sources.unreadable}
    for path in REQUIRED:
        if path not in sources.files and sources.shown(path) not in known and sources.root not in known:
            said = Said(f"the bundle needs {path}", f"规则包缺少 {path}")
            problems.add(MISSING_FILE, Span(sources.shown(path)), said)
    for path in sources.others:
        near = did_you_mean(path, REQUIRED)
        if path.endswith(".yml"):
            near = name_it(f"{path.removesuffix('.yml')}.yaml")
        said = Said(f"{path} has no place in a bundle", f"{path} 不属于规则包")
        problems.add(UNEXPECTED_FILE, Span(sources.shown(path)), said, suggestion=near)


def canonical(sources: Sources) -> bytes:
    """The canonical JSON of *sources*: all that a release has to keep."""
    documents, _ = sources.parsed
    return encode(documents)


def bundle_from_canonical(content: bytes) -> Bundle:
    """Rebuild the bundle of a stored release, without its files; raises `CorruptError`."""
    documents = decode(content)
    if missing := [path for path in REQUIRED if path not in documents]:
        raise CorruptError(f"the stored release lacks {', '.join(missing)}")
    problems = Problems()
    bundle = Compiler(documents, set(), str, problems).compile(sha256(content).hexdigest())
    if problems.has_errors:
        first = next(problem for problem in problems.sorted() if problem.severity == "error")
        raise CorruptError(f"the stored release does not build any more: {first}")
    return bundle
