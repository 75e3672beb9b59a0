import type { FailureType, Framework } from '../../src/model.ts'

/** A message as a runner or library prints it, and what it is about, classified by hand. */
export interface DiagnosisCase {
  readonly ecosystem:
    | 'playwright'
    | 'selenium'
    | 'cypress'
    | 'pytest'
    | 'http'
    | 'kubernetes'
    | 'grpc'
    | 'node'
    | 'java'
    | 'database'
    | 'go'
  readonly framework: Framework
  /** Exception type where the artifact has a field for it. */
  readonly type?: string
  readonly message: string
  readonly expected: FailureType
  /** What is affected, where it matters. */
  readonly affected?: string
}

const of =
  (ecosystem: DiagnosisCase['ecosystem'], framework: Framework) =>
  (expected: FailureType, affected: string | undefined, message: string, type?: string): DiagnosisCase => ({
    ecosystem,
    framework,
    expected,
    affected,
    message,
    type,
  })

const playwright = of('playwright', 'playwright')
const pytestPlaywright = of('playwright', 'pytest')
const selenium = of('selenium', 'pytest')
const seleniumJava = of('selenium', 'junit-java')
const cypress = of('cypress', 'cypress')
const pytest = of('pytest', 'pytest')
const http = of('http', 'pytest')
const httpNode = of('http', 'vitest')
const kubernetes = of('kubernetes', 'pytest')
const grpc = of('grpc', 'pytest')
const node = of('node', 'vitest')
const java = of('java', 'junit-java')

