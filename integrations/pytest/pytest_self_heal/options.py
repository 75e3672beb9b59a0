"""The options of this session that its tests need when they run again, one at a time and in another process."""

import os
import re
import shlex

#: What shapes the session rather than its tests, or writes over its outputs; some take a value.
_WITH_VALUE = (
    "-n", "-k", "-m", "--numprocesses", "--dist", "--tx", "--maxprocesses", "--maxfail", "--junitxml", "--junit-xml",
    "--deselect", "--html", "--css", "--report-log", "--durations", "--rootdir", "--healing-confidence",
    "--healing-apply", "--ignore", "--ignore-glob", "--splits", "--group", "--json-report-file", "--log-file",
    "--basetemp", "--reruns", "--count", "--cov", "--cov-report", "--cov-config", "-r", "--color", "--tb", "--capture",
)
_ALONE = re.compile(
    r"^(?:-[xvqslh]+|-r\w+|-n\w+|--(?:no-)?healing.*|--exitfirst|--lf|--last-failed.*|--ff|--failed-first|--nf|--new-first"
    r"|--sw.*|--stepwise.*|--pdb.*|--trace|--cov.*|--no-cov.*|--self-contained-html|--json-report|--cache-\w+|--verbose"
    r"|--quiet|--setup-\w+|--collect-only|--co|--continue-on-collection-errors|--no-header|--no-summary|--showlocals)$"
)


def rerun_options(config):
    """Quoted, for `PYTEST_ADDOPTS`: all that the command line says beside tests and the form of the session."""
    given = [str(arg) for arg in config.invocation_params.args]
    tests = [str(arg) for arg in config.option.file_or_dir or []]
    kept, at = [], 0
    while at < len(given):
        arg = given[at]
        at += 1
        if arg == "--":
            break
        if arg in tests:
            tests.remove(arg)
            continue
        takes = arg.startswith("-") and "=" not in arg and at < len(given) and is_value(given[at], tests)
        name = arg.split("=", 1)[0]
        if name in _WITH_VALUE:
            at += 1 if takes else 0
            continue
        if _ALONE.match(arg):
            continue
        kept.append(arg)
        if takes:
            value = given[at]
            at += 1
            kept.append(os.path.abspath(value) if arg in ("-c", "--config-file", "--confcutdir") else value)
    return " ".join(shlex.quote(arg) for arg in kept)


def is_value(arg, tests):
    return not arg.startswith("-") and arg not in tests
