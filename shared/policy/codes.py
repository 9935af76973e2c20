"""Every code a problem in a rule file may carry, declared once.

Codes never change their meaning and are never reused; each has a section in docs/policy-errors.md
with a wrong and a right example. E1xx files and YAML, E2xx shape, names, types and units, x3xx what
the rules together would do. A code that begins with W warns and does not stop a release.
"""

from dataclasses import dataclass

REGISTRY: dict[str, "Code"] = {}


@dataclass(frozen=True, slots=True)
class Code:
    """A stable name for one kind of fault."""

    id: str
    summary: str

    @property
    def is_error(self) -> bool:
        """Whether a release with this problem is refused."""
        return self.id.startswith("E")


def _declare(code_id: str, summary: str) -> Code:
    code = Code(code_id, summary)
    REGISTRY[code_id] = code
    return code


YAML_SYNTAX = _declare("E101", "The file is not valid YAML")
UNREADABLE = _declare("E102", "The file cannot be read")
MISSING_FILE = _declare("E103", "A file that the bundle needs is missing")
UNEXPECTED_FILE = _declare("E104", "A file has no place in the bundle")
DUPLICATE_KEY = _declare("E105", "A key stands twice in one mapping")
ANCHOR = _declare("E106", "Anchors and aliases are not allowed")
TAG = _declare("E107", "Tags are not allowed")
TAB = _declare("E108", "A tab is used where only spaces may stand")
COMPARISON_SIGN = _declare("E109", "A comparison is written with signs")
DOCUMENTS = _declare("E110", "A file holds exactly one document")

UNKNOWN_KEY = _declare("E201", "Unknown key")
MISSING_KEY = _declare("E202", "A required key is missing")
UNKNOWN_FACT = _declare("E203", "Unknown fact")
WRONG_SHAPE = _declare("E204", "The value has the wrong shape")
UNKNOWN_PHRASE = _declare("E205", "Unknown phrase")
PHRASE_MISFIT = _declare("E206", "The phrase does not fit the fact")
UNIT = _declare("E207", "A unit is missing or wrong")
BAD_VALUE = _declare("E208", "The value is not of the type asked for")
OUT_OF_RANGE = _declare("E209", "The value is outside the range")
UNKNOWN_NAME = _declare("E210", "Unknown name")
UNKNOWN_CHOICE = _declare("E211", "The value is not one of the choices")
NAME_TAKEN = _declare("E212", "The name is already taken")
BAD_NAME = _declare("E213", "The name is malformed")
TABLE_GAP = _declare("E214", "The decision table leaves a combination unanswered")
TOO_DEEP = _declare("E215", "Conditions are nested too deep")
WEIGHTS = _declare("E216", "Weights do not add up to 100")
NOT_SETTABLE = _declare("E217", "Rules may not set this fact")
METRIC_BASE = _declare("E218", "The metric cannot be built on that")
LANGUAGE_VERSION = _declare("E219", "The language version is not supported")

FEEDBACK = _declare("E305", "A rule feeds on what it changes")
DUPLICATE = _declare("W306", "A rule or a condition adds nothing")
NEGLECTED = _declare("W309", "A rule has expired or has no owner")
ENVELOPE = _declare("E310", "The condition is beyond what the engine can hold")
EQUAL_PRIORITY = _declare("E311", "Two rules of a conflict group can meet with equal priority")
READS_LATER = _declare("E312", "A rule reads what a later policy sets")
NO_GAP = _declare("E313", "An alert opens and clears at the same value")
