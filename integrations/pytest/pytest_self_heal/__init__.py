"""Heals tests that an honest change of the product broke, in the session in which they fail.

With healing off, nothing of this runs while tests run: options, ini keys, markers and one fixture are all there is.
"""

import os

import pytest

from .context import HealingContext, context_of
from .settings import INI_KEYS, read_settings
from .strategies import Analysis, FailureType, Fix, forget_strategies, register_strategy

__all__ = ["Analysis", "FailureType", "Fix", "HealingContext", "register_strategy"]

MARKERS = (
    "healable: marks test as eligible for self-healing, also inside of a class or module that is marked no_healing.",
    "no_healing: disables self-healing for this test.",
)


def pytest_addoption(parser):
    group = parser.getgroup("healing", "self-healing")
    option = group.addoption
    option("--healing", action="store_true", default=None, help="heal failing tests at the end of the session")
    option("--no-healing", action="store_false", dest="healing", help="do not, whatever ini file or environment say")
    option("--healing-suggest-only", action="store_true", default=False, help="suggest fixes without running them")
    option("--healing-auto-commit", action="store_true", default=None, help="commit verified fixes")
    option("--healing-confidence", metavar="N", help="suggest a fix only above this confidence, from 0 to 1")
    option("--healing-review", action="store_true", default=False, help="show the pending fixes; run no tests")
    option("--healing-apply", metavar="PATCH", action="append", help="apply a fix of .healing_fixes/; run no tests")
    for name, kind, default, text in INI_KEYS:
        try:
            parser.addini(name, text, type=kind, default=default)
        except (AssertionError, ValueError, KeyError):  # numbers are a kind of their own from pytest 8.4 on
            parser.addini(name, text, default=default)


def pytest_configure(config):
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if "SELF_HEAL_OUTCOMES" in os.environ:  # the engine runs these tests again: healing is what it is at already
        return
    settings = read_settings(config)
    if settings.enabled and not config.option.collectonly:
        from .session import start

        start(config, settings)


def pytest_unconfigure():
    forget_strategies()


def pytest_cmdline_main(config):
    if config.option.healing_review or config.option.healing_apply:
        from .fixes import apply_fixes, review_fixes

        if config.option.healing_apply:
            return apply_fixes(config, config.option.healing_apply)
        return review_fixes(config)
    return None


@pytest.fixture
def healing_context(request):
    """What this test wants healing to know: `watch(driver)` for a browser no variable holds, `note(text)` for a person."""
    return context_of(request.node)
