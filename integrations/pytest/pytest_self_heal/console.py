"""What a person reads at the end of the session. Everything that came from elsewhere is printed without control signs."""

import re

LABELS = {
    "healed": "HEALED",
    "proposed": "SUGGESTED, not verified",
    "needs_human": "NEEDS HUMAN",
    "likely_regression": "LIKELY REGRESSION",
    "flaky": "FLAKY",
    "environment": "ENVIRONMENT",
    "skipped": "SKIPPED",
}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def plain(text, lines=False, most=2000):
    text = _CONTROL.sub(" ", str(text))[:most]
    return text if lines else " ".join(text.split())


def names(nodeids, most=3):
    shown = ", ".join(plain(each) for each in nodeids[:most])
    return shown if len(nodeids) <= most else "%s and %d more" % (shown, len(nodeids) - most)


def nodeid_of(test):
    if test["title"] == test["file"] or test["file"].endswith("/" + test["title"]):
        return test["file"]
    return "%s::%s" % (test["file"], test["title"].replace(" \u203a ", "::"))


def marks(terminal):
    """A tick and a cross that the terminal can show."""
    encoding = getattr(getattr(terminal._tw, "_file", None), "encoding", None) or "ascii"
    try:
        "\u2713\u2717\u2192".encode(encoding)
    except (UnicodeError, LookupError):
        return "+", "-", "->"
    return "\u2713", "\u2717", "\u2192"


def tell(terminal, report, root, settings, commits):
    tick, cross, arrow = marks(terminal)
    for result in report["results"]:
        terminal.write_sep("=", "SELF-HEALING ATTEMPT")
        tell_result(terminal, result, tick, cross, arrow)
    terminal.write_sep("=", "SELF-HEALING")
    counts = {}
    for result in report["results"]:
        counts[result["status"]] = counts.get(result["status"], 0) + len(result["tests"])
    terminal.write_line(", ".join("%d %s" % (counts[key], LABELS[key].split(",")[0].lower()) for key in LABELS if key in counts))
    for problem in report.get("problems", ())[:20]:
        terminal.write_line("! %s %s" % (plain(problem["message"]), plain(problem["remedy"])))
    for commit, subject in commits:
        terminal.write_line("%s committed as %s: %s" % (tick, commit, plain(subject)), green=True)
    if counts.get("healed"):
        what = "The commits are there" if commits else "Apply the fixes"
        terminal.write_line("%s; the session stays failed until the tests pass by themselves." % what)


def tell_result(terminal, result, tick, cross, arrow):
    diagnosis, proposal = result["diagnosis"], result.get("proposal") or {}
    say = terminal.write_line
    nodeids = [nodeid_of(test) for test in result["tests"]]
    say("Failure Type: %s" % diagnosis["failureType"].upper())
    say("Affected Element: '%s'" % plain(diagnosis["affected"], most=300))
    say("Root Cause: %s" % plain(diagnosis["rootCause"], most=600))
    place = diagnosis.get("location")
    if place:
        say("Location: %s:%s" % (plain(place["file"]), place["line"]))
    say("")
    said = [one for one in proposal.get("evidence", ()) if one["kind"] != "effects" or one["for"] or one["weight"] > 0.1]
    evidence = sorted(said, key=lambda one: -one["weight"])
    for one in [one for one in evidence if one["for"]][:3] + [one for one in evidence if not one["for"]][:2]:
        say("%s %s" % (tick if one["for"] else cross, plain(one["text"], most=400)))
    if proposal.get("edits"):
        fix = "%s (%s %s %s)" % (
            plain(proposal["description"], most=300), plain(proposal["old"], most=120), arrow, plain(proposal["new"], most=120)
        )
        say("%s Fix: %s" % (tick, fix), green=True)
        say("%s Confidence: %.2f" % (tick, proposal["confidence"]), green=True)
    else:
        say("%s %s" % (cross, plain(result["reason"], most=800)))
        for advice in result.get("suggestions", ())[:3]:
            say("  %s" % plain(advice, most=400))
    say("")
    mark = " " + tick if result["status"] == "healed" else ""
    runs = (result.get("verification") or {}).get("runs", ())
    passed = sum(1 for run in runs if run["passed"])
    held = "  (%d of %d runs passed with the fix)" % (passed, len(runs)) if runs and proposal.get("edits") else ""
    for nodeid in nodeids[:10]:
        colour = {"green": True} if result["status"] == "healed" else {"yellow": True}
        say("%s %s%s%s" % (plain(nodeid), LABELS.get(result["status"], result["status"]), mark, held), **colour)
    if len(nodeids) > 10:
        say("... and %d more tests" % (len(nodeids) - 10))
    if proposal.get("edits") and proposal.get("patch"):
        path = ".healing_fixes/%s" % plain(proposal["patch"])
        say("")
        say("Fix saved to: %s" % path)
        say("Review and commit: git apply %s" % path)


def tell_suggestions(terminal, guesses, folder):
    terminal.write_sep("=", "SELF-HEALING")
    terminal.write_line("%d failures were captured in %s/ and not healed; suggestions only:" % (len(guesses), folder))
    for nodeid, (failure_type, advice) in guesses[:50]:
        terminal.write_line("%s  %s" % (plain(nodeid), failure_type.upper()))
        terminal.write_line("    %s" % plain(advice, most=600))
