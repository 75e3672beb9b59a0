"""A session with healing on: what is healed, what is told, and that the session stays failed."""

import os

import pytest

from conftest import captured, commit, failures, git, report_of, result, run


def apart(project, *args):
    """In a process of its own: a session that ends in an unusual way would end this one."""
    return project.runpytest_subprocess("-p", "pytest_self_heal", *args)


@pytest.fixture
def failing(project):
    (project.path / "test_it.py").write_text("def test_status():\n    {'state': 1}['phase']\n\ndef test_fine(): pass\n")
    return project


def test_a_healed_test_is_told_of_as_the_design_shows_it(failing, stand_in):
    stand_in()
    done = run(failing, "--healing")
    done.stdout.fnmatch_lines(
        [
            "*= SELF-HEALING ATTEMPT =*",
            "Failure Type: FIELD_RENAMED",
            "Affected Element: 'phase'",
            "Root Cause: Field was renamed in resource.",
            "? phase became state in a commit",
            "? Fix: Read the field state in place of phase (phase * state)",
            "? Confidence: 0.95",
            "test_it.py::test_status HEALED*(2 of 2 runs passed with the fix)",
            "Fix saved to: .healing_fixes/test-status-012345.patch",
            "Review and commit: git apply .healing_fixes/test-status-012345.patch",
            "1 healed",
            "*= 1 failed, 1 passed, 1 healed in *",
        ]
    )


def test_a_heal_never_turns_the_session_green(failing, stand_in):
    stand_in()
    assert run(failing, "--healing").ret == pytest.ExitCode.TESTS_FAILED


def test_what_is_not_healed_is_told_with_its_reason_and_no_fix(failing, stand_in):
    proposal = dict(result()["proposal"], edits=[], patch=None)
    stand_in(report_of(result("likely_regression", reason="The field is gone.", proposal=proposal)))
    done = run(failing, "--healing")
    done.stdout.fnmatch_lines(["*The field is gone.", "*Look at the commit.", "test_it.py::test_status LIKELY REGRESSION"])
    done.stdout.no_fnmatch_line("*Fix saved*")
    done.stdout.no_fnmatch_line("* healed in *")


def test_problems_of_the_engine_are_told(failing, stand_in):
    stand_in(report_of(result(), problems=[{"message": "A trace is missing.", "remedy": "Upload it."}]))
    run(failing, "--healing").stdout.fnmatch_lines(["! A trace is missing. Upload it."])


def test_control_signs_of_a_report_do_not_reach_the_terminal(failing, stand_in):
    stand_in(report_of(result(reason="\x1b[2J\x07gone\u202e", status="needs_human", proposal=None)))
    out = run(failing, "--healing").stdout.str()
    assert "gone" in out
    assert not any(sign in out for sign in ("\x1b[2J", "\x07", "\u202e"))


def test_a_terminal_without_ticks(failing, stand_in, monkeypatch):
    stand_in()
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = apart(failing, "--healing")
    done.stdout.fnmatch_lines(["+ Confidence: 0.95", "test_it.py::test_status HEALED +*"])


def test_without_an_engine_it_captures_suggests_and_says_so(failing):
    done = run(failing, "--healing")
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(
        ["1 failures were captured in .healing_captures/ and not healed; suggestions only:", "test_it.py::test_status  FIELD_RENAMED", "! *"]
    )
    assert "error" in captured(failing.path)["test_it.py::test_status"]


