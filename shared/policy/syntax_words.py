"""What the YAML parser complains of, in Chinese, and what to do about it in both languages. Pure.

The parser speaks English only. Its words are known by the signs in them; what is not known is told by its
place alone, because a sentence in a foreign language helps nobody.
"""

import re

from shared.policy.said import SILENCE, Said

_HINTS = (
    (
        "mapping values are not allowed",
        Said(
            'put a text that contains ": " in quotes, and check the indentation',
            "含有“: ”的文字请加引号，并检查缩进",
        ),
    ),
    (
        "but got '['",
        Said(
            "inside { } put the whole phrase in quotes, or write it on a line of its own",
            "在 { } 中请给整个短语加引号，或另起一行书写",
        ),
    ),
    ("cannot start any token", Said("put the value in quotes", "给该值加上引号")),
    (
        "unexpected end of stream",
        Said("a quote or bracket that was opened is never closed", "补上与开头配对的引号或括号"),
    ),
    (
        "sequence entries are not allowed",
        Said(
            'begin the list on the next line, or write it as "[a, b]"', "列表请从下一行开始，或写成“[a, b]”"
        ),
    ),
    (
        "expected <block end>",
        Said("check that this line is indented like its neighbours", "检查这一行的缩进是否与相邻各行一致"),
    ),
    (
        "could not find expected ':'",
        Said('a key needs a colon and a value: "key: value"', "键后须有冒号和值：“键: 值”"),
    ),
)
_CHINESE = (
    (r"mapping values are not allowed", "此处不能再有“键: 值”"),
    (r"expected ',' or '(.)', but got (.+)", r"应为“,”或“\1”，却是\2"),
    (r"found character (.+) that cannot start any token", r"值不能以字符 \1 开头"),
    (r"unexpected end of stream", "引号或括号直到文件末尾仍未闭合"),
    (r"unexpected document separator", "引号未闭合就出现了文档分隔符"),
    (r"sequence entries are not allowed", "此处不能开始列表"),
    (r"expected <block end>, but found (.+)", r"缩进的一段应在此结束，却是\1"),
    (r"could not find expected ':'", "键后缺少冒号"),
    (r"unknown escape character (.+)", r"未知的转义字符 \1"),
    (r"expected the node content, but found (.+)", r"此处应有值，却是\1"),
    (r"expected '<document start>', but found (.+)", r"文档应已结束，却还有\1"),
    (r"expected escape sequence", "转义序列的十六进制数字不完整"),
    (r"indentation indicator|chomping|comment or a line break", "“|”或“>”之后只能有缩进或换行标记"),
    (r"more indented follow up line", "文字块的后续行缩进大于首行"),
    (r"expected alphabetic or numeric character, but found (.+)", r"名称中应为字母或数字，却是 \1"),
)
_TOKENS = {
    "'<scalar>'": "一个值",
    "'<block mapping start>'": "映射",
    "'<block sequence start>'": "列表",
    "'<block end>'": "缩进的结束",
    "'<stream end>'": "文件末尾",
    "'<document start>'": "文档开头",
}
_SOMETHING = "此处无法按 YAML 读取"


def in_chinese(found: str) -> str:
    """What the parser *found*, in Chinese."""
    for sign, words in _CHINESE:
        if match := re.search(sign, found, re.DOTALL):
            return _token(match.expand(words))
    return _SOMETHING


def _token(words: str) -> str:
    for token, name in _TOKENS.items():
        words = words.replace(token, name)
    return words


def hint_for(found: str) -> Said:
    """What to do about what the parser *found*."""
    return next((advice for sign, advice in _HINTS if sign in found), SILENCE)
