"""Options, environment and ini file, in this order."""

import json
import sys

import pytest

from conftest import run

SETTINGS = "healing_enabled = true\nhealing_confidence_threshold = 0.6\nhealing_max_retries = 3\nhealing_mcp_server = http://ini:1\n"


def asked(project, stand_in, *args):
    folder = stand_in()
    project.makepyfile(test_it="def test_status(): assert 0")
    result = run(project, *args)
    file = folder / "asked.json"
    return json.loads(file.read_text()) if file.exists() else None, result


def value(call, name):
    args = call["args"]
    return args[args.index(name) + 1] if name in args else None


def test_off_by_default(project, stand_in):
    assert asked(project, stand_in)[0] is None


def test_the_option_switches_it_on(project, stand_in):
    call, _ = asked(project, stand_in, "--healing")
    assert call["args"][:3] == ["heal", "--json", "--artifacts"]
    assert "--confidence" not in call["args"]
    assert call["python"] == sys.executable


def test_the_ini_file(project, stand_in):
    project.makeini("[pytest]\n" + SETTINGS)
    call, _ = asked(project, stand_in)
    assert (value(call, "--confidence"), value(call, "--max-retries"), call["mcp"]) == ("0.6", "3", "http://ini:1")


def test_pyproject(project, stand_in):
    project.makepyprojecttoml('[tool.pytest.ini_options]\nhealing_enabled = true\nhealing_confidence_threshold = "0.75"\n')
    call, _ = asked(project, stand_in)
    assert value(call, "--confidence") == "0.75"


def test_native_toml_of_pytest_9(project, stand_in):
    if int(pytest.__version__.split(".")[0]) < 9:
        pytest.skip("from pytest 9 on")
    project.makepyprojecttoml('[tool.pytest]\nhealing_enabled = true\nhealing_max_retries = 4\nhealing_confidence_threshold = "0.75"\n')
    call, _ = asked(project, stand_in)
    assert (value(call, "--confidence"), value(call, "--max-retries")) == ("0.75", "4")


def test_the_environment_wins_over_the_ini_file(project, stand_in, monkeypatch):
    project.makeini("[pytest]\n" + SETTINGS)
    for name, text in {"CONFIDENCE": "0.7", "MAX_RETRIES": "1", "MCP_SERVER": "http://env:1"}.items():
        monkeypatch.setenv("PYTEST_HEALING_" + name, text)
    call, _ = asked(project, stand_in)
    assert (value(call, "--confidence"), value(call, "--max-retries"), call["mcp"]) == ("0.7", "1", "http://env:1")


def test_the_environment_switches_it_on_and_off(project, stand_in, monkeypatch):
    monkeypatch.setenv("PYTEST_HEALING_ENABLED", "true")
    assert asked(project, stand_in)[0] is not None
    project.makeini("[pytest]\nhealing_enabled = true")
    monkeypatch.setenv("PYTEST_HEALING_ENABLED", "false")
    (project.path / "asked.json").unlink(missing_ok=True)
    folder = stand_in()
    (folder / "asked.json").unlink()
    run(project)
    assert not (folder / "asked.json").exists()


def test_options_win_over_the_environment(project, stand_in, monkeypatch):
    monkeypatch.setenv("PYTEST_HEALING_CONFIDENCE", "0.7")
    monkeypatch.setenv("PYTEST_HEALING_ENABLED", "false")
    call, _ = asked(project, stand_in, "--healing", "--healing-confidence=0.95", "--healing-suggest-only")
    assert value(call, "--confidence") == "0.95"
    assert "--suggest-only" in call["args"]


def test_it_is_switched_off_by_an_option(project, stand_in, monkeypatch):
    monkeypatch.setenv("PYTEST_HEALING_ENABLED", "true")
    assert asked(project, stand_in, "--no-healing")[0] is None


@pytest.mark.parametrize(
    "args, env, words",
    [
        (["--healing", "--healing-confidence=high"], {}, "the option --healing-confidence is 'high': give a number from 0 to 1"),
        (["--healing"], {"PYTEST_HEALING_CONFIDENCE": "7"}, "PYTEST_HEALING_CONFIDENCE is '7': give a number from 0 to 1"),
        ([], {"PYTEST_HEALING_ENABLED": "maybe"}, "PYTEST_HEALING_ENABLED is 'maybe': give true or false"),
        (["--healing"], {"PYTEST_HEALING_MAX_RETRIES": "-1"}, "PYTEST_HEALING_MAX_RETRIES is '-1': give a number from 0 to 10"),
    ],
)
def test_a_wrong_value_is_named(project, stand_in, monkeypatch, args, env, words):
    for name, text in env.items():
        monkeypatch.setenv(name, text)
    call, result = asked(project, stand_in, *args)
    assert call is None
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*%s*" % words.replace("[", "[[]")])


def test_the_tests_run_again_as_they_ran(project, stand_in):
    project.makefile(".ini", other="[pytest]\n")
    call, _ = asked(
        project, stand_in, "--healing", "-x", "-v", "-k", "status", "--junitxml", "out.xml", "-c", "other.ini",
        "-W", "ignore::UserWarning", "-o", "log_level=INFO", "--maxfail=3", "--tb=short", "test_it.py",
    )
    assert call["addopts"] == "-p pytest_self_heal -c %s -W ignore::UserWarning -o log_level=INFO" % (project.path / "other.ini")


def test_it_keeps_out_of_the_engines_own_runs(project, stand_in, monkeypatch):
    monkeypatch.setenv("SELF_HEAL_OUTCOMES", "somewhere")
    assert asked(project, stand_in, "--healing")[0] is None


def test_nothing_listens_while_tests_run_with_healing_off(project):
    project.makeconftest(
        """
        def pytest_runtestloop(session):
            hooks = session.config.pluginmanager.hook
            ours = [(name, impl.plugin_name) for name, hook in vars(hooks).items() if not name.startswith("__")
                    for impl in hook.get_hookimpls() if impl.function.__module__.startswith("pytest_self_heal")]
            print("OURS", sorted(name for name, _ in ours))
            return True
        """
    )
    project.makepyfile(test_it="def test_it(): pass")
    run(project, "-s").stdout.fnmatch_lines(["*OURS [[]'pytest_addoption', 'pytest_cmdline_main', 'pytest_configure', 'pytest_unconfigure']*"])
