"""The version of Guanxi that is running, as installed.

Falls back to "0+unknown" when the package's metadata is not there, as in a bare source tree.
"""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def guanxi_version() -> str:
    """Return the installed version, such as ``0.1.0``."""
    try:
        return version("guanxi")
    except PackageNotFoundError:
        return "0+unknown"
