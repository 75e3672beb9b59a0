import { bookingPage, calendarPage, checkoutPage, embeddedPage, ordersPage, petApiPage } from './compose.ts'

/** A package on the npm registry; fetched without its dependencies. */
export interface Package {
  readonly name: string
  readonly version: string
  readonly license: string
}

/** A demo page to take a snapshot of. */
export interface PageSource {
  /** Name of the snapshot file. */
  readonly name: string
  readonly packages: readonly string[]
  /** Folder of the first package that is served as `/`; every package is served as `/~<package>/` besides. */
  readonly root: string
  /** Path of the page below the root; a composed page is served there instead of a file. */
  readonly path: string
  readonly html?: (read: (path: string) => string) => string
  /** Milliseconds the page is given to settle after it has loaded. */
  readonly settleMs?: number
}

export const PACKAGES: readonly Package[] = [
  { name: 'gentelella', version: '4.2.0', license: 'MIT' },
  { name: 'startbootstrap-sb-admin-2', version: '4.1.4', license: 'MIT' },
  { name: 'startbootstrap-shop-homepage', version: '5.0.6', license: 'MIT' },
  { name: 'startbootstrap-agency', version: '7.0.12', license: 'MIT' },
  { name: 'uikit', version: '3.25.29', license: 'MIT' },
  { name: 'govuk-frontend', version: '6.6.0', license: 'MIT' },
  { name: 'swagger-ui-dist', version: '5.35.0', license: 'Apache-2.0' },
  { name: '@shoelace-style/shoelace', version: '2.20.1', license: 'MIT' },
  { name: 'tabulator-tables', version: '6.5.3', license: 'MIT' },
  { name: 'fullcalendar', version: '6.1.15', license: 'MIT' },
]

const gentelella = (page: string): PageSource => ({
  name: `gentelella-${page.replace('_', '-')}`,
  packages: ['gentelella'],
  root: 'dist',
  path: `production/${page}.html`,
  settleMs: 1_500,
})

const file = (name: string, source: string, root: string, path: string): PageSource => ({
  name,
  packages: [source],
  root,
  path,
})

export const SOURCES: readonly PageSource[] = [
  ...['orders', 'user_management', 'form', 'inbox', 'settings', 'kanban', 'calendar', 'form_wizards'].map(gentelella),
  file('sb-admin-tables', 'startbootstrap-sb-admin-2', '', 'tables.html'),
  file('sb-admin-register', 'startbootstrap-sb-admin-2', '', 'register.html'),
  file('sb-admin-buttons', 'startbootstrap-sb-admin-2', '', 'buttons.html'),
  file('shop-homepage', 'startbootstrap-shop-homepage', 'dist', 'index.html'),
  file('agency', 'startbootstrap-agency', 'dist', 'index.html'),
  file('uikit-form', 'uikit', '', 'tests/form.html'),
  file('uikit-navbar', 'uikit', '', 'tests/navbar.html'),
  file('uikit-pagination', 'uikit', '', 'tests/pagination.html'),
  { name: 'govuk-booking', packages: ['govuk-frontend'], root: 'dist', path: 'booking.html', html: bookingPage },
  {
    name: 'shoelace-checkout',
    packages: ['@shoelace-style/shoelace'],
    root: '',
    path: 'checkout.html',
    html: checkoutPage,
  },
  { name: 'tabulator-orders', packages: ['tabulator-tables'], root: '', path: 'orders.html', html: ordersPage },
  { name: 'fullcalendar-month', packages: ['fullcalendar'], root: '', path: 'month.html', html: calendarPage },
  {
    name: 'swagger-pets',
    packages: ['swagger-ui-dist'],
    root: '',
    path: 'pets.html',
    html: petApiPage,
    settleMs: 1_500,
  },
  {
    name: 'embedded-form',
    packages: ['startbootstrap-shop-homepage', 'govuk-frontend'],
    root: 'dist',
    path: 'embedded.html',
    html: embeddedPage,
  },
]
