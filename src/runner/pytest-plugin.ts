/**
 * What runs inside of pytest: writes one JSON line per finished test or broken file, with what a traceback does not say:
 * frames, keys of mappings and names of attributes in the failing frame. Values are never written. A test that outlives
 * its limit is failed, so that the others still run.
 */
export const PLUGIN_NAME = 'self_heal_capture'

export const PLUGIN_SOURCE = `import json
import os
import signal

import pytest

OUT = os.environ.get("SELF_HEAL_OUTCOMES", "")
LIMIT = float(os.environ.get("SELF_HEAL_LIMIT", "0") or 0)
MOST_KEYS = 60


def emit(record):
    with open(OUT, "a", encoding="utf-8") as out:
        out.write(json.dumps(record) + "\\n")


def shape(value, depth):
    """Keys of mappings and public attributes of plain objects, as nested mappings; None for everything else."""
    try:
        if isinstance(value, dict):
            names = [(key, value[key]) for key in list(value)[:MOST_KEYS] if isinstance(key, str)]
        elif hasattr(value, "__dict__") and not isinstance(value, type) and not callable(value):
            names = [(key, held) for key, held in list(vars(value).items())[:MOST_KEYS] if not key.startswith("_")]
        else:
            return None
        return {key[:120]: shape(held, depth - 1) if depth > 0 else None for key, held in names}
    except Exception:
        return None


def frames_of(traceback, root):
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        path = os.path.realpath(code.co_filename)
        if path.startswith(root + os.sep) and "site-packages" not in path:
            frames.append((traceback, os.path.relpath(path, root).replace(os.sep, "/")))
        traceback = traceback.tb_next
    return list(reversed(frames))[:30]


def describe(excinfo, root):
    frames = frames_of(excinfo.tb, root)
    record = {
        "type": excinfo.type.__name__,
        "module": excinfo.type.__module__,
        "text": str(excinfo.value)[:8000],
        "frames": [{"file": path, "line": one.tb_lineno, "function": one.tb_frame.f_code.co_name} for one, path in frames],
    }
    owner = getattr(excinfo.value, "obj", None)
    if isinstance(excinfo.value, AttributeError) and owner is not None:
        record["present"] = [name for name in dir(owner) if not name.startswith("_")][:200]
    scopes = []
    for one, path in frames[:3]:
        scope = {name: shape(value, 3) for name, value in list(one.tb_frame.f_locals.items())[:40]}
        scopes.append({"file": path, "line": one.tb_lineno, "names": {k: v for k, v in scope.items() if v is not None}})
    record["scopes"] = scopes
    return record


class Overrun(Exception):
    pass


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    if LIMIT <= 0 or not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_):
        raise Overrun("Timeout >%ss" % LIMIT)

    held = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, held)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when != "call" and report.passed:
        return
    root = os.path.realpath(os.environ.get("SELF_HEAL_ROOT", str(item.config.rootpath)))
    record = {
        "id": report.nodeid,
        "file": os.path.relpath(os.path.realpath(str(item.path)), root).replace(os.sep, "/"),
        "when": report.when,
        "outcome": report.outcome,
        "seconds": report.duration,
        "text": str(report.longrepr)[-20000:] if report.failed else "",
    }
    if call.excinfo is not None and report.failed:
        record["error"] = describe(call.excinfo, root)
    emit(record)


def pytest_collectreport(report):
    if report.failed:
        root = os.path.realpath(os.environ.get("SELF_HEAL_ROOT", os.getcwd()))
        file = os.path.relpath(os.path.realpath(report.nodeid.split("::")[0]), root).replace(os.sep, "/")
        emit({"id": report.nodeid, "file": file, "when": "collect", "outcome": "failed", "seconds": 0, "text": str(report.longrepr)[-20000:]})
`
