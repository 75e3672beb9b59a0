"""Real Selenium suites: what is captured of the page where a locator finds nothing."""

import http.server
import importlib.util
import os
import shutil
import textwrap
import threading

import pytest

from conftest import failures

BROWSER = os.environ.get("PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH")
DRIVER = os.environ.get("SE_CHROMEDRIVER") or shutil.which("chromedriver")
pytestmark = [
    # Found, not imported: other tests have a stand-in of that name.
    pytest.mark.skipif(not importlib.util.find_spec("selenium"), reason="selenium is not installed"),
    pytest.mark.skipif(not DRIVER, reason="chromedriver is not installed (Debian: apt-get install chromium-driver)"),
    pytest.mark.skipif(not BROWSER, reason="PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH names no browser"),
]

PAGE = b"""<!doctype html><title>Lamps</title><h1>Desk lamp</h1>
<form><input type="password" name="pin" value="hunter2"><input type="hidden" name="csrf_token" value="t0ken">
<input name="amount" value="3"><button type="button" id="to-basket" onclick="document.title='1 in the basket'">Buy</button></form>
<p id="later"></p><script>setTimeout(() => { document.getElementById('later').textContent = 'In stock' }, 50)</script>"""

CONFTEST = """
import os
import pytest
from selenium import webdriver

def start():
    options = webdriver.ChromeOptions()
    options.binary_location = {browser!r}
    for flag in ("--headless", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService({driver!r}))

@pytest.fixture
def driver():
    driver = start()
    yield driver
    driver.quit()
"""


@pytest.fixture
def shop():
    """An address that serves the page."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield "http://127.0.0.1:%d" % server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def suite(project, shop):
    def make(body):
        project.makeconftest(CONFTEST.format(browser=BROWSER, driver=DRIVER))
        project.makepyfile(test_it=textwrap.dedent(body.replace("SHOP", shop)))
        return failures(project)

    return make


def page_of(record):
    """The address, the source and the picture that were captured of a failed test."""
    [page] = record["pages"]
    assert page["driver"] == "selenium"
    source, picture = record["attachments"]
    assert (source["contentType"], picture["contentType"]) == ("text/html", "image/png")
    with open(source["path"], encoding="utf-8") as text, open(picture["path"], "rb") as data:
        return page["url"], text.read(), data.read()


def is_masked(html):
    return "hunter2" not in html and "t0ken" not in html


@pytest.mark.parametrize(
    "find",
    [
        "driver.find_element(By.ID, 'buy').click()",
        "driver.find_element(By.CSS_SELECTOR, '#buy').click()",
        "driver.find_element(By.XPATH, '//button[@id=\"buy\"]').click()",
        "WebDriverWait(driver, 0.5).until(EC.element_to_be_clickable((By.ID, 'buy'))).click()",
    ],
)
def test_the_page_where_a_locator_finds_nothing(suite, find):
    records = suite(
        """
        from selenium.webdriver.common.by import By
        from selenium.webdriver.support import expected_conditions as EC
        from selenium.webdriver.support.ui import WebDriverWait

        def test_buys(driver):
            driver.get("SHOP/lamp?token=abcdef123456")
            WebDriverWait(driver, 5).until(EC.text_to_be_present_in_element((By.ID, "later"), "In stock"))
            %s
        """
        % find
    )
    record = records["test_it.py::test_buys"]
    url, html, picture = page_of(record)
    assert url.endswith("/lamp?token=***")
    assert 'id="to-basket"' in html and "In stock" in html and 'value="3"' in html
    assert is_masked(html)
    assert picture.startswith(b"\x89PNG")
    assert record["error"]["type"] in ("NoSuchElementException", "TimeoutException")


@pytest.mark.parametrize("close", ["self.addCleanup(self.page._driver.quit)", "pass\n            def tearDown(self): self.page._driver.quit()"])
def test_the_page_behind_page_objects_before_unittest_tears_it_down(suite, close):
    records = suite(
        """
        import unittest
        from conftest import start
        from selenium.webdriver.common.by import By

        class LampPage:
            BUY = (By.ID, "buy")
            def __init__(self, driver):
                self._driver = driver
            def open(self):
                self._driver.get("SHOP/")
                return self
            def buy(self):
                self._driver.find_element(*self.BUY).click()

        class Lamps(unittest.TestCase):
            def setUp(self):
                self.page = LampPage(start())
                %s
            def test_buys(self):
                self.page.open().buy()
        """
        % close
    )
    _, html, picture = page_of(records["test_it.py::Lamps::test_buys"])
    assert 'id="to-basket"' in html and is_masked(html)
    assert picture.startswith(b"\x89PNG")


def test_the_page_as_the_test_left_it(suite):
    records = suite(
        """
        from selenium.webdriver.common.by import By

        def test_counts(driver):
            driver.get("SHOP/")
            driver.find_element(By.ID, "to-basket").click()
            assert driver.title == "2 in the basket"
        """
    )
    _, html, _ = page_of(records["test_it.py::test_counts"])
    assert "<title>1 in the basket</title>" in html


def test_a_browser_that_is_gone_costs_nothing(suite):
    records = suite(
        """
        def test_ends(driver):
            driver.get("SHOP/")
            driver.quit()
            assert False
        """
    )
    record = records["test_it.py::test_ends"]
    assert record["attachments"] == []
    assert record["error"]["type"] == "AssertionError"
