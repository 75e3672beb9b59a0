import type { Browser, ElementHandle, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectPage, collectSnapshot } from '../../../src/dom/collect.ts'
import type { Snapshot, SnapshotElement } from '../../../src/model.ts'
import { startChromium } from '../support/chromium.ts'
import { RICH_PAGE } from './rich-page.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
})
afterAll(() => browser?.close())

function isAriaHidden(snapshot: Snapshot, element: SnapshotElement): boolean {
  for (let at: SnapshotElement | undefined = element; at; at = snapshot.elements[at.parent])
    if (at.attributes['aria-hidden'] === 'true') return true
  return false
}

async function open(html: string, options: { js?: boolean } = {}): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: options.js ?? true })
  const page = await context.newPage()
  await page.setContent(html)
  return page
}

const find = (snapshot: Snapshot, test: (element: SnapshotElement) => boolean) => snapshot.elements.find(test)
const ROLES = [
  'button',
  'link',
  'textbox',
  'heading',
  'cell',
  'row',
  'listitem',
  'img',
  'group',
  'region',
  'form',
  'list',
  'combobox',
  'listbox',
  'option',
  'table',
  'banner',
  'contentinfo',
  'term',
  'definition',
  'columnheader',
  'rowheader',
  'presentation',
] as const
const said = (one: SnapshotElement) => `${one.tag} ${JSON.stringify(one.attributes)} "${one.ownText}"`
const byText = (snapshot: Snapshot, text: string) => find(snapshot, (one) => one.ownText === text)

describe('a page with one of everything', () => {
  let page: Page
  let snapshot: Snapshot
  let handles: (ElementHandle | null)[]

  beforeAll(async () => {
    page = await open(RICH_PAGE)
    const collected = await collectPage(page)
    snapshot = collected.snapshot
    handles = []
    for (const element of snapshot.elements) handles.push(await collected.handleOf(element.index))
  })
  afterAll(() => page?.context().close())

  it('agrees with Playwright on what is visible, enabled and editable', async () => {
    const differences: string[] = []
    for (const element of snapshot.elements) {
      const handle = handles[element.index]
      if (!handle) throw new Error(`no handle for ${element.tag} ${element.index}`)
      if ((await handle.isVisible()) !== element.visible) differences.push(`visible: ${said(element)}`)
      if ((await handle.isEnabled()) !== element.enabled) differences.push(`enabled: ${said(element)}`)
      const editable = await handle.isEditable().catch(() => undefined)
      if (element.editable !== undefined && editable !== element.editable)
        differences.push(`editable: ${said(element)}`)
    }
    expect(differences).toEqual([])
  })

  it('agrees with getByRole on the role and the name of every visible element', async () => {
    const differences: string[] = []
    for (const element of snapshot.elements) {
      if (!element.role || element.frame !== 0 || !element.visible || isAriaHidden(snapshot, element)) continue
      const selector = `internal:role=${element.role}[name=${JSON.stringify(element.name ?? '')}s]`
      const same = await page
        .locator(selector)
        .evaluateAll((found, own) => found.some((one) => one === own), handles[element.index])
      if (!same) differences.push(`${said(element)} as ${selector}`)
    }
    expect(differences).toEqual([])
  })

  it.each(ROLES)('finds as many of role %s as getByRole', async (role) => {
    const found = await page.getByRole(role, { includeHidden: true }).count()
    expect(found).toBeGreaterThan(0)
    expect(snapshot.elements.filter((one) => one.role === role && one.frame === 0)).toHaveLength(found)
  })

  it('is the same where JavaScript is off', async () => {
    const silent = await open(RICH_PAGE, { js: false })
    expect(await collectSnapshot(silent)).toEqual(snapshot)
    await silent.context().close()
  })

  it('lists parents before children, in document order, a frame inside its iframe and a shadow tree inside its host', () => {
    for (const element of snapshot.elements) expect(element.parent).toBeLessThan(element.index)
    const pay = byText(snapshot, 'Pay')
    expect(snapshot.frames[pay?.frame ?? -1]?.owner).toBe(find(snapshot, (one) => one.tag === 'iframe')?.index)
    const shadow = byText(snapshot, 'Shadow button')
    expect(shadow?.inShadow).toBe(true)
    expect(snapshot.elements[shadow?.parent ?? -1]?.attributes).toEqual({ id: 'host' })
    expect(byText(snapshot, 'Light button')?.inShadow).toBeUndefined()
  })

  it('never lets the value of a secret field out', () => {
    expect(find(snapshot, (one) => one.attributes.type === 'password')?.value).toBe('••••••')
    expect(JSON.stringify(snapshot).match(/.{20}(?:secret|4111)/)).toBeNull()
  })

  it('reads what fields hold now, not what they were born with', async () => {
    await page.getByPlaceholder('Notes').fill('typed')
    await page.getByLabel('Size').selectOption('S')
    const now = await collectSnapshot(page)
    expect(find(now, (one) => one.attributes.placeholder === 'Notes')?.value).toBe('typed')
    expect(find(now, (one) => one.attributes['aria-label'] === 'Size')?.value).toBe('S')
  })
})

