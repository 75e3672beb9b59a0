"""What is captured of a failure."""

import json

from conftest import failures, run


def test_keys_and_attributes_of_the_failing_frame_and_no_values(project):
    project.makepyfile(
        test_it="""
        import types
        def test_status():
            status = {"state": "Running-value", "nested": {"ready": "yes-value"}, 7: "number"}
            client = types.SimpleNamespace(address="http-value", _private=1)
            status["phase"]
        """
    )
    record = failures(project)["test_it.py::test_status"]
    [scope] = record["error"]["scopes"]
    assert scope["names"]["status"] == {"state": None, "nested": {"ready": None}}
    assert scope["names"]["client"] == {"address": None}
    assert record["error"]["type"] == "KeyError"
    assert record["error"]["frames"] == [
        {"file": "test_it.py", "line": 5, "function": "test_status", "source": 'status["phase"]'}
    ]
    assert "-value" not in json.dumps(record["error"])


def test_names_in_mappings_of_any_kind_slots_named_tuples_and_generated_models(project):
    project.makepyfile(
        test_it="""
        import collections
        class Slots:
            __slots__ = ("height",)
            def __init__(self): self.height = {"cm": 1}
        class Model:
            openapi_types = {"phase": "str", "replicas": "int"}
            phase, replicas = "a", 3
        def test_all():
            chained = collections.ChainMap({"a": 1}, {"b": 2})
            slots, model, point = Slots(), Model(), collections.namedtuple("Point", "x y")(1, 2)
            assert False
        """
    )
    names = failures(project)["test_it.py::test_all"]["error"]["scopes"][0]["names"]
    assert names["chained"] == {"a": None, "b": None}
    assert names["slots"] == {"height": {"cm": None}}
    assert names["model"] == {"phase": None, "replicas": None}
    assert names["point"] == {"x": None, "y": None}


def test_objects_that_fail_when_they_are_looked_at(project):
    project.makepyfile(
        test_it="""
        import collections.abc
        class Hostile(collections.abc.Mapping):
            def __getitem__(self, key): raise RuntimeError("no")
            def __iter__(self): raise SystemError("no")
            def __len__(self): return 1
        class Lazy:
            def __getattr__(self, name): raise ValueError(name)
            def __dir__(self): raise ValueError("dir")
        def test_it():
            hostile, lazy, fine = Hostile(), Lazy(), {"a": 1}
            assert False
        """
    )
    names = failures(project)["test_it.py::test_it"]["error"]["scopes"][0]["names"]
    assert names["fine"] == {"a": None}
    assert "hostile" not in names


def test_the_chain_of_exceptions(project):
    project.makepyfile(
        helper="""
        def read(status):
            try:
                return status["phase"]
            except KeyError as error:
                raise RuntimeError("cannot read the status") from error
        """,
        test_it="""
        import helper
        def test_status():
            try:
                helper.read({"state": 1})
            except RuntimeError:
                raise AssertionError("the gateway does not run")
        """,
    )
    error = failures(project)["test_it.py::test_status"]["error"]
    assert error["type"] == "AssertionError"
    assert [(one["link"], one["type"], one["text"]) for one in error["chain"]] == [
        ("context", "RuntimeError", "cannot read the status"),
        ("cause", "KeyError", "'phase'"),
    ]
    assert error["chain"][1]["frames"] == [{"file": "helper.py", "line": 3}]


def test_a_chain_that_bites_its_tail_ends(project):
    project.makepyfile(
        test_it="""
        def test_it():
            a, b = ValueError("a"), ValueError("b")
            a.__cause__, b.__cause__ = b, a
            raise a
        """
    )
    assert len(failures(project)["test_it.py::test_it"]["error"]["chain"]) == 1


def test_the_names_that_an_object_has_whose_attribute_is_missing(project):
    project.makepyfile(
        test_it="""
        class Client:
            def list_objects(self): pass
        def test_it():
            Client().list_all()
        """
    )
    error = failures(project)["test_it.py::test_it"]["error"]
    assert error.get("present", ["list_objects"]) == ["list_objects"]  # from Python 3.10 on


def test_secrets_are_masked(project, monkeypatch):
    monkeypatch.setenv("DB_PASSWORD", "hunter2-hunter2")
    project.makepyfile(
        test_it="""
        import os
        def test_it():
            found = {os.environ["DB_PASSWORD"]: 1}
            url = "https://me:pa55word@db.example/x?token=abcdef123456"
            raise ValueError("%s: %s, Bearer abcdefghijklmnop1234" % (url, os.environ["DB_PASSWORD"]))
        """
    )
    text = json.dumps(failures(project)["test_it.py::test_it"])
    for secret in ("hunter2", "pa55word", "abcdef123456", "abcdefghijklmnop1234"):
        assert secret not in text, secret
    assert "***" in text


def test_what_is_large_is_cut(project):
    project.makepyfile(
        test_it="""
        def deep(n): return {"k": deep(n - 1)} if n else {}
        def test_it():
            many = {"key%d" % n: n for n in range(100000)}
            nested = deep(100)
            raise ValueError("x" * 1000000)
        """
    )
    record = failures(project)["test_it.py::test_it"]
    assert len(record["error"]["scopes"][0]["names"]["many"]) == 60
    assert len(json.dumps(record)) < 60000


def test_what_is_wide_and_deep_costs_little(project):
    project.makepyfile(
        test_it="""
        def wide(depth): return {"k%d" % n: wide(depth - 1) for n in range(40)} if depth else {}
        def test_it():
            first, second = wide(3), {"state": 1}
            assert False
        """
    )
    import time

    begun = time.process_time()
    record = failures(project)["test_it.py::test_it"]
    assert time.process_time() - begun < 5
    names = record["error"]["scopes"][0]["names"]
    assert len(names["first"]) == 40
    assert names["second"] == {"state": None}
    assert len(json.dumps(names)) < 100000


def test_text_that_is_no_valid_unicode(project):
    project.makepyfile(test_it='def test_it():\n    raise ValueError("half \\ud800 of a pair")\n')
    assert "half" in failures(project)["test_it.py::test_it"]["error"]["text"]


def test_nothing_is_written_where_all_is_green(project):
    project.makepyfile(test_it="def test_it(): pass")
    assert run(project, "--healing").ret == 0
    assert not (project.path / ".healing_captures").exists()


def test_nothing_is_written_with_healing_off(project):
    project.makepyfile(test_it="def test_it(): assert False")
    run(project)
    assert not (project.path / ".healing_captures").exists()


def test_git_does_not_see_the_captures(project):
    from conftest import git

    project.makepyfile(test_it="def test_it(): assert False")
    failures(project)
    assert ".healing_captures" not in git(project.path, "status", "--porcelain")


def test_tests_that_passed_are_named_too(project):
    from conftest import captured

    project.makepyfile(test_it="def test_a(): pass\ndef test_b(): assert False")
    failures(project)
    assert captured(project.path)["test_it.py::test_a"]["outcome"] == "passed"


def test_a_suite_in_a_folder_of_the_repository(project):
    folder = project.mkdir("suite")
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_it.py").write_text("def test_it(): assert False\n")
    run(project, "--healing", "--rootdir", str(folder), str(folder))
    from conftest import captured

    record = captured(project.path)["test_it.py::test_it"]
    assert record["file"] == "suite/test_it.py"
