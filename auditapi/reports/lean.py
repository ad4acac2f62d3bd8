"""WeasyPrint loaded without fontTools, which it needs for fonts of kinds that we don't have.

That is a sixth of the render process's memory, in every child again. Import this before
anything that imports WeasyPrint. Where HarfBuzz can't cut fonts, fontTools is needed and stays.
"""

from __future__ import annotations

import ctypes.util
import sys
from types import ModuleType

_NAMES = {
    "fontTools": ("subset",),
    "fontTools.ttLib": ("TTFont", "TTLibError", "ttFont", "woff2"),
    "fontTools.varLib": (),
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
}


class NotLoaded(Exception):
    """Stands for each name of fontTools."""


def _load() -> None:
    if "fontTools" in sys.modules or ctypes.util.find_library("harfbuzz-subset") is None:
        return
    for module, names in _NAMES.items():
        sys.modules[module] = ModuleType(module)
        for name in names:
            setattr(sys.modules[module], name, NotLoaded)
    try:
        import weasyprint  # noqa: F401
    finally:
        for module in _NAMES:
            del sys.modules[module]


_load()