def test_node_that_is_too_old_is_named(failing, monkeypatch, tmp_path):
    (tmp_path / "node").write_text("#!/bin/sh\necho v20.1.0\n")
    (tmp_path / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    run(failing, "--healing").stdout.fnmatch_lines(["! Healing needs Node.js 24 or newer, and */node is v20.1.0.*"])


def test_no_node_at_all(failing, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    run(failing, "--healing").stdout.fnmatch_lines(["! Healing needs Node.js 24 or newer, and there is none on PATH*"])


def test_an_engine_that_breaks_off_is_quoted(failing, stand_in):
    stand_in(before="print('it hurts', file=sys.stderr); sys.exit(2)")
    done = run(failing, "--healing")
    done.stdout.fnmatch_lines(["! The engine ended with code 2 and without a report. It said:", "*it hurts*"])
    assert done.ret == pytest.ExitCode.TESTS_FAILED


def test_an_engine_that_answers_nonsense(failing, stand_in):
    stand_in(before="print('[1, 2'); sys.exit(0)")
    run(failing, "--healing").stdout.fnmatch_lines(["! The engine ended with code 0 and without a report.*"])


def test_an_interrupt_while_it_heals_waits_for_the_engine(failing, stand_in):
    # Where this runs in the background of a shell, interrupts are ignored from the start.
    failing.makeconftest("import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n")
    folder = stand_in(
        before="import signal, time; signal.signal(signal.SIGINT, lambda *_: (open(os.path.join(folder, 'restored'), 'w').close(), sys.exit(1)));"
        " os.kill(os.getppid(), signal.SIGINT); time.sleep(30)"
    )
    done = apart(failing, "--healing")
    assert (folder / "restored").exists()
    done.stdout.fnmatch_lines(["! Healing was interrupted; the checkout is as it was."])


def test_an_interrupted_session_is_not_healed(project, stand_in):
    folder = stand_in()
    project.makepyfile(test_it="def test_a(): assert 0\ndef test_b(): raise KeyboardInterrupt\n")
    apart(project, "--healing")
    assert not (folder / "asked.json").exists()


def test_a_file_that_does_not_load_is_healed_although_pytest_calls_that_interrupted(project, stand_in):
    folder = stand_in()
    project.makepyfile(test_it="import gone_for_good")
    done = run(project, "--healing")
    assert (folder / "asked.json").exists()
    assert done.ret == pytest.ExitCode.INTERRUPTED


def test_the_closest_marker_decides(project):
    project.makepyfile(
        test_it="""
        import pytest
        @pytest.mark.no_healing
        class TestAll:
            def test_out(self): assert 0
            @pytest.mark.healable
            def test_in(self): assert 0
        @pytest.mark.no_healing
        def test_alone(): assert 0
        def test_plain(): assert 0
        """
    )
    done = run(project, "--healing")
    assert sorted(key for key in captured(project.path)) == ["test_it.py::TestAll::test_in", "test_it.py::test_plain"]
    done.stdout.fnmatch_lines(["Marked no_healing, and left alone: test_it.py::TestAll::test_out, test_it.py::test_alone"])


def test_the_context_of_a_test(project):
    project.makepyfile(
        test_it="""
        def test_it(healing_context):
            healing_context.note("the operator was upgraded before")
            gateway = {"state": 1}
            healing_context.watch({"conditions": []}, "gateway")
            assert 0
        def test_other(healing_context):
            assert healing_context.notes == [] and healing_context.nodeid == "test_it.py::test_other"
        """
    )
    record = failures(project)["test_it.py::test_it"]
    assert record["notes"] == ["the operator was upgraded before"]
    assert record["watched"] == {"gateway": {"conditions": None}}


def test_the_context_is_there_with_healing_off(project):
    project.makepyfile(test_it="def test_it(healing_context): healing_context.note('x')")
    assert run(project).ret == 0


FIX = """diff --git a/test_it.py b/test_it.py
--- a/test_it.py
+++ b/test_it.py
@@ -1,4 +1,4 @@
 def test_status():
-    {'state': 1}['phase']
+    {'state': 1}['state']
 
 def test_fine(): pass
"""


def with_fix(project, text=FIX, name="test-status-012345.patch"):
    (project.path / ".gitignore").write_text("__pycache__\n.healing_*\n.pytest_cache\nno-engine\n")
    commit(project.path)
    (project.path / ".healing_fixes").mkdir(exist_ok=True)
    (project.path / ".healing_fixes" / name).write_text(text)


def test_pending_fixes_are_shown_and_applied_without_the_engine(failing):
    with_fix(failing)
    shown = apart(failing, "--healing-review")
    shown.stdout.fnmatch_lines([".healing_fixes/test-status-012345.patch: pending", "*+    {'state': 1}[[]'state']", "1 fixes, 1 pending.*"])
    assert shown.ret == 1
    assert apart(failing, "--healing-apply", ".healing_fixes/test-status-012345.patch").ret == 0
    assert "['state']" in (failing.path / "test_it.py").read_text()
    assert apart(failing, "--healing-review").ret == 0
    apart(failing, "--healing-apply", "test-status-012345.patch").stdout.fnmatch_lines(["= * was applied before"])
    assert run(failing).ret == 0


def test_review_and_apply_are_the_engines_where_it_is_there(failing, stand_in):
    with_fix(failing)
    stand_in()
    assert apart(failing, "--healing-review").ret == 3
    done = apart(failing, "--healing-apply", "test-status-012345.patch")
    done.stdout.fnmatch_lines(["stand-in: apply */.healing_fixes/test-status-012345.patch"])


@pytest.mark.parametrize("target", [".github/workflows/ci.yml", "../outside.py", ".git/config"])
def test_a_patch_of_something_else_is_refused(failing, target):
    folder = failing.path / os.path.dirname(target)
    folder.mkdir(parents=True, exist_ok=True)
    if not (failing.path / target).exists():
        (failing.path / target).write_text("one\n")
    before = (failing.path / target).read_text()
    line = before.splitlines()[0]
    with_fix(failing, "diff --git a/{0} b/{0}\n--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-{1}\n+two\n".format(target, line), "evil.patch")
    assert apart(failing, "--healing-apply", "evil.patch").ret == 2
    assert (failing.path / target).read_text() == before


def test_a_patch_that_is_not_there(failing):
    done = apart(failing, "--healing-apply", "none.patch")
    assert done.ret == 2
    done.stderr.fnmatch_lines(["There is no patch none.patch.*"])


APPLIES = "import subprocess; sys.argv[1] == 'apply' and sys.exit(subprocess.run(['git', 'apply', sys.argv[2]]).returncode)"


@pytest.fixture
def committing(failing, stand_in):
    """An engine that can apply patches, and a fix that waits."""

    def make(report):
        folder = stand_in(report)
        program = folder / "self-heal"
        program.write_text(program.read_text().replace("folder = ", APPLIES + "\nfolder = ", 1))
        with_fix(failing)
        return failing

    return make


def test_verified_fixes_are_committed_where_that_is_asked_for(committing):
    project = committing(report_of(result()))
    done = run(project, "--healing", "--healing-auto-commit")
    done.stdout.fnmatch_lines(["*committed as *: Heal tests: Read the field state in place of phase"])
    assert git(project.path, "log", "-1", "--format=%s").strip() == "Heal tests: Read the field state in place of phase"
    assert git(project.path, "show", "--name-only", "--format=").split() == ["test_it.py"]
    assert git(project.path, "status", "--porcelain") == ""
    assert done.ret == pytest.ExitCode.TESTS_FAILED


def test_nothing_is_committed_unasked(committing):
    project = committing(report_of(result()))
    before = git(project.path, "rev-parse", "HEAD")
    run(project, "--healing")
    assert git(project.path, "rev-parse", "HEAD") == before


@pytest.mark.parametrize(
    "one", [result("proposed"), result(proposal=dict(result()["proposal"], confidence=0.85)), result("needs_human")]
)
def test_what_is_not_verified_or_not_sure_is_never_committed(committing, one):
    project = committing(report_of(one))
    before = git(project.path, "rev-parse", "HEAD")
    run(project, "--healing", "--healing-auto-commit", "--healing-confidence=0.5")
    assert git(project.path, "rev-parse", "HEAD") == before
    assert git(project.path, "status", "--porcelain") == ""


def test_a_commit_takes_nothing_else_along_and_runs_no_hook(committing):
    project = committing(report_of(result()))
    hook = project.path / ".git" / "hooks" / "post-commit"
    hook.write_text("#!/bin/sh\ntouch hooked\n")
    hook.chmod(0o755)
    (project.path / "staged.txt").write_text("mine")
    git(project.path, "add", "staged.txt")
    run(project, "--healing", "--healing-auto-commit")
    assert git(project.path, "show", "--name-only", "--format=").split() == ["test_it.py"]
    assert git(project.path, "status", "--porcelain").split() == ["A", "staged.txt"]


def test_a_file_with_changes_of_ones_own_is_not_committed(committing):
    project = committing(report_of(result()))
    with (project.path / "test_it.py").open("a") as file:
        file.write("# mine\n")
    before = git(project.path, "rev-parse", "HEAD")
    run(project, "--healing", "--healing-auto-commit").stdout.fnmatch_lines(["! Not committed: *changed since the tests ran"])
    assert git(project.path, "rev-parse", "HEAD") == before
    assert (project.path / "test_it.py").read_text().endswith("# mine\n")
