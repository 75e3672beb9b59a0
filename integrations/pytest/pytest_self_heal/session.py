"""One session with healing on: what fails is captured where it fails, and healed when all tests have ended.

Under xdist the workers capture and the controller heals; the captures travel with the reports. The exit status of the
session is never touched.
"""

import glob
import json
import os

import pytest

from . import capture, console, drivers, engine, strategies
from .context import known_context
from .options import rerun_options
from .repository import root_of
from .suggest import suggest

FOLDER = ".healing_captures"
MOST_FAILURES = 1000
MOST_PASSES = 40000


def start(config, settings):
    root = root_of(config)
    config.pluginmanager.register(Captures(root), "pytest_self_heal.captures")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Healing(config, settings, root), "pytest_self_heal.healing")


class Captures:
    """Puts onto the report of a failed phase what the test knew; in every process that runs tests."""

    def __init__(self, root):
        self.root = root
        self.left = MOST_FAILURES

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item):
        if self.left > 0:
            drivers.watch_case(item, lambda traceback: self.see(item, traceback))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        if not report.failed or self.left <= 0:
            return
        self.left -= 1
        try:
            report.self_heal = self.record(item, call, report)
        except Exception as error:  # a capture that fails must not fail the session
            report.self_heal_problem = "%s could not be captured: %r" % (report.nodeid, error)

    def see(self, item, traceback):
        context = known_context(item)
        funcargs = dict(getattr(item, "funcargs", None) or {}, **(context.watched if context else {}))
        folder = os.path.join(self.root, FOLDER)
        return drivers.capture_pages(item.nodeid, traceback, funcargs, folder, capture.masked)

    def record(self, item, call, report):
        record = capture.record_of(item, call, report, self.root)
        context = known_context(item)
        if call.excinfo is not None:
            pages, attachments = drivers.seen_of(item) or self.see(item, call.excinfo.tb)
            record.update(pages=pages, attachments=attachments)
        if context:
            record["notes"] = [capture.masked(note) for note in context.notes]
            record["watched"] = {name: capture.shape(value, 3) for name, value in context.watched.items()}
        return record


class Healing:
    """Collects what the processes captured, has it healed, and tells of it."""

    def __init__(self, config, settings, root):
        self.config, self.settings, self.root = config, settings, root
        self.failed = {}
        self.passed = {}
        self.problems = []
        self.kept_out = []
        self.interrupted = False
        self.report = None
        self.commits = []

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.passed.pop(report.nodeid, None)
            self.problems += [problem for problem in [getattr(report, "self_heal_problem", None)] if problem]
            record = getattr(report, "self_heal", None)
            if record is None or report.nodeid in self.failed or report.nodeid in self.kept_out:
                return
            if record.get("healing") is False:
                self.kept_out.append(report.nodeid)
            else:
                self.failed[report.nodeid] = record
        elif report.when == "call" and report.passed and len(self.passed) < MOST_PASSES:
            self.passed[report.nodeid] = {
                "id": report.nodeid, "when": "call", "outcome": "passed", "seconds": report.duration, "text": "",
                "file": capture.path_from(self.root, os.path.join(str(self.config.rootpath), report.fspath)),
            }

    def pytest_collectreport(self, report):
        if report.failed and len(self.failed) < MOST_FAILURES:
            folder = str(self.config.rootpath)
            self.failed.setdefault(report.nodeid, capture.collect_record_of(report, self.root, folder))

    def pytest_keyboard_interrupt(self, excinfo):
        # A session that ends for files that do not load is interrupted by pytest itself.
        self.interrupted = not isinstance(excinfo.value, pytest.Session.Interrupted)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if not self.failed or self.interrupted:
            return
        file = self.write()
        try:
            self.heal(file)
        except engine.NoEngine as error:
            self.problems.append(str(error))
        except KeyboardInterrupt:
            self.problems.append("Healing was interrupted; the checkout is as it was.")
        if self.report:
            self.count_healed()

    def write(self):
        """All that was captured in one file, which the engine reads and a CI job may upload."""
        folder = os.path.join(self.root, FOLDER)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, ".gitignore"), "w", encoding="utf-8") as out:
            out.write("*\n")
        remove_left_behind(folder, self.failed.values())
        file = os.path.join(folder, "capture-%d.jsonl" % os.getpid())
        head = {"selfHeal": "pytest-capture", "version": 1, "pytest": pytest.__version__}
        with open(file, "w", encoding="utf-8", errors="replace") as out:
            for record in [head] + list(self.failed.values()) + list(self.passed.values()):
                out.write(json.dumps(record) + "\n")
        return file

    def heal(self, file):
        args = ["heal", "--json", "--artifacts", file]
        if self.settings.suggest_only:
            args.append("--suggest-only")
        if self.settings.confidence is not None:
            args += ["--confidence", str(self.settings.confidence)]
        if self.settings.max_retries is not None:
            args += ["--max-retries", str(self.settings.max_retries)]
        if strategies.registered_types():
            args += ["--ask", *strategies.registered_types()]
        command = engine.find_engine(self.root)
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        count = "%d failing test%s" % (len(self.failed), "" if len(self.failed) == 1 else "s")
        if terminal:
            if getattr(terminal._tw, "_current_line", ""):  # progress of a quiet session
                terminal.write_line("")
            terminal.write_line("self-healing: %s ..." % count)
        chatty = terminal and self.config.option.verbose > 0
        self.report = engine.heal(
            command,
            args,
            cwd=str(self.config.rootpath),
            env=engine.environment(self.settings, rerun_options(self.config)),
            answer=lambda question: strategies.ask_strategies(question, self.problems.append),
            progress=lambda line: terminal.write_line("  " + console.plain(line)) if chatty and line.strip() else None,
        )
        if self.settings.auto_commit:
            from .fixes import commit_fixes

            self.commits, problems = commit_fixes(self.root, command, self.report, self.settings)
            self.problems += problems

    def count_healed(self):
        """One more word in pytest's last line. The tests stay failed, and so does the session."""
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        healed = [test for one in self.report["results"] if one["status"] == "healed" for test in one["tests"]]
        if terminal and healed:
            terminal.stats.setdefault("healed", []).extend(healed)
            if hasattr(terminal, "_set_main_color"):
                terminal._set_main_color()

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter):
        if self.report:
            console.tell(terminalreporter, self.report, self.root, self.settings, self.commits)
        elif self.failed and not self.interrupted:
            guesses = [(nodeid, suggest(record)) for nodeid, record in self.failed.items()]
            console.tell_suggestions(terminalreporter, guesses, FOLDER)
        if self.kept_out:
            terminalreporter.write_line("Marked no_healing, and left alone: %s" % console.names(self.kept_out))
        for problem in self.problems[:20]:
            terminalreporter.write_line("! %s" % console.plain(problem, lines=True))


def remove_left_behind(folder, records):
    """Captures of sessions that have ended: their failures are not those of today."""
    kept = {one["path"] for record in records for one in record.get("attachments", ())}
    for path in glob.glob(os.path.join(glob.escape(folder), "capture-*.jsonl")):
        number = os.path.basename(path)[8:-6]
        if not number.isdigit() or not is_alive(int(number)):
            os.unlink(path)
    if len(glob.glob(os.path.join(glob.escape(folder), "capture-*.jsonl"))) == 0:
        for path in glob.glob(os.path.join(glob.escape(folder), "????????????-?.*")):
            if path not in kept:
                os.unlink(path)


def is_alive(number):
    if os.name == "nt" or number == os.getpid():
        return False
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
