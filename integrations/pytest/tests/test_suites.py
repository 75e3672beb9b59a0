"""Every form in which a suite may fail is captured, by its node id."""

import pytest

from conftest import captured, failures, run


def test_parametrised_tests(project):
    project.makepyfile(
        test_it="""
        import pytest
        @pytest.mark.parametrize("name", ["edge", "a::b", "ü [x]"])
        def test_runs(name):
            assert name == "edge"
        """
    )
    found = failures(project)
    assert set(found) == {"test_it.py::test_runs[a::b]", "test_it.py::test_runs[\\xfc [x]]"}


def test_classes_and_nested_classes(project):
    project.makepyfile(
        test_it="""
        class TestTunnels:
            def test_opens(self): assert 0
            class TestInner:
                def test_closes(self): assert 0
        """
    )
    assert sorted(failures(project)) == [
        "test_it.py::TestTunnels::TestInner::test_closes",
        "test_it.py::TestTunnels::test_opens",
    ]


def test_unittest_cases(project):
    project.makepyfile(
        test_it="""
        import unittest
        class TunnelTest(unittest.TestCase):
            def setUp(self): self.status = {"state": 1}
            def test_status(self): self.status["phase"]
            def test_equal(self): self.assertEqual(1, 2)
            def test_fine(self): pass
        """
    )
    found = failures(project)
    assert sorted(found) == ["test_it.py::TunnelTest::test_equal", "test_it.py::TunnelTest::test_status"]
    error = found["test_it.py::TunnelTest::test_status"]["error"]
    assert error["type"] == "KeyError"
    assert error["scopes"][0]["names"]["self"]["status"] == {"state": None}


def test_a_failing_fixture(project):
    project.makepyfile(
        test_it="""
        import pytest
        @pytest.fixture
        def gateway(): return {"state": 1}["phase"]
        def test_runs(gateway): pass
        """
    )
    record = failures(project)["test_it.py::test_runs"]
    assert (record["when"], record["error"]["type"], record["error"]["frames"][0]["function"]) == ("setup", "KeyError", "gateway")


def test_a_failing_teardown_and_a_failure_before_it(project):
    project.makepyfile(
        test_it="""
        import pytest
        @pytest.fixture
        def gateway():
            yield
            raise ValueError("teardown")
        def test_passes(gateway): pass
        def test_fails(gateway): raise KeyError("call")
        """
    )
    found = failures(project)
    assert found["test_it.py::test_passes"]["when"] == "teardown"
    assert found["test_it.py::test_fails"]["when"] == "call"


def test_a_file_that_does_not_load(project):
    project.makepyfile(test_it="import relay_that_is_gone\n", test_fine="def test_it(): pass")
    record = failures(project)["test_it.py"]
    assert (record["when"], record["file"]) == ("collect", "test_it.py")
    assert "No module named 'relay_that_is_gone'" in record["text"]


def test_a_session_that_stops_at_the_first_failure(project):
    project.makepyfile(test_it="def test_a(): assert 0\ndef test_b(): assert 0\n")
    assert sorted(failures(project, "-x")) == ["test_it.py::test_a"]


@pytest.mark.parametrize("mode", ["fd", "sys", "no", "tee-sys"])
def test_every_way_to_capture_output(project, mode):
    project.makepyfile(
        test_it="""
        import os, sys
        def test_it():
            print("printed")
            os.write(2, b"\\xff\\xfe raw")
            assert 0
        """
    )
    assert list(failures(project, "--capture", mode)) == ["test_it.py::test_it"]


@pytest.mark.parametrize("style", ["long", "short", "line", "native", "no"])
def test_every_style_of_tracebacks(project, style):
    project.makepyfile(test_it="def test_it():\n    status = {'state': 1}\n    status['phase']\n")
    error = failures(project, "--tb", style)["test_it.py::test_it"]["error"]
    assert (error["type"], error["frames"][0]["line"]) == ("KeyError", 3)
    assert error["scopes"][0]["names"]["status"] == {"state": None}


def test_workers_of_xdist(project):
    pytest.importorskip("xdist")
    project.makepyfile(
        test_a="import pytest\n@pytest.mark.parametrize('n', range(20))\ndef test_a(n):\n    names = {'key%d' % n: 1}\n    assert n % 2\n",
        test_b="def test_b():\n    {'state': 1}['phase']\n",
        test_c="import gone_for_good\n",
    )
    result = project.runpytest_subprocess("-p", "pytest_self_heal", "--healing", "-n", "2", "--continue-on-collection-errors")
    found = {key: one for key, one in captured(project.path).items() if one["outcome"] == "failed"}
    assert len(found) == 12
    assert found["test_a.py::test_a[4]"]["error"]["scopes"][0]["names"]["names"] == {"key4": None}
    assert found["test_c.py"]["when"] == "collect"
    assert result.ret == 1


def test_subtests(project):
    if not hasattr(pytest, "Subtests"):
        pytest.skip("this pytest has no subtests")
    project.makepyfile(
        test_it="""
        def test_it(subtests):
            for name in ("a", "b"):
                with subtests.test(msg=name):
                    {"state": 1}["phase"]
        """
    )
    assert failures(project)["test_it.py::test_it"]["error"]["type"] == "KeyError"


def test_asyncio(project):
    pytest.importorskip("pytest_asyncio")
    project.makepyfile(
        test_it="""
        import asyncio, pytest
        async def status():
            await asyncio.sleep(0)
            found = {"state": 1}
            return found["phase"]
        @pytest.mark.asyncio
        async def test_it():
            await status()
        """
    )
    error = failures(project)["test_it.py::test_it"]["error"]
    assert [one["function"] for one in error["frames"]] == ["status", "test_it"]
    assert error["scopes"][0]["names"]["found"] == {"state": None}


def test_anyio(project):
    pytest.importorskip("anyio")
    project.makepyfile(
        test_it="""
        import anyio, pytest
        @pytest.fixture
        def anyio_backend(): return "asyncio"
        @pytest.mark.anyio
        async def test_it():
            async with anyio.create_task_group() as group:
                async def read(): {"state": 1}["phase"]
                group.start_soon(read)
        """
    )
    error = failures(project)["test_it.py::test_it"]["error"]
    types = [error["type"]] + [one["type"] for one in error.get("chain", ())]
    assert "KeyError" in types


def test_expected_failures_are_none(project):
    project.makepyfile(
        test_it="""
        import pytest
        @pytest.mark.xfail
        def test_expected(): assert 0
        @pytest.mark.skip
        def test_skipped(): assert 0
        def test_real(): assert 0
        """
    )
    assert list(failures(project)) == ["test_it.py::test_real"]


def test_a_thousand_failures(project):
    project.makepyfile(test_it="import pytest\n@pytest.mark.parametrize('n', range(1200))\ndef test_it(n): assert 0\n")
    assert len(failures(project, "--tb=no", "-q")) == 1000


def test_with_strict_markers_and_warnings_as_errors(project):
    project.makepyfile(test_it="import pytest\n@pytest.mark.healable\ndef test_it(): pass\n")
    assert run(project, "--healing", "--strict-markers", "-W", "error", "-p", "no:asyncio").ret == 0
