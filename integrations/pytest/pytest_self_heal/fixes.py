"""Fixes that lie in `.healing_fixes/`: shown, applied, or committed. The engine does it where it is there, else git."""

import os
import subprocess
import sys

from . import engine
from .repository import root_of
from .settings import COMMIT_CONFIDENCE

FOLDER = ".healing_fixes"
#: Nothing of a repository runs for our commands: no hooks, no monitor.
GIT = ["git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"]


def review_fixes(config):
    """Exit code 0 where no fix is pending, else 1."""
    root = root_of(config)
    try:
        command = engine.find_engine(root)
    except engine.NoEngine as error:
        return _list(root, str(error))
    return subprocess.run(command + ["review"], cwd=root).returncode


def apply_fixes(config, patches):
    root = root_of(config)
    here = str(config.invocation_params.dir)
    paths = [_find(root, here, patch) for patch in patches]
    missing = [patch for patch, path in zip(patches, paths) if path is None]
    if missing:
        print("There is no patch %s. `pytest --healing-review` lists those that are." % ", ".join(missing), file=sys.stderr)
        return 2
    try:
        command = engine.find_engine(root)
    except engine.NoEngine:
        return _apply_with_git(root, paths)
    return subprocess.run(command + ["apply"] + paths, cwd=root).returncode


def _find(root, here, patch):
    """As given, or by its name in the folder of fixes."""
    places = [os.path.join(here, patch), os.path.join(root, patch), os.path.join(root, FOLDER, patch)]
    return next((os.path.realpath(path) for path in places if os.path.isfile(path)), None)


def _list(root, why):
    folder = os.path.join(root, FOLDER)
    names = sorted(name for name in os.listdir(folder) if name.endswith(".patch")) if os.path.isdir(folder) else []
    pending = 0
    for name in names:
        path = os.path.join(folder, name)
        state = _state(root, path)
        pending += state == "pending"
        print("%s/%s: %s" % (FOLDER, name, state))
        with open(path, encoding="utf-8", errors="replace") as patch:
            print("    " + patch.read(20000).rstrip().replace("\n", "\n    "))
    print("%d fixes, %d pending. Apply one: pytest --healing-apply %s/NAME.patch" % (len(names), pending, FOLDER))
    print("(Evidence and confidence are shown where the engine runs. %s)" % why)
    return 1 if pending else 0


def _state(root, path):
    if _git(root, ["apply", "--check", "--", path]).returncode == 0:
        return "pending"
    return "applied" if _git(root, ["apply", "--check", "--reverse", "--", path]).returncode == 0 else "does not apply"


def _apply_with_git(root, paths):
    for path in paths:
        listed = _git(root, ["apply", "--numstat", "-z", "--", path])
        targets = [line.split("\t", 2)[-1] for line in listed.stdout.split("\0") if line]
        wrong = [name for name in targets if name.split("/")[0] in (".git", ".github") or not os.path.isfile(os.path.join(root, name))]
        if listed.returncode != 0 or not targets or wrong:
            why = "it touches %s" % ", ".join(wrong) if wrong else listed.stderr.strip() or "it changes nothing"
            print("%s was refused: %s. Run pytest --healing again." % (path, why), file=sys.stderr)
            return 2
        if _state(root, path) == "applied":
            print("= %s was applied before" % path)
            continue
        done = _git(root, ["apply", "--whitespace=nowarn", "--", path])
        if done.returncode != 0:
            print("%s does not apply: %s" % (path, done.stderr.strip()), file=sys.stderr)
            return 2
        print("%s: applied to %s" % (path, ", ".join(targets)))
    return 0


def commit_fixes(root, command, report, settings):
    """Commits each verified fix that is sure enough, alone; yields commits with their subjects, and what went wrong."""
    least = max(COMMIT_CONFIDENCE, settings.confidence or 0)
    commits, problems = [], []
    for result in report["results"]:
        proposal = result.get("proposal") or {}
        if result["status"] != "healed" or not proposal.get("patch") or not proposal.get("edits"):
            continue
        if proposal["confidence"] < least:
            problems.append("Not committed, since its confidence %.2f is under %.2f: %s" % (proposal["confidence"], least, proposal["patch"]))
            continue
        files = sorted({edit["file"] for edit in proposal["edits"]})
        subject = "Heal tests: %s" % " ".join(proposal["description"].split())[:120]
        why = _commit(root, command, os.path.join(root, FOLDER, os.path.basename(proposal["patch"])), files, subject, result)
        if why:
            problems.append("Not committed: %s: %s" % (proposal["patch"], why))
        else:
            commits.append((_git(root, ["rev-parse", "--short", "HEAD"]).stdout.strip(), subject))
    return commits, problems


def _commit(root, command, patch, files, subject, result):
    """None, or why there is no commit; the files are then as they were."""
    if _git(root, ["status", "--porcelain", "--"] + files).stdout.strip():
        return "%s changed since the tests ran" % ", ".join(files)
    applied = subprocess.run(command + ["apply", patch], cwd=root, capture_output=True, text=True)
    body = "%s\n\nSignature: %s\nConfidence: %.2f\n" % (
        " ".join(result["diagnosis"]["rootCause"].split())[:500], result["diagnosis"]["signature"], result["proposal"]["confidence"]
    )
    identity = [] if _git(root, ["config", "user.email"]).stdout.strip() else ["-c", "user.name=self-heal", "-c", "user.email=self-heal@localhost"]
    done = applied
    if applied.returncode == 0:
        done = _git(root, ["commit", "--quiet", "--no-verify", "--only", "-m", subject, "-m", body, "--"] + files, identity)
    if done.returncode == 0:
        return None
    _git(root, ["checkout", "--quiet", "HEAD", "--"] + files)
    return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "git said nothing"


def _git(root, args, options=()):
    return subprocess.run(GIT + list(options) + args, cwd=root, capture_output=True, text=True, errors="replace", timeout=120)
