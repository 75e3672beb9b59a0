"""The page that a browser test failed on: URL, source and picture of the drivers found in its frames and fixtures.

Selenium and Playwright are told by the modules of their classes; neither is imported. Everything is bounded in size and
time, and a driver that does not answer costs no more than its limit. Runs inside of the engine's re-runs, too.
"""

import functools
import hashlib
import inspect
import os
import re
import signal
import threading
import unittest

MOST_DRIVERS = 2
MOST_SOURCE = 2000000
MOST_PICTURE = 5000000
LIMIT = 5.0

_INPUT = re.compile(r"<(?:input|meta)\b[^>]{0,4000}>", re.I)
_HIDES = re.compile(
    r"""type\s*=\s*["']?(?:password|hidden)|(?:name|id|autocomplete)\s*=\s*["'][^"']*(?:token|secret|passw|csrf|one-time-code|cc-)""",
    re.I,
)
_VALUE = re.compile(r"""(\b(?:value|content)\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)""", re.I)


class TooSlow(BaseException):
    """No `except Exception` of the work that is stopped catches it."""


def find_drivers(traceback, funcargs):
    """Pages and drivers of the frames, the innermost first, of objects that hold one, and of the test's fixtures."""
    frames = []
    while traceback is not None:
        frames.append(traceback.tb_frame)
        traceback = traceback.tb_next
    found, seen = [], set()
    values = [value for frame in reversed(frames[-60:]) for value in list(frame.f_locals.values())[:60]]
    values += list(funcargs.values())
    held = [inner for value in values for inner in attributes_of(value)]
    for value in values + held:
        page = as_page(value)
        if page is None or id(page[1]) in seen:
            continue
        seen.add(id(page[1]))
        found.append(page)
        if len(found) == MOST_DRIVERS:
            break
    return found


def attributes_of(value):
    """Page objects hold their driver in an attribute."""
    try:
        module = type(value).__module__ or ""
        if isinstance(value, (type, dict)) or callable(value) or module.split(".")[0] in ("builtins", "_pytest"):
            return []
        return list(vars(value).values())[:40]
    except Exception:
        return []


def as_page(value):
    """A driver or page with its kind, also out of an element, a locator or a context that belongs to one."""
    try:
        for one in type(value).__mro__:
            module, name = one.__module__ or "", one.__name__
            if module.startswith("selenium.webdriver."):
                if name == "WebDriver":
                    return "selenium", value
                if name == "WebElement":
                    return as_page(value.parent)
                if name == "EventFiringWebDriver":
                    return as_page(value.wrapped_driver)
            elif module.startswith(("playwright.sync_api", "playwright.async_api")):
                kind = "playwright-async" if "async_api" in module else "playwright"
                if name == "Page":
                    return kind, value
                if name in ("Locator", "Frame"):
                    return kind, value.page
                if name == "BrowserContext" and value.pages:
                    return kind, value.pages[-1]
    except Exception:
        return None
    return None


def capture_pages(nodeid, traceback, funcargs, folder, mask):
    """Writes what the pages of a failed test show into a folder; yields URLs and attachments for its record."""
    pages, attachments = [], []
    for number, (kind, page) in enumerate(find_drivers(traceback, funcargs)):
        stem = os.path.join(folder, "%s-%d" % (hashlib.sha256(nodeid.encode()).hexdigest()[:12], number))
        shown = {"driver": kind.split("-")[0]}
        pages.append(shown)
        url = said(lambda: page.current_url if kind == "selenium" else page.url)
        if isinstance(url, str):
            shown["url"] = mask(url)[:2000]
        if kind == "playwright-async":  # its answers come through an event loop that is not ours
            continue
        source = said(lambda: page.page_source if kind == "selenium" else page.content())
        if isinstance(source, str):
            text = mask(without_values(source[:MOST_SOURCE]))
            keep(attachments, "page-source", "text/html", stem + ".html", text.encode("utf-8", "replace"))
        picture = said(lambda: picture_of(kind, page))
        if isinstance(picture, bytes) and 0 < len(picture) <= MOST_PICTURE:
            keep(attachments, "screenshot", "image/png", stem + ".png", picture)
    return pages, attachments


def picture_of(kind, page):
    if kind == "selenium":
        return page.get_screenshot_as_png()
    return page.screenshot(timeout=LIMIT * 1000, animations="disabled", caret="hide")


def keep(attachments, name, content_type, path, data):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(data)
    except OSError:
        return
    attachments.append({"name": name, "contentType": content_type, "path": path})


def without_values(html):
    """A page without the values of passwords, hidden fields and tokens."""
    return _INPUT.sub(lambda tag: _VALUE.sub(r'\1"***"', tag.group()) if _HIDES.search(tag.group()) else tag.group(), html)


def said(ask):
    """What a driver answers within its limit; None where it does not. No failure of a driver is ours."""
    try:
        return within(LIMIT, ask)
    except (Exception, TooSlow):
        return None


def within(seconds, work):
    """Runs something that may hang. Where no signal can stop it, it is given up in a thread of its own."""
    if can_interrupt():
        def stop(*_):
            raise TooSlow("more than %s s" % seconds)

        before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # and again, where it is caught all the same
        try:
            return work()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    answer = {}

    def run():
        try:
            answer["value"] = work()
        except BaseException as error:
            answer["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TooSlow("more than %s s" % seconds)
    if "error" in answer:
        raise answer["error"]
    return answer["value"]


def can_interrupt():
    """Whether a timer of ours may run here: in the main thread, where nobody else has set one."""
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getitimer(signal.ITIMER_REAL)[0] == 0
    )


def watch_case(item, see):
    """
    Has the page of a `unittest.TestCase` seen where its test fails: what tears it down, and with it most often the browser,
    runs before pytest is told of the failure. `see` is given the traceback; its answer is kept for `seen_of`.
    """
    method = getattr(item, "obj", None)
    if not is_unittest(item) or method is None or inspect.iscoroutinefunction(method):
        return

    @functools.wraps(method)
    def watched(*args, **named):
        try:
            return method(*args, **named)
        except unittest.SkipTest:
            raise
        except Exception as error:
            try:
                item._healing_seen = see(error.__traceback__)
            except Exception:
                pass  # What cannot be seen is not told; the failure is the test's own.
            raise

    item.obj = watched


def is_unittest(item):
    return any(one.__name__ == "TestCaseFunction" for one in type(item).__mro__)


def seen_of(item):
    """Pages and attachments that were seen when the test failed; None where nobody looked."""
    return getattr(item, "_healing_seen", None)
