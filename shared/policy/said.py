"""Words for people in both languages of the product, side by side where they are chosen. Pure.

Whoever finds something says it in English and in Chinese at once: a problem without Chinese words cannot be
made. What rule files themselves call things (names, phrases, types, units) stays as it is written there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class Said:
    """The same in English and in Chinese."""

    en: str
    zh: str

    def __bool__(self) -> bool:
        return bool(self.en)

    def __str__(self) -> str:
        return self.en

    def __add__(self, more: "Said") -> "Said":
        return Said(self.en + more.en, self.zh + more.zh)


SILENCE = Said("", "")


def example(text: str) -> Said:
    """What is written alike in both languages: how a rule file has it."""
    return Said(text, text)


def write(text: str) -> Said:
    """Write this instead."""
    return Said(f'write "{text}"', f"写成“{text}”")


def name_it(name: str) -> Said:
    """Call the file or thing this."""
    return Said(f'name it "{name}"', f"命名为“{name}”")


def one_of(names: Iterable[str]) -> Said:
    """One of a few names."""
    ordered = list(names)
    return Said(f"one of {', '.join(ordered)}", f"以下之一：{'、'.join(ordered)}")


def one_of_many(names: Iterable[str]) -> Said:
    """One of many names, of which the first are told."""
    found = listed(names)
    return Said(f"one of {found.en}", f"以下之一：{found.zh}")


def spaced(name: str) -> str:
    """A name before Chinese words: Latin letters stand apart from them."""
    return f"{name} " if name.isascii() else name


def listed(names: Iterable[str]) -> Said:
    """Name what there is to choose from, shortened when it is much."""
    ordered = list(names)
    if not ordered:
        return Said("none is declared", "尚未声明任何一个")
    shown = [*ordered[:_MOST_LISTED], *(["…"] if len(ordered) > _MOST_LISTED else [])]
    return Said(", ".join(shown), "、".join(shown))