describe('boxes', () => {
  it('are those of the top-level page, through scrolled pages, borders, paddings and nested frames', async () => {
    const inner = `<style>body{margin:0}</style><button style='position:absolute;left:5px;top:7px;width:50px;height:20px'>Deep</button>`
    const middle = `<style>body{margin:0}</style><iframe style="position:absolute;left:20px;top:30px;border:3px solid;padding:4px" srcdoc="${inner}"></iframe>`
    const page = await open(
      `<body style="margin:0;height:5000px"><iframe id="outer" style="position:absolute;left:100px;top:1000px;border:1px solid"></iframe>`,
    )
    await page.locator('#outer').evaluate((iframe, html) => iframe.setAttribute('srcdoc', html), middle)
    await page.frameLocator('#outer').frameLocator('iframe').getByText('Deep').waitFor()
    await page.evaluate('scrollTo(0, 400)')
    const snapshot = await collectSnapshot(page)
    expect(byText(snapshot, 'Deep')?.box).toEqual({
      x: 100 + 1 + 20 + 7 + 5,
      y: 1000 + 1 + 30 + 7 + 7,
      width: 50,
      height: 20,
    })
    await page.context().close()
  })
})

describe('limits and hostile pages', () => {
  it('stops at the cap and says so', async () => {
    const page = await open('<b>x</b>'.repeat(500))
    const snapshot = await collectSnapshot(page, { maxElements: 100 })
    expect([snapshot.elements.length, snapshot.truncated]).toEqual([100, true])
    expect((await collectSnapshot(page)).truncated).toBe(false)
    await page.context().close()
  })

  it('cuts texts and attributes, and survives depth, broken prototypes and a page that claims the registry', async () => {
    const page = await open(
      `<p title="${'t'.repeat(5000)}">${'w '.repeat(5000)}</p>${'<div>'.repeat(400)}deep<script>
      Array.prototype.toJSON = () => 'broken'; let at = document.body
      for (let i = 0; i < 1500; i++) at = at.appendChild(document.createElement('i'))
      </script>`,
    )
    const snapshot = await collectSnapshot(page)
    const p = find(snapshot, (one) => one.tag === 'p')
    expect(p?.ownText.length).toBe(500)
    expect(p?.attributes.title?.length).toBe(1000)
    expect(snapshot.elements.filter((one) => one.tag === 'i')).toHaveLength(1_500)
    await page.context().close()
  })

  it('finds the element that a trace marked', async () => {
    const page = await open('<a __playwright_target__="call@1">one</a><a __playwright_target__="call@2">two</a>')
    const of = async (value?: string) => {
      const snapshot = await collectSnapshot(page, { target: { attribute: '__playwright_target__', value } })
      return snapshot.target === undefined ? undefined : snapshot.elements[snapshot.target]
    }
    expect((await of('call@2'))?.ownText).toBe('two')
    expect((await of())?.attributes).toEqual({})
    expect(await of('call@3')).toBeUndefined()
    await page.context().close()
  })
})
