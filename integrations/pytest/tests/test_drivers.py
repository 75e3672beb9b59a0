"""Pages of browsers in the failing frame: with real ones where they are installed, else with classes named like theirs."""

import os
import types

import pytest

from conftest import failures

from pytest_self_heal import drivers
from pytest_self_heal.suggest import suggest

PAGE = """<html><title>Lamps</title><body><button id=basket>Basket</button>
<input type="password" value="hunter2"><input name="csrf_token" value='t0ken'><input name="amount" value="3"></body></html>"""


@pytest.fixture
def fake_selenium(project):
    """The driver's interface, in a module of the name that tells it."""
    folder = project.mkpydir("selenium") / "webdriver"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "remote.py").write_text(
        "import time\n"
        "class WebDriver:\n"
        "    current_url = 'http://me:secretpw@lamps.example/?token=abcdef1234'\n"
        "    page_source = %r\n"
        "    def get_screenshot_as_png(self): return b'\\x89PNG picture'\n"
        "class Hanging(WebDriver):\n"
        "    @property\n"
        "    def page_source(self): time.sleep(60)\n"
        "    def get_screenshot_as_png(self): raise RuntimeError('gone')\n"
        "class WebElement:\n"
        "    def __init__(self, driver): self.parent = driver\n" % PAGE
    )
    return project


def test_a_driver_in_the_frame(fake_selenium):
    fake_selenium.makepyfile(
        test_it="""
        from selenium.webdriver.remote import WebDriver
        def test_it():
            driver = WebDriver()
            assert False
        """
    )
    record = failures(fake_selenium)["test_it.py::test_it"]
    [page] = record["pages"]
    assert page["driver"] == "selenium"
    assert "secretpw" not in page["url"] and "abcdef1234" not in page["url"]
    source, picture = record["attachments"]
    html = open(source["path"]).read()
    assert "Basket" in html and 'value="3"' in html
    assert "hunter2" not in html and "t0ken" not in html
    assert open(picture["path"], "rb").read().startswith(b"\x89PNG")
    assert os.path.dirname(source["path"]).endswith(".healing_captures")


@pytest.mark.parametrize(
    "body",
    [
        "def test_it(element): assert False",
        "class Page:\n    def __init__(self, driver): self.driver = driver\ndef test_it(element):\n    page = Page(element.parent)\n    assert False",
    ],
)
def test_a_driver_behind_an_element_a_fixture_or_a_page_object(fake_selenium, body):
    fake_selenium.makepyfile(
        test_it="import pytest\nfrom selenium.webdriver.remote import WebDriver, WebElement\n"
        "@pytest.fixture\ndef element(): return WebElement(WebDriver())\n" + body
    )
    assert len(failures(fake_selenium)["test_it.py::test_it"]["pages"]) == 1


def test_a_driver_that_a_test_watches(fake_selenium):
    fake_selenium.makepyfile(
        test_it="""
        from selenium.webdriver.remote import WebDriver
        def test_it(healing_context):
            healing_context.watch(WebDriver())
            assert False
        """
    )
    assert len(failures(fake_selenium)["test_it.py::test_it"]["pages"]) == 1


def test_a_driver_that_hangs_costs_no_more_than_its_limit(fake_selenium, monkeypatch):
    monkeypatch.setattr("pytest_self_heal.drivers.LIMIT", 0.3)
    fake_selenium.makepyfile(
        test_it="""
        from selenium.webdriver.remote import Hanging
        def test_it():
            driver = Hanging()
            assert False
        """
    )
    record = failures(fake_selenium)["test_it.py::test_it"]
    assert (len(record["pages"]), record["attachments"]) == (1, [])


def test_the_limit_holds_beside_a_timer_of_somebody_else():
    import signal
    import time

    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 60)
    try:
        with pytest.raises(drivers.TooSlow):
            drivers.within(0.2, lambda: time.sleep(5))
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 50
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_nothing_is_taken_for_a_driver_that_is_none(project):
    project.makepyfile(
        test_it="""
        class WebDriver:
            page_source = "x"
        def test_it():
            driver, module = WebDriver(), __import__("json")
            assert False
        """
    )
    assert failures(project)["test_it.py::test_it"]["pages"] == []


def test_a_real_page_of_playwright(project, monkeypatch):
    pytest.importorskip("playwright")
    browser = os.environ.get("PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH")
    if not browser:
        pytest.skip("PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH names no browser")
    project.makepyfile(
        test_it="""
        import os
        import pytest
        from playwright.sync_api import sync_playwright
        @pytest.fixture
        def page():
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=os.environ["PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH"], args=["--no-sandbox"])
                page = browser.new_page()
                page.set_content(%r)
                yield page
                browser.close()
        def test_it(page):
            button = page.locator("#buy")
            button.click(timeout=300)
        """ % PAGE
    )
    record = failures(project)["test_it.py::test_it"]
    assert record["pages"] == [{"driver": "playwright", "url": "about:blank"}]
    source, picture = record["attachments"]
    assert "Basket" in open(source["path"]).read() and "hunter2" not in open(source["path"]).read()
    assert open(picture["path"], "rb").read(4) == b"\x89PNG"


def test_a_page_of_async_playwright_gives_its_address_only():
    module = types.ModuleType("playwright.async_api._generated")
    Page = type("Page", (), {"__module__": module.__name__, "url": "http://lamps.example/", "content": None})
    assert drivers.as_page(Page())[0] == "playwright-async"
    pages, attachments = drivers.capture_pages("x", None, {"page": Page()}, "/nowhere", str)
    assert (pages, attachments) == ([{"driver": "playwright", "url": "http://lamps.example/"}], [])


def test_a_lost_locator_is_told_with_the_page_as_it_was():
    text = 'Message: no such element: Unable to locate element: {"method":"css selector","selector":"[id="buy"]"}'
    record = {
        "error": {"type": "NoSuchElementException", "text": text},
        "attachments": [{"name": "page-source", "path": ".healing_captures/a.html"}],
    }
    failure_type, advice = suggest(record)
    assert failure_type == "selector_not_found"
    assert 'css selector [id="buy"]' in advice and ".healing_captures/a.html" in advice
    assert suggest({"error": {"type": "NoSuchElementException", "text": ""}})[1] == "Nothing on the page matches the locator."
