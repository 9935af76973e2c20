"""Which engines there are, by the name used in settings and decision records."""

from collections.abc import Callable, Mapping

from shared.errors import ConfigError
from shared.policy.engine.durable import DurableEngine
from shared.policy.engine.generated import PythonEngine
from shared.policy.engine.port import Engine
from shared.policy.engine.reference import ReferenceEngine

_ENGINES: Mapping[str, Callable[[], Engine]] = {
    "durable": DurableEngine,
    "python": PythonEngine,
    "reference": ReferenceEngine,
}


def engine_named(name: str) -> Engine:
    """Return the engine called *name*: ``durable``, ``python`` or ``reference``."""
    if name not in _ENGINES:
        raise ConfigError([f'unknown engine "{name}": expected one of {", ".join(_ENGINES)}'])
    return _ENGINES[name]()
