import json
import os
import stat
import subprocess
import sys
import textwrap

import pytest

pytest_plugins = ["pytester"]

OURS = ("PYTEST_HEALING_", "HEALING_", "SELF_HEAL_", "PYTEST_ADDOPTS", "PYTEST_XDIST", "CI")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@pytest.fixture
def project(pytester, monkeypatch):
    """A git repository around a suite, where the engine is not found unless a test puts one there."""
    monkeypatch.setenv("SELF_HEAL_CLI", str(pytester.path / "no-engine"))
    git(pytester.path, "init", "-q", "-b", "main")
    return pytester


def git(folder, *args):
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com", *args]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder, message="All"):
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


def captured(folder):
    """What the last session captured: records by node id."""
    [file] = (folder / ".healing_captures").glob("capture-*.jsonl")
    head, *records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert head["selfHeal"] == "pytest-capture"
    return {record["id"]: record for record in records}


def run(project, *args):
    return project.runpytest("-p", "pytest_self_heal", *args)


def failures(project, *args):
    """Runs the suite with healing on; yields what was captured of the tests that failed."""
    run(project, "--healing", *args)
    return {key: one for key, one in captured(project.path).items() if one["outcome"] == "failed"}


STAND_IN = """\
    #!{python}
    import json, os, sys
    folder = {folder!r}
    json.dump(dict(args=sys.argv[1:], addopts=os.environ.get("PYTEST_ADDOPTS"), mcp=os.environ.get("HEALING_MCP_SERVER"),
                   python=os.environ.get("PYTHON")), open(os.path.join(folder, "asked.json"), "w"))
    if sys.argv[1] != "heal":
        print("stand-in:", *sys.argv[1:])
        sys.exit(3)
    questions = {questions!r}
    answers = []
    for number, question in enumerate(questions):
        print(json.dumps({{"ask": question, "id": number}}, separators=(",", ":")), flush=True)
        answers.append(json.loads(sys.stdin.readline()))
    json.dump(answers, open(os.path.join(folder, "answers.json"), "w"))
    print("stage one", file=sys.stderr)
    {before}
    print(json.dumps({report!r}, indent=2))
    sys.exit(1)
"""


@pytest.fixture
def stand_in(project, tmp_path_factory, monkeypatch):
    """A program in the engine's place that gives a report; yields what it was started with."""
    folder = tmp_path_factory.mktemp("engine")

    def install(report=None, questions=(), before="pass"):
        program = folder / "self-heal"
        text = textwrap.dedent(STAND_IN).format(
            python=sys.executable, folder=str(folder), report=report or REPORT, questions=list(questions), before=before
        )
        program.write_text(text, "utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("SELF_HEAL_CLI", str(program))
        # No Node is asked for by a program that is no script of it, but the search for one comes first.
        node = folder / "node"
        node.write_text("#!/bin/sh\necho v24.1.0\n")
        node.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
        return folder

    return install


def result(status="healed", title="test_status", file="test_it.py", **more):
    known = {
        "tests": [{"id": "x", "title": title, "file": file, "framework": "pytest"}],
        "diagnosis": {
            "failureType": "field_renamed", "signature": "0123456789ab", "rootCause": "Field was renamed in resource.",
            "affected": "phase", "expected": None, "actual": None, "message": "KeyError",
            "location": {"file": file, "line": 3, "column": 1},
        },
        "status": status,
        "reason": "It is so.",
        "proposal": {
            "description": "Read the field state in place of phase", "old": "phase", "new": "state", "strategy": "field",
            "confidence": 0.95, "absent": 0.0, "diff": "", "patch": "test-status-012345.patch",
            "edits": [{"file": file, "start": 0, "end": 1, "old": "a", "new": "b"}],
            "evidence": [{"kind": "commit", "for": True, "weight": 0.9, "text": "phase became state in a commit"}],
            "strategies": [], "alternatives": [],
        },
        "verification": {"runs": [{"passed": True, "durationMs": 1}] * 2, "effects": "unknown"},
        "pictures": {"before": None, "after": None},
        "suggestions": ["Look at the commit."],
    }
    known.update(more)
    return known


def report_of(*results, problems=()):
    return {"schemaVersion": 1, "results": list(results), "problems": list(problems)}


REPORT = report_of(result())
