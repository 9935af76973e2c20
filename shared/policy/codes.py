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
    chinese: str

    @property
    def is_error(self) -> bool:
        """Whether a release with this problem is refused."""
        return self.id.startswith("E")


def _declare(code_id: str, summary: str, chinese: str) -> Code:
    code = Code(code_id, summary, chinese)
    REGISTRY[code_id] = code
    return code


YAML_SYNTAX = _declare("E101", "The file is not valid YAML", "文件不是有效的 YAML")
UNREADABLE = _declare("E102", "The file cannot be read", "文件无法读取")
MISSING_FILE = _declare("E103", "A file that the bundle needs is missing", "缺少规则包所需的文件")
UNEXPECTED_FILE = _declare("E104", "A file has no place in the bundle", "文件不属于规则包")
DUPLICATE_KEY = _declare("E105", "A key stands twice in one mapping", "同一映射中键重复")
ANCHOR = _declare("E106", "Anchors and aliases are not allowed", "不允许使用锚点和别名")
TAG = _declare("E107", "Tags are not allowed", "不允许使用标签")
TAB = _declare("E108", "A tab is used where only spaces may stand", "应使用空格处使用了制表符")
COMPARISON_SIGN = _declare("E109", "A comparison is written with signs", "比较写成了符号")
DOCUMENTS = _declare("E110", "A file holds exactly one document", "每个文件只能有一个文档")

UNKNOWN_KEY = _declare("E201", "Unknown key", "未知的键")
MISSING_KEY = _declare("E202", "A required key is missing", "缺少必需的键")
UNKNOWN_FACT = _declare("E203", "Unknown fact", "未知的事实")
WRONG_SHAPE = _declare("E204", "The value has the wrong shape", "值的形式不对")
UNKNOWN_PHRASE = _declare("E205", "Unknown phrase", "未知的短语")
PHRASE_MISFIT = _declare("E206", "The phrase does not fit the fact", "短语不适用于该事实")
UNIT = _declare("E207", "A unit is missing or wrong", "单位缺失或错误")
BAD_VALUE = _declare("E208", "The value is not of the type asked for", "值的类型不对")
OUT_OF_RANGE = _declare("E209", "The value is outside the range", "值超出范围")
UNKNOWN_NAME = _declare("E210", "Unknown name", "未知的名称")
UNKNOWN_CHOICE = _declare("E211", "The value is not one of the choices", "值不在可选项之内")
NAME_TAKEN = _declare("E212", "The name is already taken", "名称已被占用")
BAD_NAME = _declare("E213", "The name is malformed", "名称不合规范")
TABLE_GAP = _declare("E214", "The decision table leaves a combination unanswered", "决策表有未覆盖的组合")
TOO_DEEP = _declare("E215", "Conditions are nested too deep", "条件嵌套过深")
WEIGHTS = _declare("E216", "Weights do not add up to 100", "权重之和不等于 100")
NOT_SETTABLE = _declare("E217", "Rules may not set this fact", "规则不能设置该事实")
METRIC_BASE = _declare("E218", "The metric cannot be built on that", "指标不能以此为基础")
LANGUAGE_VERSION = _declare("E219", "The language version is not supported", "不支持该语言版本")

UNREACHABLE = _declare("E301", "A rule can never act", "规则永远不会执行")
OPPOSITE = _declare(
    "E302", "Two rules order opposite things for the same customer", "两条规则对同一客户下达相反的指令"
)
OSCILLATION = _declare(
    "E303", "Rules send the same customer back and forth for ever", "规则使同一客户无休止地来回变动"
)
NARROW = _declare(
    "W304",
    "The gap between two rules is narrower than their number varies",
    "两条规则之间的间距小于数值的正常波动",
)
FEEDBACK = _declare("E305", "A rule feeds on what it changes", "规则以自己改变的事实为依据")
DUPLICATE = _declare("W306", "A rule or a condition adds nothing", "规则或条件没有作用")
UNCOVERED = _declare("W307", "Customers whom no tier rule covers", "有客户不受任何等级规则管辖")
HASTY = _declare(
    "W308", "A rule waits less long than its number takes to change", "等待时间短于数值的更新周期"
)
NEGLECTED = _declare("W309", "A rule has expired or has no owner", "规则已过期或无人负责")
ENVELOPE = _declare("E310", "The condition is beyond what the engine can hold", "条件超出引擎的承载范围")
EQUAL_PRIORITY = _declare(
    "E311",
    "Two rules of a conflict group can meet with equal priority",
    "同一冲突组中两条规则可能同时成立且优先级相同",
)
READS_LATER = _declare("E312", "A rule reads what a later policy sets", "规则读取了后面策略才设置的事实")
NO_GAP = _declare("E313", "An alert opens and clears at the same value", "警报的触发值与解除值相同")
UNDECIDED = _declare("W314", "The rules have too many cases to decide", "情形过多，无法判定")
KEPT_FOR_NOBODY = _declare(
    "W315", "A share of the contact cap is kept for nobody", "联系上限中保留的份额无规则可用"
)
