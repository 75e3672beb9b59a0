import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommitChanges, readCommitChanges } from '../../src/evidence/commits.ts'
import { explainRename } from '../../src/evidence/explain.ts'
import { removalOf, renamingsOf } from '../../src/evidence/renamed-names.ts'
import { explainRoute } from '../../src/evidence/routes.ts'

const AUTHOR = 'Mal & "Co" [x](javascript:alert(1)) @everyone'

let root: string
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', root, '-c', `user.name=${AUTHOR}`, '-c', 'user.email=m@example.org', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()

interface Kind {
  readonly file: string
  /** Both versions, as lines; what is the same on both sides stands in both. */
  readonly before: string
  readonly after: string
  readonly what: string
  readonly old: string
  readonly new: string
}

/** One change of each kind that products are written in. */
const KINDS: Readonly<Record<string, Kind>> = {
  'an attribute in HTML': {
    file: 'site/index.html',
    before: '<form>\n  <input id="mail" type="email">\n</form>\n',
    after: '<form>\n  <input id="email-address" type="email">\n</form>\n',
    what: 'id',
    old: 'mail',
    new: 'email-address',
  },
  'a text in TSX': {
    file: 'src/Cart.tsx',
    before: 'export const Cart = () => (\n  <button onClick={pay}>\n    Pay now (by card)\n  </button>\n)\n',
    after: 'export const Cart = () => (\n  <button onClick={pay}>\n    Check out (by card)\n  </button>\n)\n',
    what: 'text',
    old: 'Pay now (by card)',
    new: 'Check out (by card)',
  },
  'a text with a number in it, in JSX': {
    file: 'src/Badge.jsx',
    before: 'export const Badge = ({ n }) => <p>{n} items in your cart</p>\n',
    after: 'export const Badge = ({ n }) => <p>{n} things in your basket</p>\n',
    what: 'text',
    old: '3 items in your cart',
    new: '3 things in your basket',
  },
  'a string in TypeScript': {
    file: 'src/labels.ts',
    before: "export const SEND = 'Send the letter'\n",
    after: "export const SEND = 'Post the letter'\n",
    what: 'label',
    old: 'Send the letter',
    new: 'Post the letter',
  },
  'an attribute set by JavaScript': {
    file: 'src/menu.js',
    before: "open.dataset.testid = 'menu-toggle'\n",
    after: "open.dataset.testid = 'nav-toggle'\n",
    what: 'test id',
    old: 'menu-toggle',
    new: 'nav-toggle',
  },
  'markup that a script builds': {
    file: 'src/row.js',
    before: 'row.innerHTML = `<td>${name}</td><td><button data-testid="row-edit" class="x">Edit</button></td>`\n',
    after: 'row.innerHTML = `<td>${name}</td><td><button data-testid="row-change" class="x">Edit</button></td>`\n',
    what: 'test id',
    old: 'row-edit',
    new: 'row-change',
  },
  'a class in a Vue template': {
    file: 'src/Card.vue',
    before:
      '<template>\n  <article class="card card-wide" @click="open">\n    Offer of the day\n  </article>\n</template>\n',
    after:
      '<template>\n  <article class="card card-broad" @click="open">\n    Offer of the day\n  </article>\n</template>\n',
    what: 'class',
    old: 'card-wide',
    new: 'card-broad',
  },
  'a text in Svelte': {
    file: 'src/Save.svelte',
    before: '<button id="save" on:click={save}>Save it</button>\n',
    after: '<button id="save" on:click={save}>Keep it</button>\n',
    what: 'text',
    old: 'Save it',
    new: 'Keep it',
  },
  'a text in a Jinja block': {
    file: 'templates/profile.html.j2',
    before: '<button id="keep">{% trans %}Save changes{% endtrans %}</button>\n',
    after: '<button id="keep">{% trans %}Update profile{% endtrans %}</button>\n',
    what: 'text',
    old: 'Save changes',
    new: 'Update profile',
  },
  'a text with a value in Jinja': {
    file: 'templates/hello.jinja',
    before: '<h1>Hello {{ user.name }}, good to see you</h1>\n',
    after: '<h1>Welcome {{ user.name }}, good to see you</h1>\n',
    what: 'text',
    old: 'Hello Ines, good to see you',
    new: 'Welcome Ines, good to see you',
  },
  'an attribute in ERB': {
    file: 'app/views/sessions/new.html.erb',
    before: '<%= link_to "Log in", login_path, data: { testid: "login-link" }, class: "big" %>\n',
    after: '<%= link_to "Log in", login_path, data: { testid: "sign-in-link" }, class: "big" %>\n',
    what: 'test id',
    old: 'login-link',
    new: 'sign-in-link',
  },
  'a text between ERB blocks': {
    file: 'app/views/orders/show.html.erb',
    before: '<p><% if order.paid? %>Thanks for paying<% end %></p>\n',
    after: '<p><% if order.paid? %>Payment received<% end %></p>\n',
    what: 'text',
    old: 'Thanks for paying',
    new: 'Payment received',
  },
  'a text in a Handlebars block': {
    file: 'views/order.hbs',
    before: '<button>{{#if paid}}Send receipt{{else}}Pay{{/if}}</button>\n',
    after: '<button>{{#if paid}}Mail receipt{{else}}Pay{{/if}}</button>\n',
    what: 'text',
    old: 'Send receipt',
    new: 'Mail receipt',
  },
  'a translation in JSON': {
    file: 'locales/en.json',
    before: '{\n  "cart": {\n    "add": "Add to cart",\n    "drop": "Remove"\n  }\n}\n',
    after: '{\n  "cart": {\n    "add": "Add to basket",\n    "drop": "Remove"\n  }\n}\n',
    what: 'text',
    old: 'Add to cart',
    new: 'Add to basket',
  },
  'a translation in YAML': {
    file: 'config/locales/en.yml',
    before: 'en:\n  orders:\n    submit: Place the order # on the last page\n    back: "Go back"\n',
    after: 'en:\n  orders:\n    submit: Confirm the order # on the last page\n    back: "Go back"\n',
    what: 'text',
    old: 'Place the order',
    new: 'Confirm the order',
  },
  'a translation with a placeholder in YAML': {
    file: 'config/locales/mail.yml',
    before: 'en:\n  unread: "%{count} letters unread"\n',
    after: 'en:\n  unread: "%{count} messages unread"\n',
    what: 'text',
    old: '4 letters unread',
    new: '4 messages unread',
  },
  'a translation in a properties file': {
    file: 'i18n/messages.properties',
    before: 'cart.clear=Empty the cart\n',
    after: 'cart.clear=Empty the basket\n',
    what: 'text',
    old: 'Empty the cart',
    new: 'Empty the basket',
  },
}

