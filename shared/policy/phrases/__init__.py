"""The phrase grammar: a closed list of sentences in English and Chinese, equal in meaning.

`parse` reads either language, `write` writes one; neither knows the facts. Pure.
"""

from shared.policy.phrases.grammar import parse, write
from shared.policy.phrases.sentence import Sentence

__all__ = ["Sentence", "parse", "write"]
