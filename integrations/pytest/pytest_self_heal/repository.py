"""Where a suite lies."""

import os
import subprocess


def root_of(config):
    """The repository around the suite; the suite's own root where there is none."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--show-toplevel"], cwd=str(config.rootpath), capture_output=True, timeout=30
        )
        found = done.stdout.decode("utf-8", "surrogateescape").rstrip("\n") if done.returncode == 0 else ""
    except (OSError, subprocess.SubprocessError):
        found = ""
    return os.path.realpath(found or str(config.rootpath))
