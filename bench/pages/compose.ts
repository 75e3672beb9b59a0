/**
 * Pages put together from the components of UI libraries, where a package ships components and no pages. They use the
 * components as their documentation shows them; the content is made up.
 */

type Read = (path: string) => string

const page = (head: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Demo</title>${head}</head><body>${body}</body></html>`

/** A form of GOV.UK components, each as its package renders it. */
export function bookingPage(read: Read): string {
  const part = (component: string, variant = 'default'): string =>
    read(`~govuk-frontend/dist/govuk/components/${component}/template-${variant}.html`)
      .replace(/^[\s\S]*<body[^>]*>/, '')
      .replace(/<\/body>[\s\S]*$/, '')
  const parts = [
    part('cookie-banner'),
    part('header'),
    part('service-navigation', 'with-navigation-with-a-current-item'),
    '<main class="govuk-main-wrapper govuk-width-container" id="main-content"><h1 class="govuk-heading-xl">Book an appointment</h1>',
    '<form action="/book" method="post" novalidate>',
    part('input', 'with-hint-text'),
    part('date-input'),
    part('radios', 'with-hint'),
    part('checkboxes', 'with-hints-on-items'),
    part('select'),
    part('textarea', 'with-hint'),
    part('password-input'),
    part('file-upload'),
    part('button'),
    part('button', 'secondary'),
    '</form>',
    part('task-list'),
    part('summary-list', 'with-actions'),
    part('accordion'),
    part('tabs'),
    part('table'),
    part('pagination'),
    '</main>',
    part('footer', 'with-meta-links-and-meta-content'),
  ]
  const head = '<link rel="stylesheet" href="/~govuk-frontend/dist/govuk/govuk-frontend.min.css">'
  const start =
    '<script type="module">document.body.classList.add("js-enabled","govuk-frontend-supported");' +
    'const {initAll}=await import("/~govuk-frontend/dist/govuk/govuk-frontend.min.js");initAll()</script>'
  return page(head, parts.join('\n') + start)
}

const PRODUCTS = ['Lantern', 'Compass', 'Rope', 'Anchor', 'Oilskin', 'Chart table', 'Bilge pump', 'Signal flag']

/** A checkout of web components, so that every control lives in a shadow root. */
export function checkoutPage(): string {
  const base = '/~@shoelace-style/shoelace/cdn'
  const head = `<link rel="stylesheet" href="${base}/themes/light.css"><script type="module" src="${base}/shoelace-autoloader.js"></script>`
  const cards = PRODUCTS.map(
    (name, i) => `<sl-card class="product"><strong>${name}</strong><p>Stock number ${1200 + i * 7}</p>
      <sl-rating label="Rating of ${name}" value="${(i % 5) + 1}"></sl-rating>
      <div slot="footer"><sl-button size="small" variant="primary">Add to cart</sl-button>
      <sl-icon-button name="heart" label="Save ${name} for later"></sl-icon-button></div></sl-card>`,
  ).join('')
  return page(
    head,
    `<header><sl-breadcrumb><sl-breadcrumb-item href="#">Shop</sl-breadcrumb-item><sl-breadcrumb-item>Checkout</sl-breadcrumb-item></sl-breadcrumb>
    <sl-button href="#account" variant="text">My account</sl-button></header>
    <main><h1>Checkout</h1><section class="products">${cards}</section>
    <form><h2>Delivery</h2><sl-input name="name" label="Full name" placeholder="As on the parcel"></sl-input>
    <sl-input name="street" label="Street"></sl-input><sl-input name="town" label="Town"></sl-input>
    <sl-select name="country" label="Country"><sl-option value="no">Norway</sl-option><sl-option value="is">Iceland</sl-option></sl-select>
    <sl-radio-group name="speed" label="Speed"><sl-radio value="slow">Standard</sl-radio><sl-radio value="fast">Express</sl-radio></sl-radio-group>
    <h2>Payment</h2><sl-input name="card" label="Card number" help-text="16 digits"></sl-input><sl-input name="cvc" label="Security code" type="password"></sl-input>
    <sl-checkbox name="terms">I accept the terms</sl-checkbox><sl-switch name="news">Send me news</sl-switch>
    <sl-textarea name="note" label="Note to the driver"></sl-textarea>
    <sl-button type="submit" variant="primary">Place order</sl-button><sl-button type="reset">Start over</sl-button></form>
    <sl-tab-group><sl-tab slot="nav" panel="faq">Questions</sl-tab><sl-tab slot="nav" panel="returns">Returns</sl-tab>
    <sl-tab-panel name="faq">We answer within a day.</sl-tab-panel><sl-tab-panel name="returns">Within thirty days.</sl-tab-panel></sl-tab-group>
    <sl-details summary="Opening hours">Weekdays, nine to five.</sl-details></main>`,
  )
}

/** A data grid with buttons in every row. */
export function ordersPage(): string {
  const head =
    '<link rel="stylesheet" href="/~tabulator-tables/dist/css/tabulator.min.css"><script src="/~tabulator-tables/dist/js/tabulator.min.js"></script>'
  const script = `const towns = ['Bergen', 'Leith', 'Husum', 'Esbjerg', 'Dover', 'Hull', 'Gdynia', 'Turku']
    const goods = ${JSON.stringify(PRODUCTS)}
    const rows = Array.from({ length: 24 }, (_, i) => ({ id: i, order: 'No. ' + (5021 + i * 13), customer: 'Customer ' + String.fromCharCode(65 + i), town: towns[(i * 3) % 8], goods: goods[(i * 5) % 8], total: (i * 17.5 + 9).toFixed(2), paid: i % 3 > 0 }))
    const actions = () => '<button class="edit">Edit</button> <button class="ship">Ship</button> <a href="#receipt">Receipt</a>'
    new Tabulator('#orders', { data: rows, layout: 'fitColumns', pagination: 'local', paginationSize: 24, columns: [
      { title: 'Order', field: 'order', headerFilter: 'input' }, { title: 'Customer', field: 'customer', headerFilter: 'input' }, { title: 'Town', field: 'town' },
      { title: 'Goods', field: 'goods' }, { title: 'Total', field: 'total' }, { title: 'Paid', field: 'paid', formatter: 'tickCross' }, { title: 'Actions', formatter: actions, headerSort: false } ] })`
  return page(
    head,
    `<nav aria-label="Main"><a href="#orders">Orders</a> <a href="#customers">Customers</a> <a href="#reports">Reports</a></nav>
    <main><h1>Orders</h1><div class="toolbar"><input type="search" placeholder="Search orders" aria-label="Search orders"><button>Export</button><button>Print</button><button class="primary">New order</button></div>
    <div id="orders"></div></main><script>${script}</script>`,
  )
}

/** A month of appointments. */
export function calendarPage(): string {
  const script = `const events = ['Haul out', 'Survey', 'Antifouling', 'Rigging check', 'Sea trial', 'Handover', 'Crew briefing', 'Safety drill'].map((title, i) => ({ title, start: '2026-06-' + String(2 + i * 3).padStart(2, '0') }))
    new FullCalendar.Calendar(document.getElementById('calendar'), { initialDate: '2026-06-10', events, selectable: true,
      headerToolbar: { left: 'prev,next today', center: 'title', right: 'dayGridMonth,timeGridWeek,listMonth' } }).render()`
  return page(
    '<script src="/~fullcalendar/index.global.min.js"></script>',
    `<header><a href="#">Yard</a> <a href="#berths">Berths</a> <button aria-label="Notifications">3</button></header><h1>Appointments</h1>
    <form><label for="berth">Berth</label><select id="berth" name="berth"><option>North quay</option><option>South quay</option></select>
    <label><input type="checkbox" name="mine"> Only mine</label><button type="button" class="add">Add appointment</button></form>
    <div id="calendar"></div><script>${script}</script>`,
  )
}

/** An API console with a small description of its own. */
export function petApiPage(): string {
  const answers = { responses: { 200: { description: 'OK' } } }
  const operation = (summary: string, names: readonly string[]) => ({
    summary,
    tags: ['boats'],
    parameters: names.map((name) => ({ name, in: 'query', description: `The ${name}`, schema: { type: 'string' } })),
    ...answers,
  })
  const spec = {
    openapi: '3.0.3',
    info: { title: 'Harbour', version: '1.0.0', description: 'Boats and berths.' },
    paths: {
      '/boats': { get: operation('List boats', ['flag', 'length']), post: operation('Register a boat', ['name']) },
      '/boats/{id}': {
        delete: operation('Strike a boat off', ['reason']),
        put: operation('Change a boat', ['name', 'flag']),
      },
      '/berths': { get: { ...operation('List berths', ['quay']), tags: ['berths'] } },
      '/berths/free': { get: { ...operation('Find a free berth', ['length', 'draught']), tags: ['berths'] } },
    },
  }
  return page(
    '<link rel="stylesheet" href="/~swagger-ui-dist/swagger-ui.css"><script src="/~swagger-ui-dist/swagger-ui-bundle.js"></script>',
    `<div id="ui"></div><script>SwaggerUIBundle({ spec: ${JSON.stringify(spec)}, dom_id: '#ui', docExpansion: 'full', tryItOutEnabled: true })</script>`,
  )
}

/** A shop page with a form of another library in an iframe. */
export function embeddedPage(read: Read): string {
  const shop = read('~startbootstrap-shop-homepage/dist/index.html')
  const form = bookingPage(read).replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  return shop.replace(
    '</section>',
    `</section><iframe name="booking" title="Book an appointment" width="900" height="1400" srcdoc="${form}"></iframe>`,
  )
}
