"""The settings of healing: option, then environment, then ini file, then default."""

import os
from dataclasses import dataclass

import pytest

INI_KEYS = (
    ("healing_enabled", "bool", None, "heal failing tests at the end of the session"),
    ("healing_max_retries", "int", None, "how often another fix is tried after one did not hold"),
    ("healing_auto_commit", "bool", None, "commit verified fixes"),
    ("healing_mcp_server", "string", "", "MCP server that is asked where everything else is silent"),
    ("healing_confidence_threshold", "string", "", "suggest a fix only above this confidence, from 0 to 1"),
)
#: Below this a verified fix is not committed, whatever the threshold of suggestions is.
COMMIT_CONFIDENCE = 0.9


@dataclass(frozen=True)
class Settings:
    enabled: bool
    suggest_only: bool
    auto_commit: bool
    #: None: what the engine finds in its own settings.
    confidence: "float | None"
    max_retries: "int | None"
    mcp_server: str


def read_settings(config):
    option = config.option
    return Settings(
        enabled=_flag(_first(config, option.healing, ("ENABLED",), "healing_enabled"), "healing_enabled") is True,
        suggest_only=option.healing_suggest_only,
        auto_commit=_flag(_first(config, option.healing_auto_commit, ("AUTO_COMMIT",), "healing_auto_commit"),
                          "healing_auto_commit") is True,
        confidence=_number(
            _first(config, option.healing_confidence, ("CONFIDENCE", "CONFIDENCE_THRESHOLD"),
                   "healing_confidence_threshold"),
            float, 0, 1,
        ),
        max_retries=_number(_first(config, None, ("MAX_RETRIES",), "healing_max_retries"), int, 0, 10),
        mcp_server=(_first(config, None, ("MCP_SERVER",), "healing_mcp_server") or (None, ""))[1],
    )


def _first(config, option, variables, key):
    """The first source that says something, with the name to blame; None where all are silent."""
    if option is not None:
        return "the option --%s" % key.replace("_threshold", "").replace("_enabled", "").replace("_", "-"), option
    for name in ("PYTEST_HEALING_%s" % each for each in variables):
        if os.environ.get(name, "").strip():
            return name, os.environ[name].strip()
    value = config.getini(key)
    # pytest 7 gives an empty list for a key that is not set.
    return None if value in ("", None, []) else ("the ini key " + key, value)


def _flag(found, name):
    if found is None or isinstance(found[1], bool):
        return None if found is None else found[1]
    word = str(found[1]).lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise pytest.UsageError("%s is %r: give true or false." % found)


def _number(found, kind, least, most):
    if found is None:
        return None
    try:
        value = kind(str(found[1]))
    except ValueError:
        value = None
    if value is None or not least <= value <= most:
        raise pytest.UsageError("%s is %r: give a number from %s to %s." % (found[0], found[1], least, most))
    return value
