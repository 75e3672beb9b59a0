/**
 * Words of user interfaces for the mutations: what a redesign calls a thing instead, and what other things are called.
 * Written down for the benchmark alone; the engine's own table of synonyms is never asked.
 */

/** Each line says one thing in several ways. */
const SAYINGS: readonly string[] = [
  'Sign in|Log in|Login',
  'Sign out|Log out|Logout',
  'Sign up|Register|Create an account',
  'Save|Save changes|Store|Keep',
  'Submit|Send',
  'Cancel|Abort|Never mind',
  'Close|Dismiss|Done',
  'Delete|Remove|Erase',
  'Edit|Change|Modify',
  'Search|Find|Look up',
  'Add to cart|Add to basket|Buy',
  'Cart|Basket|Shopping bag',
  'Checkout|Pay|Place order',
  'Settings|Preferences|Options',
  'Profile|My account|Account',
  'Help|Support|Help centre',
  'Home|Start page|Overview',
  'Dashboard|Overview|Home',
  'Orders|Purchases|Order history',
  'Messages|Inbox|Conversations',
  'Users|Members|People',
  'Next|Continue|Go on',
  'Previous|Back|Go back',
  'View|Show|Details|View details',
  'Export|Download',
  'Import|Upload',
  'Print|Print page',
  'Email|E-mail|Email address',
  'Password|Passphrase',
  'First name|Given name|Forename',
  'Last name|Surname|Family name',
  'Name|Full name|Your name',
  'Phone|Telephone|Phone number',
  'Address|Street address|Street',
  'Town|City',
  'Postcode|Zip code|Postal code',
  'Company|Organisation|Employer',
  'Country|Nation|Country or region',
  'Date|Day',
  'Message|Comment|Note',
  'About|About us|Who we are',
  'Contact|Contact us|Get in touch',
  'Services|What we do|Offers',
  'Products|Shop|Catalogue',
  'Team|Our team|People',
  'Calendar|Schedule|Agenda',
  'Charts|Graphs|Diagrams',
  'Tables|Data tables|Lists',
  'Forms|Form elements',
  'Today|Now',
  'Month|Monthly',
  'Week|Weekly',
  'Accept|Agree|OK',
  'Reject|Decline|Refuse',
  'New order|Add order|Create order',
  'Add appointment|New appointment|Book',
  'Execute|Run|Send request',
  'Clear|Reset|Empty',
  'Status|State',
  'Total|Sum|Amount',
  'Filter|Refine|Narrow down',
  'Compose|Write|New message',
  'Reply|Answer|Respond',
  'Forward|Pass on',
  'More|Show more|See all',
  'Learn more|Read more|Find out more',
]

/** Labels of things that have nothing to do with most pages: for a text changed beyond recognition, and look-alikes. */
export const OTHER_LABELS: readonly string[] = [
  'Weather',
  'Recipes',
  'Timetable',
  'Lost property',
  'Gift wrapping',
  'Seat map',
  'Loyalty points',
  'Trip planner',
  'Tide tables',
  'Fuel prices',
  'Crew list',
  'Harbour dues',
  'Moorings',
  'Ferry times',
  'Press kit',
  'Annual report',
  'Warranty',
  'Spare parts',
  'Size guide',
  'Store finder',
  'Night rate',
  'Parking',
  'Luggage',
  'Insurance',
  'Vouchers',
  'Waiting list',
  'Quiet hours',
  'Pet policy',
  'Roof rack',
  'Cabin class',
]

const KEY = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim()

const sayingOf = new Map<string, readonly string[]>(
  SAYINGS.flatMap((line) => {
    const all = line.split('|')
    return all.map((one): [string, readonly string[]] => [KEY(one), all.filter((other) => other !== one)])
  }),
)

/** Other ways to say a label, as a whole or with one of its words replaced; none for most texts. */
export function rewordings(label: string): readonly string[] {
  const whole = sayingOf.get(KEY(label))
  if (whole !== undefined) return whole
  const words = label.trim().split(/\s+/)
  if (words.length < 2 || words.length > 6) return []
  return words.flatMap((word, i) =>
    (sayingOf.get(KEY(word)) ?? []).map((other) =>
      [...words.slice(0, i), other.toLowerCase(), ...words.slice(i + 1)].join(' '),
    ),
  )
}
