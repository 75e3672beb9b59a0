"""What can be said of a failure where the engine cannot run: a type, and what to look at. Nothing is patched by it."""

import difflib
import re

_RULES = (
    ("permission_denied", r"\b(?:401|403)\b|Forbidden|Unauthorized|PermissionError|PERMISSION_DENIED",
     "The product refuses this user: check roles and credentials. No edit of a test mends that."),
    ("connection_error", r"ConnectionError|ConnectionRefused|Connection refused|Name or service not known|UNAVAILABLE|SSLError",
     "Nobody answers there: check that the service runs, host, port and certificate."),
    ("timeout", r"Timeout|timed out",
     "Check whether the operation became slower or never ends, before the limit is raised."),
    ("resource_not_found", r"\b404\b|NotFound|not found|FileNotFoundError|does not exist",
     "Check name, namespace and route against the commits since the last green run."),
)
#: Renamings that are often seen between versions of a resource.
_USUAL = (("phase", "state"), ("status", "condition"), ("ready", "available"), ("replicas", "availableReplicas"))


def suggest(record):
    """The type of a captured failure and a sentence for a person."""
    error = record.get("error") or {}
    text = "%s: %s\n%s" % (error.get("type", ""), error.get("text", ""), record.get("text", "")[-4000:])
    if error.get("type") == "KeyError":
        return "field_renamed", near(error["text"].strip("'\""), keys_of(error), "key")
    if error.get("type") == "NoSuchElementException":
        return "selector_not_found", lost(error.get("text", ""), record.get("attachments") or [])
    missing = re.search(r"object has no attribute '(\w+)'", error.get("text", ""))
    if missing:
        return "api_changed", near(missing.group(1), error.get("present") or keys_of(error), "attribute")
    keyword = re.search(r"got an unexpected keyword argument '(\w+)'", text)
    if keyword:
        return "api_changed", "The argument %s is not known any more: look at the signature and at its last commits." % keyword.group(1)
    if re.search(r"ModuleNotFoundError|ImportError", text):
        return "api_changed", "An import does not resolve: look for the commit that moved or removed it."
    for failure_type, pattern, advice in _RULES:
        if re.search(pattern, text):
            return failure_type, advice
    if error.get("type") == "AssertionError":
        return "assertion_mismatch", "Check which commit changed the value, and whether that was meant, before the test is changed."
    return "unknown", "Look at the traceback; nothing here tells what changed."


def lost(text, attachments):
    sent = re.search(r'"method":"([\w ]{1,40})","selector":"(.{1,300}?)"\}', text)
    locator = "%s %s" % (sent.group(1), sent.group(2)) if sent else "the locator"
    pages = [one["path"] for one in attachments if one.get("name") == "page-source"]
    shown = ": compare it with the page as it was, %s." % pages[0] if pages else "."
    return "Nothing on the page matches %s%s" % (locator, shown)


def keys_of(error):
    found = []

    def walk(names):
        for name, inner in (names or {}).items():
            found.append(name)
            walk(inner)

    for scope in error.get("scopes", ()):
        for inner in scope["names"].values():
            walk(inner)
    return found


def near(name, present, what):
    usual = [other for pair in _USUAL if name in pair for other in pair if other != name and other in present]
    close = usual or difflib.get_close_matches(name, sorted(set(present)), 3, 0.6)
    if close:
        return "There is no %s %s, but there is %s: was it renamed?" % (what, name, ", ".join(close))
    shown = ", ".join(sorted(set(present))[:12])
    return "There is no %s %s%s." % (what, name, "; there are %s" % shown if shown else "")
