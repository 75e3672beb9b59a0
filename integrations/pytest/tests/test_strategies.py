"""Strategies of a suite's own: asked by the engine through this session, and bounded."""

import json

import pytest

from conftest import run

SOURCE = 'AGENTS = "/apis/relay.example/v1/agents"\n\n\ndef test_agents(client):\n    assert client.get("/apis/v1/agents")["kind"]\n'


def question(**more):
    asked = {
        "failureType": "resource_not_found", "signature": "0123456789ab", "rootCause": "404", "affected": "agents",
        "expected": None, "actual": None, "message": "404 Not Found", "tests": ["tests/test_it.py::test_agents"],
        "location": {"file": "tests/test_it.py", "line": 5, "column": 1}, "suggestions": [],
        "sources": {"tests/test_it.py": SOURCE},
    }
    asked.update(more)
    return asked


def answers(project, stand_in, conftest, *questions):
    folder = stand_in(questions=questions or [question()])
    project.makeconftest(conftest)
    project.makepyfile(test_it="def test_it(): assert 0")
    done = run(project, "--healing")
    file = folder / "answers.json"
    given = json.loads(file.read_text()) if file.exists() else None
    return [one["answer"] for one in given or []], json.loads((folder / "asked.json").read_text())["args"], done


RENAMES = """
    from pytest_self_heal import FailureType, Fix, register_strategy

    @register_strategy(FailureType.RESOURCE_NOT_FOUND)
    class RelayRenames:
        RENAMES = {"agents": "nodeagents"}
        def heal(self, analysis):
            new = self.RENAMES.get(analysis.affected_element)
            if new is None:
                return None
            return Fix("Resource renamed", 0.95, old=analysis.affected_element, new=new)
"""


def test_the_engine_is_told_of_which_types_strategies_know(project, stand_in):
    _, args, _ = answers(project, stand_in, RENAMES)
    assert args[args.index("--ask"):] == ["--ask", "resource_not_found"]


def test_without_strategies_it_is_not_told_anything(project, stand_in):
    _, args, _ = answers(project, stand_in, "")
    assert "--ask" not in args


def test_old_and_new_change_the_failing_line_only(project, stand_in):
    [answer], _, _ = answers(project, stand_in, RENAMES)
    assert answer["files"] == {"tests/test_it.py": SOURCE.replace('"/apis/v1/agents"', '"/apis/v1/nodeagents"')}
    assert (answer["confidence"], answer["description"], answer["strategy"]) == (0.95, "Resource renamed", "RelayRenames")


@pytest.mark.parametrize(
    "line, changed",
    [
        ('agents = get("/v1/agents")', 'agents = get("/v1/nodeagents")'),
        ("agents = client.agents", "agents = client.nodeagents"),
        ("x = get(a, agents=agents)", "x = get(a, nodeagents=agents)"),
        ("x = agents(1)", "x = nodeagents(1)"),
        ("x = get('my-agents', agents_of)", None),
    ],
)
def test_old_stands_for_the_products_name_not_for_a_variable(line, changed):
    from pytest_self_heal.strategies import _replaced

    assert _replaced(line, "agents", "nodeagents") == changed


def test_a_strategy_that_knows_nothing_leaves_it_to_the_engine(project, stand_in):
    assert answers(project, stand_in, RENAMES, question(affected="probes"))[0] == [None]


def test_a_function_and_whole_new_contents(project, stand_in):
    conftest = """
        from pytest_self_heal import Fix, register_strategy
        @register_strategy("resource_not_found")
        def rename(analysis):
            text = analysis.sources[analysis.file]
            return Fix("All of them", 0.9, new_content=text.replace("agents", "nodeagents"))
    """
    [answer], _, _ = answers(project, stand_in, conftest)
    assert answer["files"]["tests/test_it.py"].count("nodeagents") == 2 + 1


def test_the_last_one_registered_is_asked_first_and_the_next_where_it_is_silent(project, stand_in):
    conftest = RENAMES + """
    @register_strategy("resource_not_found")
    def silent(analysis): return None
    @register_strategy("resource_not_found")
    def unsuccessful(analysis): return Fix("no", 0.0, success=False)
    """
    [answer], _, _ = answers(project, stand_in, conftest)
    assert answer["strategy"] == "RelayRenames"


@pytest.mark.parametrize(
    "body, words",
    [
        ("raise KeyError('oops')", "! The strategy broken failed: KeyError: 'oops'"),
        ("return 7", "! The strategy broken failed: *"),
        ("return Fix('x', 7, old='agents', new='b')", "! The strategy broken failed: ValueError: its confidence is 7: give a number from 0 to 1"),
        ("return Fix('x', 0.9)", "! The strategy broken failed: ValueError: it gives neither old and new nor new_content"),
        ("return Fix('x', 0.9, old='gone', new='b')", "! The strategy broken failed: ValueError: 'gone' does not stand on the failing line, tests/test_it.py:5"),
        ("return Fix('x', 0.9, new_content='x' * 3000000)", "! The strategy broken failed: ValueError: its new contents are larger than*"),
    ],
)
def test_a_strategy_that_fails_is_named_and_passed_over(project, stand_in, body, words):
    conftest = RENAMES + "\n    @register_strategy('resource_not_found')\n    def broken(analysis):\n        %s\n" % body
    [answer], _, done = answers(project, stand_in, conftest)
    assert answer["strategy"] == "RelayRenames"
    done.stdout.fnmatch_lines([words])


def test_a_strategy_that_hangs_is_stopped(project, stand_in, monkeypatch):
    monkeypatch.setattr("pytest_self_heal.strategies.LIMIT", 0.3)
    conftest = RENAMES + """
    @register_strategy("resource_not_found")
    def stubborn(analysis):
        while True:
            try:
                while True: pass
            except Exception:
                pass
    """
    [answer], _, done = answers(project, stand_in, conftest)
    assert answer["strategy"] == "RelayRenames"
    done.stdout.fnmatch_lines(["! The strategy stubborn took more than 0.3 s and was stopped."])


def test_a_type_that_is_none_is_refused_where_it_is_written(project):
    project.makeconftest("from pytest_self_heal import register_strategy\n@register_strategy('nonsense')\ndef x(a): pass\n")
    project.makepyfile(test_it="def test_it(): pass")
    done = run(project)
    assert done.ret != 0
    assert "'nonsense' is not a valid FailureType" in done.stdout.str() + done.stderr.str()


def test_strategies_of_one_session_are_not_those_of_the_next(project, stand_in):
    answers(project, stand_in, RENAMES)
    assert "--ask" not in answers(project, stand_in, "")[1]