export const DIAGNOSIS_CASES: readonly DiagnosisCase[] = [
  playwright(
    'selector_not_found',
    "getByRole('button', { name: 'Buy' })",
    "TimeoutError: locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for getByRole('button', { name: 'Buy' })\n",
  ),
  playwright(
    'selector_not_found',
    "locator('#email')",
    "Error: locator.fill: Test timeout of 15000ms exceeded.\nCall log:\n  - waiting for locator('#email')\n",
  ),
  playwright(
    'selector_not_found',
    "locator('text=Go')",
    "Error: locator.click: Target page, context or browser has been closed\nCall log:\n  - waiting for locator('text=Go')\n",
  ),
  playwright(
    'selector_not_found',
    "getByText('Save')",
    "Error: locator.click: Error: strict mode violation: getByText('Save') resolved to 2 elements:\n    1) <button>Save</button> aka getByRole('button', { name: 'Save' })\n    2) <span>Save</span> aka getByText('Save').nth(1)\n",
  ),
  playwright(
    'timeout',
    "getByTestId('pay')",
    'TimeoutError: locator.click: Timeout 5000ms exceeded.\nCall log:\n  - waiting for getByTestId(\'pay\')\n    - locator resolved to <button data-testid="pay">Pay</button>\n  - attempting click action\n    2 × waiting for element to be visible, enabled and stable\n      - element is visible, enabled and stable\n      - scrolling into view if needed\n      - done scrolling\n      - <div class="overlay"></div> intercepts pointer events\n    - retrying click action\n',
  ),
  playwright(
    'timeout',
    "locator('#x')",
    'TimeoutError: locator.waitFor: Timeout 500ms exceeded.\nCall log:\n  - waiting for locator(\'#x\') to be hidden\n    3 × locator resolved to visible <div id="x"></div>\n',
  ),
  playwright(
    'timeout',
    "locator('#x')",
    'TimeoutError: locator.waitFor: Timeout 500ms exceeded.\nCall log:\n  - waiting for locator(\'#x\') to be visible\n    3 × locator resolved to hidden <div id="x"></div>\n',
  ),
  playwright(
    'selector_not_found',
    "getByTestId('gone')",
    "Error: Timed out 5000ms waiting for expect(locator).toBeVisible()\n\nLocator: getByTestId('gone')\nExpected: visible\nReceived: <element(s) not found>\nCall log:\n  - expect.toBeVisible with timeout 5000ms\n  - waiting for getByTestId('gone')\n",
  ),
  playwright(
    'selector_not_found',
    "getByTestId('gone')",
    'Error: expect(locator).toHaveText(expected) failed\n\nLocator: getByTestId(\'gone\')\nExpected: "x"\nTimeout: 5000ms\nError: element(s) not found\n\nCall log:\n  - Expect "toHaveText" with timeout 5000ms\n  - waiting for getByTestId(\'gone\')\n',
  ),
  playwright(
    'assertion_mismatch',
    "getByTestId('total')",
    'Error: expect(locator).toHaveText(expected) failed\n\nLocator:  getByTestId(\'total\')\nExpected: "€ 10"\nReceived: "€ 12"\nTimeout:  5000ms\n\nCall log:\n  - waiting for getByTestId(\'total\')\n    9 × locator resolved to <b data-testid="total">€ 12</b>\n      - unexpected value "€ 12"\n',
  ),
  playwright(
    'assertion_mismatch',
    "getByRole('alert')",
    "Error: expect(locator).not.toBeVisible() failed\n\nLocator:  getByRole('alert')\nExpected: not visible\nReceived: visible\nTimeout:  5000ms\n",
  ),
  playwright(
    'assertion_mismatch',
    "getByRole('row')",
    "Error: expect(locator).toHaveCount(expected) failed\n\nLocator:  getByRole('row')\nExpected: 0\nReceived: 3\nTimeout:  5000ms\n",
  ),
  playwright(
    'assertion_mismatch',
    'page title',
    'Error: expect(page).toHaveTitle(expected) failed\n\nExpected: "Shop"\nReceived: "Error"\nTimeout: 5000ms\n',
  ),
  playwright(
    'assertion_mismatch',
    'page URL',
    'Error: Timed out 5000ms waiting for expect(page).toHaveURL(expected)\n\nLocator: locator(\':root\')\nExpected pattern: /cart/\nReceived string: "http://localhost:3000/"\nCall log:\n',
  ),
  playwright(
    'assertion_mismatch',
    undefined,
    'Error: expect(received).toBe(expected) // Object.is equality\n\nExpected: 3\nReceived: 4',
  ),
  playwright(
    'assertion_mismatch',
    undefined,
    'Error: expect(page).toHaveScreenshot(expected) failed\n\n  120 pixels (ratio 0.01 of all image pixels) are different.\n',
  ),
  playwright(
    'connection_error',
    'http://localhost:3000/',
    'Error: page.goto: net::ERR_CONNECTION_REFUSED at http://localhost:3000/\nCall log:\n  - navigating to "http://localhost:3000/", waiting until "load"\n',
  ),
  playwright(
    'connection_error',
    undefined,
    'Error: page.goto: NS_ERROR_CONNECTION_REFUSED\nCall log:\n  - navigating to "http://localhost:3000/"',
  ),
  playwright(
    'timeout',
    'http://localhost:3000/slow',
    'TimeoutError: page.goto: Timeout 3000ms exceeded.\nCall log:\n  - navigating to "http://localhost:3000/slow", waiting until "load"\n',
  ),
  playwright(
    'timeout',
    undefined,
    'TimeoutError: page.waitForURL: Timeout 3000ms exceeded.\n=========================== logs ===========================\nwaiting for navigation to "**/done" until "load"\n============================================================',
  ),
  playwright(
    'timeout',
    undefined,
    'TimeoutError: page.waitForResponse: Timeout 3000ms exceeded while waiting for event "response"',
  ),
  playwright('timeout', 'test', 'Test timeout of 30000ms exceeded while running "beforeEach" hook.'),
  playwright(
    'connection_error',
    '127.0.0.1:3000',
    'Error: apiRequestContext.get: connect ECONNREFUSED 127.0.0.1:3000\nCall log:\n  - → GET http://127.0.0.1:3000/api\n',
  ),
  playwright(
    'unknown',
    undefined,
    "Error: browserType.launch: Executable doesn't exist at /home/runner/.cache/ms-playwright/chromium-1200/chrome",
  ),
  playwright('field_renamed', 'price', "TypeError: Cannot read properties of undefined (reading 'price')"),
  pytestPlaywright(
    'selector_not_found',
    'get_by_test_id("gone")',
    'playwright._impl._errors.TimeoutError: Locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for get_by_test_id("gone")\n',
    'TimeoutError',
  ),
  pytestPlaywright(
    'selector_not_found',
    'get_by_test_id("gone")',
    'AssertionError: Locator expected to be visible\nActual value: None\nError: element(s) not found \nCall log:\n  - Expect "to_be_visible" with timeout 5000ms\n  - waiting for get_by_test_id("gone")\n',
  ),
  pytestPlaywright(
    'assertion_mismatch',
    'locator("h1")',
    'AssertionError: Locator expected to have text \'Shop\'\nActual value: Store \nCall log:\n  - Expect "to_have_text" with timeout 5000ms\n  - waiting for locator("h1")\n  -   9 × locator resolved to <h1>Store</h1>\n  -     - unexpected value "Store"\n',
  ),
  pytestPlaywright(
    'assertion_mismatch',
    'page URL',
    "AssertionError: Page URL expected to be 'http://x/cart'\nActual value: http://x/",
  ),

  selenium(
    'selector_not_found',
    'id=username',
    'selenium.common.exceptions.NoSuchElementException: Message: no such element: Unable to locate element: {"method":"css selector","selector":"[id="username"]"}\n  (Session info: chrome=120.0)',
    'NoSuchElementException',
  ),
  selenium(
    'selector_not_found',
    'xpath=//button[text()="Buy"]',
    'selenium.common.exceptions.NoSuchElementException: Message: no such element: Unable to locate element: {"method":"xpath","selector":"//button[text()=\\"Buy\\"]"}',
    'NoSuchElementException',
  ),
  selenium(
    'selector_not_found',
    'id=results',
    'tests/test_search.py:20: in test_search\n    WebDriverWait(driver, 10).until(EC.visibility_of_element_located((By.ID, "results")))\nE   selenium.common.exceptions.TimeoutException: Message: ',
    'selenium.common.exceptions.TimeoutException',
  ),
  selenium(
    'timeout',
    'class name=spinner',
    'tests/test_search.py:20: in test_search\n    WebDriverWait(driver, 10).until(EC.invisibility_of_element_located((By.CLASS_NAME, "spinner")))\nE   selenium.common.exceptions.TimeoutException: Message: ',
    'selenium.common.exceptions.TimeoutException',
  ),
  selenium(
    'timeout',
    undefined,
    'tests/test_search.py:20: in test_search\n    WebDriverWait(driver, 10).until(lambda d: d.title == "Done")\nE   selenium.common.exceptions.TimeoutException: Message: ',
    'selenium.common.exceptions.TimeoutException',
  ),
  selenium(
    'timeout',
    undefined,
    'selenium.common.exceptions.ElementClickInterceptedException: Message: element click intercepted: Element <button> is not clickable at point (10, 10). Other element would receive the click: <div>',
    'ElementClickInterceptedException',
  ),
  selenium(
    'timeout',
    undefined,
    'selenium.common.exceptions.ElementNotInteractableException: Message: element not interactable',
    'ElementNotInteractableException',
  ),
  selenium(
    'connection_error',
    undefined,
    'selenium.common.exceptions.WebDriverException: Message: unknown error: net::ERR_CONNECTION_REFUSED',
    'WebDriverException',
  ),
  seleniumJava(
    'selector_not_found',
    undefined,
    'org.openqa.selenium.NoSuchElementException: no such element: Unable to locate element: {"method":"css selector","selector":"#buy"}\n  (Session info: chrome=120)\n*** Element info: {Using=css selector, value=#buy}',
    'org.openqa.selenium.NoSuchElementException',
  ),
  seleniumJava(
    'selector_not_found',
    'By.id: buy',
    'org.openqa.selenium.TimeoutException: Expected condition failed: waiting for visibility of element located by By.id: buy (tried for 10 second(s) with 500 milliseconds interval)',
    'org.openqa.selenium.TimeoutException',
  ),

  cypress(
    'selector_not_found',
    '[data-cy=buy]',
    'AssertionError: Timed out retrying after 4000ms: Expected to find element: `[data-cy=buy]`, but never found it.',
  ),
  cypress(
    'selector_not_found',
    'Checkout',
    "AssertionError: Timed out retrying after 4000ms: Expected to find content: 'Checkout' but never did.",
  ),
  cypress(
    'timeout',
    'cy.click',
    'CypressError: Timed out retrying after 4050ms: `cy.click()` failed because this element is `disabled`:\n\n`<button disabled>Buy</button>`',
  ),
  cypress(
    'assertion_mismatch',
    undefined,
    "AssertionError: Timed out retrying after 4000ms: expected '<h1>' to have text 'Shop', but the text was 'Store'",
  ),

  pytest(
    'field_renamed',
    'phase',
    "    def test_phase():\n>       assert body['status']['phase'] == 'Ready'\nE       KeyError: 'phase'\n\ntests/test_a.py:5: KeyError",
  ),
  pytest('field_renamed', 'phase', "KeyError: 'phase'", 'KeyError'),
  pytest(
    'field_renamed',
    'phase',
    ">       assert widget.phase == 'Ready'\nE       AttributeError: 'WidgetStatus' object has no attribute 'phase'\n\ntests/test_a.py:5: AttributeError",
  ),
  pytest(
    'api_changed',
    'Client.list_widgets()',
    ">       client.list_widgets(namespace='x')\nE       AttributeError: 'Client' object has no attribute 'list_widgets'. Did you mean: 'get_widgets'?\n\ntests/test_a.py:5: AttributeError",
  ),
  pytest('api_changed', 'shop.utils', "AttributeError: module 'shop' has no attribute 'utils'"),
  pytest(
    'api_changed',
    'create_widget(replicas=)',
    "TypeError: create_widget() got an unexpected keyword argument 'replicas'",
  ),
  pytest('api_changed', 'Client.scale()', "TypeError: Client.scale() missing 1 required positional argument: 'count'"),
  pytest('api_changed', 'f()', 'TypeError: f() takes 2 positional arguments but 3 were given'),
  pytest(
    'api_changed',
    'shop.api.Widget',
    "ImportError: cannot import name 'Widget' from 'shop.api' (/repo/shop/api.py)",
  ),
  pytest('api_changed', 'shop.widgets', "ModuleNotFoundError: No module named 'shop.widgets'"),
  pytest(
    'resource_not_found',
    'config/app.yaml',
    "FileNotFoundError: [Errno 2] No such file or directory: 'config/app.yaml'",
  ),
  pytest('permission_denied', '/var/run/x', "PermissionError: [Errno 13] Permission denied: '/var/run/x'"),
  pytest(
    'assertion_mismatch',
    undefined,
    ">       assert widget['state'] == 'Ready'\nE       AssertionError: assert 'Pending' == 'Ready'\nE         \nE         - Ready\nE         + Pending\n\ntests/test_a.py:5: AssertionError",
  ),
  pytest('assertion_mismatch', undefined, 'E       assert 3 == 2\nE        +  where 3 = len([1, 2, 3])'),
  pytest('assertion_mismatch', 'ValueError', "E       Failed: DID NOT RAISE <class 'ValueError'>"),
  pytest('assertion_mismatch', undefined, "AssertionError: 'a' != 'b'\n- a\n+ b", 'AssertionError'),
  pytest(
    'resource_not_found',
    undefined,
    'E       assert 404 == 200\nE        +  where 404 = <Response [404]>.status_code',
  ),
  pytest(
    'permission_denied',
    undefined,
    'E       assert 403 == 200\nE        +  where 403 = <Response [403]>.status_code',
  ),
  pytest(
    'assertion_mismatch',
    undefined,
    'E       assert 500 == 200\nE        +  where 500 = <Response [500 Internal Server Error]>.status_code',
  ),
  pytest('timeout', undefined, 'E       Failed: Timeout (>5.0s) from pytest-timeout.'),
  pytest('timeout', undefined, 'TimeoutError: widget a was not ready after 30 seconds', 'TimeoutError'),
  pytest(
    'connection_error',
    undefined,
    'ConnectionRefusedError: [Errno 111] Connection refused',
    'ConnectionRefusedError',
  ),
  pytest(
    'field_renamed',
    'replicas',
    "jsonschema.exceptions.ValidationError: 'replicas' is a required property\n\nFailed validating 'required' in schema:",
  ),
  pytest(
    'field_renamed',
    'size',
    'pydantic_core._pydantic_core.ValidationError: 1 validation error for Widget\nsize\n  Field required [type=missing, input_value={}, input_type=dict]',
  ),
  pytest('unknown', undefined, 'ValueError: not enough values to unpack (expected 2, got 1)', 'ValueError'),
  pytest('unknown', undefined, 'ZeroDivisionError: division by zero', 'ZeroDivisionError'),

  http(
    'resource_not_found',
    'http://localhost:8000/widgets/a',
    'requests.exceptions.HTTPError: 404 Client Error: Not Found for url: http://localhost:8000/widgets/a',
    'requests.exceptions.HTTPError',
  ),
  http(
    'permission_denied',
    undefined,
    'requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: http://localhost:8000/widgets',
    'requests.exceptions.HTTPError',
  ),
  http(
    'connection_error',
    undefined,
    'requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: http://localhost:8000/widgets',
    'requests.exceptions.HTTPError',
  ),
  http(
    'connection_error',
    'localhost:8000',
    "requests.exceptions.ConnectionError: HTTPConnectionPool(host='localhost', port=8000): Max retries exceeded with url: /widgets (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))",
    'requests.exceptions.ConnectionError',
  ),
  http(
    'timeout',
    undefined,
    "requests.exceptions.ReadTimeout: HTTPConnectionPool(host='localhost', port=8000): Read timed out. (read timeout=5)",
    'requests.exceptions.ReadTimeout',
  ),
  http('connection_error', undefined, 'httpx.ConnectError: [Errno 111] Connection refused', 'httpx.ConnectError'),
  http('timeout', undefined, 'httpx.ReadTimeout: timed out', 'httpx.ReadTimeout'),
  http(
    'resource_not_found',
    'http://x/widgets',
    "httpx.HTTPStatusError: Client error '404 Not Found' for url 'http://x/widgets'\nFor more information check: https://httpstatuses.com/404",
    'httpx.HTTPStatusError',
  ),
  http(
    'connection_error',
    undefined,
    'urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>',
    'urllib.error.URLError',
  ),
  http('resource_not_found', undefined, 'urllib.error.HTTPError: HTTP Error 404: Not Found', 'urllib.error.HTTPError'),
  http(
    'connection_error',
    undefined,
    "requests.exceptions.SSLError: HTTPSConnectionPool(host='x', port=443): Max retries exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate')))",
    'requests.exceptions.SSLError',
  ),
  httpNode(
    'connection_error',
    '127.0.0.1:8000',
    'TypeError: fetch failed\n  [cause]: Error: connect ECONNREFUSED 127.0.0.1:8000',
  ),
  httpNode('connection_error', undefined, 'Error: getaddrinfo ENOTFOUND api.example.test'),
  httpNode('resource_not_found', undefined, 'AxiosError: Request failed with status code 404'),
  httpNode('resource_not_found', undefined, 'Error: expected 200 "OK", got 404 "Not Found"'),

  kubernetes(
    'resource_not_found',
    'widgets.shop.example.com/a',
    'kubernetes.client.exceptions.ApiException: (404)\nReason: Not Found\nHTTP response headers: HTTPHeaderDict({})\nHTTP response body: {"kind":"Status","apiVersion":"v1","status":"Failure","message":"widgets.shop.example.com \\"a\\" not found","reason":"NotFound","code":404}',
    'kubernetes.client.exceptions.ApiException',
  ),
  kubernetes('resource_not_found', 'namespace shop', 'Error from server (NotFound): namespaces "shop" not found'),
  kubernetes(
    'permission_denied',
    'list widgets.shop.example.com',
    'kubernetes.client.exceptions.ApiException: (403)\nReason: Forbidden\nHTTP response body: {"kind":"Status","message":"widgets.shop.example.com is forbidden: User "system:serviceaccount:ci:tests" cannot list resource "widgets" in API group "shop.example.com" in the namespace "default""}',
    'ApiException',
  ),
  kubernetes(
    'permission_denied',
    undefined,
    'kubernetes.client.exceptions.ApiException: (401)\nReason: Unauthorized',
    'ApiException',
  ),
  kubernetes(
    'resource_not_found',
    'shop.example.com/v1alpha1/Widget',
    'error: resource mapping not found for name: "a" namespace: "" from "a.yaml": no matches for kind "Widget" in version "shop.example.com/v1alpha1"',
  ),
  kubernetes('resource_not_found', 'widgets', 'error: the server doesn\'t have a resource type "widgets"'),
  kubernetes(
    'field_renamed',
    'spec.size',
    'Error from server (BadRequest): error when creating "a.yaml": Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.size"',
  ),
  kubernetes('timeout', 'widgets/a', 'error: timed out waiting for the condition on widgets/a'),
  kubernetes(
    'connection_error',
    undefined,
    'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port? kubectl',
  ),
  kubernetes(
    'connection_error',
    undefined,
    'kubernetes.client.exceptions.ApiException: (503)\nReason: Service Unavailable',
    'ApiException',
  ),

  grpc(
    'resource_not_found',
    undefined,
    'grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.NOT_FOUND\n\tdetails = "widget a not found"\n>',
    'grpc._channel._InactiveRpcError',
  ),
  grpc(
    'api_changed',
    '/shop.Shop/ListWidgets',
    'grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.UNIMPLEMENTED\n\tdetails = "unknown method /shop.Shop/ListWidgets"\n>',
    'grpc._channel._InactiveRpcError',
  ),
  grpc(
    'connection_error',
    undefined,
    'grpc.RpcError: StatusCode.UNAVAILABLE failed to connect to all addresses',
    'grpc.RpcError',
  ),
  grpc('timeout', undefined, 'rpc error: code = DeadlineExceeded desc = context deadline exceeded'),
  grpc('permission_denied', undefined, 'Error: 7 PERMISSION_DENIED: not allowed'),

  node(
    'field_renamed',
    'status',
    "TypeError: Cannot read properties of undefined (reading 'phase')\n > 12 |   expect(body.status.phase).toBe('Ready')",
  ),
  node('api_changed', 'client.listWidgets', 'TypeError: client.listWidgets is not a function'),
  node(
    'api_changed',
    './api.js: createWidget',
    "SyntaxError: The requested module './api.js' does not provide an export named 'createWidget'",
  ),
  node('api_changed', '../src/api', "Error: Cannot find module '../src/api'\nRequire stack:"),
  node('assertion_mismatch', undefined, "AssertionError: expected 'Pending' to be 'Ready' // Object.is equality"),
  node(
    'assertion_mismatch',
    undefined,
    'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n\n404 !== 200\n',
  ),
  node(
    'timeout',
    undefined,
    'Error: Test timed out in 5000ms.\nIf this is a long-running test, pass a timeout value as the last argument',
  ),
  node('timeout', undefined, 'Error: thrown: "Exceeded timeout of 5000 ms for a test.'),
  node('resource_not_found', 'fixtures/a.json', "Error: ENOENT: no such file or directory, open 'fixtures/a.json'"),
  node('permission_denied', '/root/x', "Error: EACCES: permission denied, open '/root/x'"),
  node('unknown', undefined, 'RangeError: Maximum call stack size exceeded'),

  java(
    'assertion_mismatch',
    undefined,
    'org.opentest4j.AssertionFailedError: expected: <Ready> but was: <Pending>',
    'org.opentest4j.AssertionFailedError',
  ),
  java(
    'api_changed',
    undefined,
    "java.lang.NoSuchMethodError: 'void com.shop.Cart.add(int)'",
    'java.lang.NoSuchMethodError',
  ),
  java('connection_error', undefined, 'java.net.ConnectException: Connection refused', 'java.net.ConnectException'),
]
