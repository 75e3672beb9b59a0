"""What a failed test knows and its traceback does not say: the exception chain, and the names in the failing frames.

Names of variables, keys of mappings and attributes of objects are written; values never. The same file runs inside of
the re-runs that the engine starts, which is why it imports nothing of this package and keeps to old syntax.
"""

import collections.abc
import linecache
import os
import re
import types

MOST_KEYS = 60
#: Of one failure in all frames together, and of one variable.
MOST_NAMES = 4000
MOST_OF_ONE = 500
MOST_FRAMES = 30
MOST_CAUSES = 6
MOST_TEXT = 20000

_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY", re.I)
_IN_URL = re.compile(r"(?<=://)[^/\s:@'\"]{1,200}:[^/\s@'\"]{1,500}(?=@)")
_BEARER = re.compile(r"\b((?:Bearer|Basic|token)\s+)[A-Za-z0-9._~+/=-]{12,}")
_QUERY = re.compile(r"([?&;](?:access_token|token|api_?key|key|secret|password|sig|signature)=)[^&\s'\"#]{4,}", re.I)


def secrets():
    """The values of variables whose names tell that they are secret."""
    return [value for name, value in os.environ.items() if len(value) >= 6 and _SECRET_NAME.search(name)]


def masked(text, known=None):
    """The text without what looks like a secret: values of telling variables, credentials in URLs and headers."""
    for value in secrets() if known is None else known:
        text = text.replace(value, "***")
    return _QUERY.sub(r"\1***", _BEARER.sub(r"\1***", _IN_URL.sub("***", text)))


def may_heal(item):
    """What the closest of the markers `healable` and `no_healing` says; a test without either may be healed."""
    for marker in item.iter_markers():
        if marker.name in ("no_healing", "healable"):
            return marker.name == "healable"
    return True


def path_from(root, path):
    """A path from the root, with forward slashes."""
    return os.path.relpath(os.path.realpath(str(path)), root).replace(os.sep, "/")


def record_of(item, call, report, root):
    """One line for a phase of a test that is over; a failed one tells what it knows."""
    record = {
        "id": report.nodeid,
        "file": path_from(root, item.path),
        "when": report.when,
        "outcome": report.outcome,
        "seconds": report.duration,
        "text": "",
    }
    if report.failed:
        record["text"] = masked(text_of(report))
        if not may_heal(item):
            record["healing"] = False
        if call.excinfo is not None:
            record["error"] = describe(call.excinfo.value, call.excinfo.tb, root)
    return record


def collect_record_of(report, root, folder):
    """One line for a file that could not be loaded."""
    return {
        "id": report.nodeid,
        "file": path_from(root, os.path.join(folder, report.nodeid.split("::")[0])),
        "when": "collect",
        "outcome": "failed",
        "seconds": 0,
        "text": masked(text_of(report)),
    }


def text_of(report):
    """The traceback as pytest prints it, the end of it where it is long."""
    try:
        return str(report.longrepr)[-MOST_TEXT:]
    except Exception as error:
        return "The traceback could not be printed: %s" % type(error).__name__


def describe(value, traceback, root):
    """Type and text of an exception, frames of the repository from the innermost outwards, and the names in them."""
    frames = frames_of(traceback, root)
    room = Room()
    record = dict(
        named(value),
        frames=[
            {"file": path, "line": one.tb_lineno, "function": one.tb_frame.f_code.co_name, "source": source_of(one)}
            for one, path in frames
        ],
        scopes=[
            {"file": path, "line": one.tb_lineno, "names": names_in(one.tb_frame, room)} for one, path in frames[:3]
        ],
    )
    present = present_on(value)
    if present is not None:
        record["present"] = present
        record["owners"] = owners_of(value.obj)
    chain = chain_of(value, root)
    if chain:
        record["chain"] = chain
    return record


def source_of(entry):
    """The line a frame stands on, which not every style of tracebacks prints."""
    return masked(linecache.getline(entry.tb_frame.f_code.co_filename, entry.tb_lineno).strip()[:400])


def named(value):
    try:
        text = masked(str(value)[:8000])
    except Exception as error:
        text = "its text could not be read: %s" % type(error).__name__
    return {"type": type(value).__name__, "module": type(value).__module__, "text": text}


