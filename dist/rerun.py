"""What the engine puts into pytest when it runs tests again: writes one JSON line per finished phase or broken file.

A test that outlives its limit is failed, so that the others still run.
"""

import json
import os
import signal
import sys

import pytest

from . import capture, drivers

OUT = os.environ.get("SELF_HEAL_OUTCOMES", "")
PAGES = os.environ.get("SELF_HEAL_PAGES", "")
#: A file with the tests that are wanted, where the command that runs them does not choose by itself.
ONLY = os.environ.get("SELF_HEAL_ONLY", "")
LIMIT = float(os.environ.get("SELF_HEAL_LIMIT", "0") or 0)


def root_of(folder):
    return os.path.realpath(os.environ.get("SELF_HEAL_ROOT", str(folder)))


def emit(record):
    """In one piece: workers write into the same file. Nowhere, where a command of the suite's own lost the environment."""
    if not OUT:
        return
    line = (json.dumps(record) + "\n").encode("utf-8", "replace")
    out = os.open(OUT, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        while line:
            line = line[os.write(out, line):]
    finally:
        os.close(out)


class Overrun(Exception):
    pass


def pytest_configure(config):
    if ONLY:
        config.option.maxfail = 0  # whatever the command says: what fails first must not hide the others
        config.option.continue_on_collection_errors = True
    for marker in ("healable: the test may be healed.", "no_healing: the test is never healed."):
        config.addinivalue_line("markers", marker)
    if OUT and not hasattr(config, "workerinput"):
        emit({"paths": [path for path in sys.path if os.path.isdir(path)][:60]})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if not ONLY:
        return
    with open(ONLY, encoding="utf-8") as given:
        wanted = set(json.load(given))
    root = root_of(config.rootpath)
    chosen, others = [], []
    for item in items:
        path = capture.path_from(root, item.path)
        own = path in wanted or path + "::" + item.nodeid.split("::", 1)[-1] in wanted
        (chosen if own else others).append(item)
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = chosen


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    if PAGES:
        drivers.watch_case(item, lambda traceback: see(item, traceback))
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


def see(item, traceback):
    return drivers.capture_pages(item.nodeid, traceback, getattr(item, "funcargs", None) or {}, PAGES, capture.masked)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when != "call" and report.passed:
        return
    record = capture.record_of(item, call, report, root_of(item.config.rootpath))
    if report.failed and PAGES and call.excinfo is not None:
        pages, attachments = drivers.seen_of(item) or see(item, call.excinfo.tb)
        record.update(pages=pages, attachments=attachments)
    emit(record)


def pytest_collectreport(report):
    if report.failed:
        emit(capture.collect_record_of(report, root_of(os.getcwd()), os.getcwd()))
