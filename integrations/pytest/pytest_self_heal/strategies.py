"""Custom healers of a suite: registered in `conftest.py`, asked before the engine's own, stopped at a time limit.

What they return is a suggestion like any other: the engine's guard checks it, and the test has to pass with it.
"""

import enum
import re
import sys
import traceback
from dataclasses import dataclass, field

from .drivers import TooSlow, within

LIMIT = 10.0
MOST_TEXT = 2000000


class FailureType(str, enum.Enum):
    SELECTOR_NOT_FOUND = "selector_not_found"
    TIMEOUT = "timeout"
    ASSERTION_MISMATCH = "assertion_mismatch"
    RESOURCE_NOT_FOUND = "resource_not_found"
    API_CHANGED = "api_changed"
    FIELD_RENAMED = "field_renamed"
    PERMISSION_DENIED = "permission_denied"
    CONNECTION_ERROR = "connection_error"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Analysis:
    """One failure as the engine diagnosed it. Paths are relative to the repository, lines count from 1."""

    failure_type: FailureType
    signature: str
    root_cause: str
    affected_element: str
    expected_value: "str | None"
    actual_value: "str | None"
    message: str
    file: "str | None"
    line: "int | None"
    tests: "tuple[str, ...]"
    suggestions: "tuple[str, ...]"
    #: The files a fix may change, with the fixes made so far.
    sources: "dict[str, str]" = field(repr=False)

    def source_line(self):
        """The line that failed; empty where it is not known."""
        lines = self.sources.get(self.file or "", "").splitlines()
        return lines[self.line - 1] if self.line and self.line <= len(lines) else ""


@dataclass(frozen=True)
class Fix:
    """What to put where: `old` becomes `new` on the failing line, or whole new contents by file."""

    description: str
    confidence: float
    old: "str | None" = None
    new: "str | None" = None
    new_content: "str | dict[str, str] | None" = None
    success: bool = True
    suggestions: str = ""


_REGISTERED = []


def register_strategy(failure_type):
    """Registers a function, or a class with a method `heal`, for one failure type.

    It is given an `Analysis` and returns a `Fix`, or None where it knows nothing. The last one registered is asked first.
    """
    wanted = FailureType(failure_type)

    def register(strategy):
        _REGISTERED.append((wanted, strategy))
        return strategy

    return register


def forget_strategies():
    """Those of an earlier session in this process are no business of the next."""
    del _REGISTERED[:]


def registered_types():
    return sorted({failure_type.value for failure_type, _ in _REGISTERED})


def ask_strategies(question, complain):
    """The answer to one question of the engine: new texts by file, or None where no strategy knows one."""
    analysis = _analysis(question)
    for failure_type, strategy in reversed(_REGISTERED):
        if failure_type is not analysis.failure_type:
            continue
        name = getattr(strategy, "__qualname__", None) or type(strategy).__qualname__
        try:
            fix = within(LIMIT, lambda: _heal(strategy, analysis))
            if fix is None or not getattr(fix, "success", True):
                continue
            return dict(_answer(analysis, fix), strategy=name)
        except TooSlow:
            complain("The strategy %s took more than %g s and was stopped." % (name, LIMIT))
        except Exception:
            complain("The strategy %s failed: %s" % (name, _last_line()))
    return None


def _heal(strategy, analysis):
    if isinstance(strategy, type):
        strategy = strategy()
    return strategy.heal(analysis) if hasattr(strategy, "heal") else strategy(analysis)


def _analysis(question):
    place = question.get("location") or {}
    return Analysis(
        failure_type=FailureType(question["failureType"]),
        signature=question["signature"],
        root_cause=question["rootCause"],
        affected_element=question["affected"],
        expected_value=question.get("expected"),
        actual_value=question.get("actual"),
        message=question["message"],
        file=place.get("file"),
        line=place.get("line"),
        tests=tuple(question["tests"]),
        suggestions=tuple(question.get("suggestions", ())),
        sources=dict(question["sources"]),
    )


def _answer(analysis, fix):
    confidence = float(fix.confidence)
    if not 0 <= confidence <= 1:
        raise ValueError("its confidence is %r: give a number from 0 to 1" % fix.confidence)
    files = _texts(analysis, fix)
    if sum(len(text) for text in files.values()) > MOST_TEXT:
        raise ValueError("its new contents are larger than %d characters" % MOST_TEXT)
    return {"description": str(fix.description)[:500], "confidence": confidence, "files": files}


def _texts(analysis, fix):
    content = getattr(fix, "new_content", None)
    if isinstance(content, dict):
        return {str(path): str(text) for path, text in content.items()}
    if content is not None:
        if analysis.file is None:
            raise ValueError("it gives new contents, and the place of the failure is not known: give them by file")
        return {analysis.file: str(content)}
    if not fix.old or fix.new is None:
        raise ValueError("it gives neither old and new nor new_content")
    line = analysis.source_line()
    changed = _replaced(line, fix.old, fix.new)
    if changed is None:
        raise ValueError("%r does not stand on the failing line, %s:%s" % (fix.old, analysis.file, analysis.line))
    lines = analysis.sources[analysis.file].splitlines(keepends=True)
    lines[analysis.line - 1] = lines[analysis.line - 1].replace(line, changed, 1)
    return {analysis.file: "".join(lines)}


_STRING = re.compile(r"'[^'\n]*'" + r'|"[^"\n]*"')


def _replaced(line, old, new):
    """The line with a name changed where it means the product's: in strings, else after a dot or as a keyword, else anywhere.

    Whole words only: `agents` is none in `nodeagents`, and `agents = get("/agents")` keeps its variable.
    """
    word = r"(?<![\w-])%s(?![\w-])" % re.escape(old)
    changed = _STRING.sub(lambda text: re.sub(word, lambda _: new, text.group()), line)
    for pattern in (r"(?<=\.)" + word, word + r"(?=\s*=(?!=))(?<=[(,\s]%s)" % re.escape(old), word):
        if changed != line:
            return changed
        changed = re.sub(pattern, lambda _: new, line)
    return changed if changed != line else None


def _last_line():
    kind, value, _ = sys.exc_info()
    return traceback.format_exception_only(kind, value)[-1].strip()[:300]