def chain_of(value, root):
    """What led to an exception, the nearest first: its causes, its contexts, the first of a group."""
    chain, seen = [], {id(value)}
    while len(chain) < MOST_CAUSES:
        inner = getattr(value, "exceptions", None)
        if value.__cause__ is not None:
            link, value = "cause", value.__cause__
        elif isinstance(inner, tuple) and inner and isinstance(inner[0], BaseException):
            link, value = "group", inner[0]
        elif value.__context__ is not None and not value.__suppress_context__:
            link, value = "context", value.__context__
        else:
            break
        if id(value) in seen:
            break
        seen.add(id(value))
        frames = frames_of(value.__traceback__, root)[:5]
        chain.append(dict(named(value), link=link, frames=[{"file": p, "line": one.tb_lineno} for one, p in frames]))
    return chain


def present_on(value):
    """The public names of the object that lacks an attribute, where the exception holds on to it."""
    owner = getattr(value, "obj", None)
    if not isinstance(value, AttributeError) or owner is None:
        return None
    try:
        return [name for name in dir(owner) if isinstance(name, str) and not name.startswith("_")][:1000]
    except Exception:
        return None


def owners_of(value):
    """The classes of an object, or of a class, the nearest first, with their modules; of a module itself its name."""
    try:
        if isinstance(value, types.ModuleType):
            return [value.__name__]
        kinds = value.__mro__ if isinstance(value, type) else type(value).__mro__
        return ["%s.%s" % (one.__module__, one.__name__) for one in kinds if one is not object][:20]
    except Exception:
        return []


def frames_of(traceback, root):
    """Entries of a traceback that lie in the repository, with their paths from its root, the innermost first."""
    frames = []
    while traceback is not None:
        path = os.path.realpath(traceback.tb_frame.f_code.co_filename)
        if path.startswith(root + os.sep) and "site-packages" not in path:
            frames.append((traceback, os.path.relpath(path, root).replace(os.sep, "/")))
        traceback = traceback.tb_next
    return list(reversed(frames))[:MOST_FRAMES]


class Room:
    """How many more names there is room for, and what must not be among them."""

    def __init__(self, left=MOST_NAMES, known=None):
        self.left = left
        self.secrets = secrets() if known is None else known

    def share(self, most):
        """Room for one among several: none of them takes it all."""
        part = Room(min(most, self.left), self.secrets)
        self.left -= part.left
        return part


def names_in(frame, room=None):
    """The variables of a frame that hold something with names."""
    room = room or Room()
    found = {}
    for name, value in list(frame.f_locals.items())[:40]:
        part = room.share(MOST_OF_ONE)
        names = shape(value, 3, part)
        room.left += part.left
        if names is not None:
            found[name] = names
    return found


def shape(value, depth, room=None):
    """Keys of mappings and public attributes of plain objects, as nested mappings; None for everything else."""
    room = room or Room()
    try:
        names = names_of(value)
        if names is None:
            return None
        names = names[: max(0, room.left)]
        room.left -= len(names)
        deeper = depth > 0 and room.left > 0
        return {masked(key[:120], room.secrets): shape(held, depth - 1, room) if deeper else None for key, held in names}
    except Exception:
        return None


def names_of(value):
    if isinstance(value, dict):
        return [(key, value[key]) for key in list(value)[:MOST_KEYS] if isinstance(key, str)]
    if isinstance(value, _WITHOUT):
        return None
    if isinstance(value, collections.abc.Mapping):
        return [(key, value[key]) for key in first(value) if isinstance(key, str)]
    declared = getattr(type(value), "openapi_types", None)  # models of generated clients, Kubernetes' among them
    if isinstance(declared, dict):
        return [(key, getattr(value, key, None)) for key in list(declared)[:MOST_KEYS]]
    if hasattr(value, "__dict__"):
        return [(key, held) for key, held in list(vars(value).items())[:MOST_KEYS] if not key.startswith("_")]
    slots = getattr(type(value), "__slots__", None)
    fields = getattr(type(value), "_fields", slots)  # named tuples
    if isinstance(fields, (tuple, list)) and fields:
        return [(key, getattr(value, key, None)) for key in fields[:MOST_KEYS] if not key.startswith("_")]
    return None


#: Test cases and mocks can be called, too: what counts is that these are nothing else.
_WITHOUT = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType)


def first(mapping):
    keys = []
    for key in mapping:
        keys.append(key)
        if len(keys) == MOST_KEYS:
            break
    return keys