/** Names of fields, functions and parameters. */
const NAMES: Readonly<Record<string, Omit<Kind, 'what'>>> = {
  'a method in Python': {
    file: 'api/client.py',
    before: 'class Client:\n    def list_tunnels(self, limit=10):\n        return self.get(limit)\n',
    after: 'class Client:\n    def get_tunnels(self, limit=10):\n        return self.get(limit)\n',
    old: 'list_tunnels',
    new: 'get_tunnels',
  },
  'a parameter in Python': {
    file: 'api/wait.py',
    before: 'def wait(name, timeout_s=5):\n    sleep(timeout_s)\n',
    after: 'def wait(name, timeout_seconds=5):\n    sleep(timeout_seconds)\n',
    old: 'timeout_s',
    new: 'timeout_seconds',
  },
  'a field in Go': {
    file: 'api/types.go',
    before: 'type Status struct {\n\tReady int `json:"readyReplicas"`\n\tPhase string `json:"phase"`\n}\n',
    after: 'type Status struct {\n\tReady int `json:"availableReplicas"`\n\tPhase string `json:"phase"`\n}\n',
    old: 'readyReplicas',
    new: 'availableReplicas',
  },
  'a field of a schema in YAML': {
    file: 'crd/agent.yaml',
    before: 'properties:\n  hostName:\n    type: string\n    maxLength: 63\n',
    after: 'properties:\n  hostAddress:\n    type: string\n    maxLength: 63\n',
    old: 'hostName',
    new: 'hostAddress',
  },
}

const ROUTES: Readonly<Record<string, Pick<Kind, 'file' | 'before' | 'after'>>> = {
  'a route in Python': {
    file: 'api/server.py',
    before: '@app.get("/carts/<int:cart>")\ndef show(cart):\n    return find(cart)\n',
    after: '@app.get("/baskets/<int:cart>")\ndef show(cart):\n    return find(cart)\n',
  },
  'a route in TypeScript': {
    file: 'src/routes.ts',
    before: "export const routes = [{ path: '/checkout', component: Checkout }]\n",
    after: "export const routes = [{ path: '/pay', component: Checkout }]\n",
  },
}

let read: CommitChanges

describe('what commits of real history changed is read, whatever the product is written in:', () => {
  beforeAll(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'commit-kinds-'))
    const write = (file: string, text: string) => {
      mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(root, file), text)
    }
    git('init', '-q', '-b', 'main')
    const all = { ...KINDS, ...NAMES, ...ROUTES }
    for (const { file, before } of Object.values(all)) write(file, before)
    git('add', '-A')
    git('commit', '-qm', 'Start')
    for (const [title, { file, after }] of Object.entries(all)) {
      write(file, after)
      git('commit', '-qam', `Change ${title}`)
    }
    read = await readCommitChanges({ root, from: git('rev-list', '--max-parents=0', 'HEAD'), to: 'HEAD', tests: [] })
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it.each(Object.entries(KINDS))('%s', (title, { file, what, old, new: next }) => {
    const { explanation, evidence } = explainRename({ what, old, new: next }, read.changes)
    expect(explanation, JSON.stringify(read.changes.filter((one) => one.file === file))).toBe('renamed')
    expect(evidence?.text).toContain(`${file}:`)
    expect(evidence?.text).toContain(`“Change ${title}”`)
    expect(evidence?.text).toContain(`by ${AUTHOR}`)
  })

  it.each(Object.entries(NAMES))('%s', (title, { file, old, new: next }) => {
    const [first] = renamingsOf({ old, history: read.changes, present: null, stillIn: () => false })
    expect(first?.name, JSON.stringify(read.changes.filter((one) => one.file === file))).toBe(next)
    expect(first?.evidence[0]?.text).toContain(`${file}:`)
    expect(first?.evidence[0]?.text).toContain(`“Change ${title}” by ${AUTHOR}`)
  })

  it.each([
    ['/api/carts/:id', '/api/baskets/:id'],
    ['/checkout', '/pay'],
  ])('the route %s', (old, next) => {
    // A route stands in the source without what the server is mounted under.
    expect(explainRoute(old, next, read.changes)?.text).toContain(`to “${next.replace('/api', '')}”`)
  })

  it('nothing that no commit says', () => {
    expect(explainRename({ what: 'text', old: 'Add to cart', new: 'Remove' }, read.changes).explanation).not.toBe(
      'renamed',
    )
    expect(removalOf('never_there', read.changes, () => true)).toBeNull()
  })
})
