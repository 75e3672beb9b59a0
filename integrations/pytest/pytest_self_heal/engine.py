"""Finding the engine and talking to it: `self-heal heal --json`, run by Node 24 or newer."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading

OLDEST_NODE = 24


class NoEngine(Exception):
    """Why nothing can be healed here, and what to do about it, in words."""


def find_engine(root, env=None):
    """The command line that starts the engine: `SELF_HEAL_CLI`, the project's own packages, PATH, npx."""
    env = os.environ if env is None else env
    folders = list(_upwards(root))
    node = _node(folders, env)
    given = env.get("SELF_HEAL_CLI", "").strip()
    if given:
        path = os.path.expanduser(given)
        if not os.path.exists(path):
            raise NoEngine("SELF_HEAL_CLI is %s, and there is no such file. Give the path of self-heal's dist/cli.js." % given)
        return _command(path, node)
    names = ("self-heal.cmd", "self-heal") if os.name == "nt" else ("self-heal",)
    for folder in folders:
        for name in names:
            path = os.path.join(folder, "node_modules", ".bin", name)
            if os.path.exists(path):
                return _command(path, node)
    path = shutil.which("self-heal", path=env.get("PATH"))
    if path:
        return _command(path, node)
    npx = shutil.which("npx", path=env.get("PATH"))
    if npx and _answers([npx, "--no-install", "self-heal", "--version"], env):
        return [npx, "--no-install", "self-heal"]
    raise NoEngine(
        "self-heal was not found. Install it (`npm install --save-dev self-heal-action`), or set SELF_HEAL_CLI to the path of its dist/cli.js."
    )


def _command(path, node):
    real = os.path.realpath(path)
    return [node, real] if real.endswith((".js", ".mjs", ".cjs", ".ts")) else [path]


def _node(folders, env):
    found = [os.path.join(folder, "node_modules", ".bin", "node") for folder in folders]
    found = [path for path in found if os.path.exists(path)]
    on_path = shutil.which("node", path=env.get("PATH"))
    seen = []
    for path in ([on_path] if on_path else []) + found:
        version = _answers([path, "--version"], env)
        major = re.match(r"v(\d+)", version or "")
        if major and int(major.group(1)) >= OLDEST_NODE:
            return path
        seen.append("%s is %s" % (path, version or "no Node that starts"))
    raise NoEngine(
        "Healing needs Node.js %d or newer, and %s. Set it up (nodejs.org, actions/setup-node) and run again."
        % (OLDEST_NODE, "; ".join(seen) if seen else "there is none on PATH")
    )


def _answers(command, env):
    try:
        done = subprocess.run(command, env=dict(env), stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def _upwards(folder):
    folder = os.path.realpath(str(folder))
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def heal(command, args, cwd, env, answer, progress):
    """Runs the engine and gives its report. `answer` is asked each question of it, `progress` given each line it says.

    An interrupt is handed on, and waited for: the engine puts the checkout back first.
    """
    child = subprocess.Popen(
        command + args, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    said = []

    def listen():
        for raw in child.stderr:
            line = raw.decode("utf-8", "replace").rstrip()
            said.append(line[:500])
            del said[:-60]
            progress(line)

    ear = threading.Thread(target=listen, daemon=True)
    ear.start()
    try:
        report = _converse(child, answer)
        code = child.wait()
    except BaseException:
        _end(child)
        raise
    ear.join(5)
    if report is None:
        raise NoEngine("The engine ended with code %s and without a report. It said:\n%s" % (code, "\n".join(said[-20:])))
    return report


def _converse(child, answer):
    """Questions are lines of JSON before the report, which is JSON over many lines."""
    rest = []
    for raw in child.stdout:
        if not rest and raw.startswith(b'{"ask":'):
            question = json.loads(raw.decode("utf-8"))
            reply = {"id": question["id"], "answer": answer(question["ask"])}
            try:
                child.stdin.write((json.dumps(reply) + "\n").encode("utf-8"))
                child.stdin.flush()
            except OSError:
                pass
            continue
        rest.append(raw)
    try:
        report = json.loads(b"".join(rest).decode("utf-8", "replace"))
    except ValueError:
        return None
    return report if isinstance(report, dict) and isinstance(report.get("results"), list) else None


def _end(child):
    if child.poll() is None:
        child.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def environment(settings, addopts):
    """For the engine: the Python of this session, its options for re-runs, and the settings that were read here."""
    env = dict(os.environ, PYTHON=sys.executable, NO_COLOR="1")
    for name in ("PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
        env.pop(name, None)
    if addopts:
        env["PYTEST_ADDOPTS"] = " ".join(filter(None, [os.environ.get("PYTEST_ADDOPTS", ""), addopts]))
    if settings.mcp_server:
        env["HEALING_MCP_SERVER"] = settings.mcp_server
    return env
