"""What a test itself tells healing. Made only for tests that ask for the fixture `healing_context`."""

import pytest

KEY = pytest.StashKey()


class HealingContext:
    def __init__(self, nodeid):
        self.nodeid = nodeid
        self.notes = []
        self.watched = {}

    def note(self, text):
        """A sentence for whoever reads of this test's failure."""
        self.notes.append(str(text)[:500])
        del self.notes[20:]

    def watch(self, value, name=None):
        """A browser or an object whose names matter, though no variable of the failing frames holds it."""
        self.watched[str(name or "watched_%d" % len(self.watched))] = value
        return value


def context_of(item):
    """The context of a test, made when it is first asked for."""
    return item.stash.setdefault(KEY, HealingContext(item.nodeid))


def known_context(item):
    return item.stash.get(KEY, None)
