import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Accessible, accessiblesOf } from '../../src/dom/accessible.ts'

const said = (html: string): readonly string[] =>
  accessiblesOf(html).map(
    ({ role, name, states }: Accessible) =>
      `${role} “${name}”${Object.entries(states)
        .map(([state, on]) => ` ${on ? '+' : '-'}${state}`)
        .join('')}`,
  )

describe('what the accessibility tree of a page holds', () => {
  it('is every control, heading, row and message, by role and name', () => {
    expect(
      said(
        `<h2>Your <em>old</em> notes</h2><ul><li>Ferns<button>Remove</button></li></ul><a href="/x">More</a><a>nowhere</a>
         <div role="alert">It is <b>gone</b>.</div><output>3 left</output><p>prose</p><div role="switch" aria-checked="true">Wifi</div>`,
      ),
    ).toEqual([
      'heading “Your old notes”',
      'listitem “Ferns Remove”',
      'button “Remove” -disabled',
      'link “More”',
      'alert “It is gone.”',
      'status “3 left”',
      'switch “Wifi” +checked',
    ])
  })

  it('takes a name from where it is written first: references, label, own text, then what is left', () => {
    expect(
      said(
        `<span id="t">Ship to</span><input aria-labelledby="t" aria-label="no"><label for="m">Mail</label><input id="m">
         <label>City <input placeholder="no"></label><input placeholder="Search"><button title="Close">×</button>
         <button aria-label="Menu">≡</button><input type="submit" value="Send"><button><img alt="Cart"></button>`,
      ),
    ).toEqual([
      'textbox “Ship to” -disabled -filled',
      'textbox “Mail” -disabled -filled',
      'textbox “City” -disabled -filled',
      'textbox “Search” -disabled -filled',
      'button “×” -disabled',
      'button “Menu” -disabled',
      'button “Send” -disabled',
      'button “Cart” -disabled',
    ])
  })

  it('says whether a field is filled, and never with what', () => {
    const html = `<label>Pass <input type="password" __playwright_value_="hunter2"></label><textarea title="Note" __playwright_value_="s3cret">s3cret</textarea>`
    expect(said(html)).toEqual(['textbox “Pass” -disabled +filled', 'textbox “Note” -disabled +filled'])
    expect(JSON.stringify(accessiblesOf(`<li>${html}</li>`))).not.toMatch(/hunter2|s3cret/)
  })

  it('knows states that markup cannot carry, and those that scripts keep', () => {
    expect(
      said(
        `<input type="checkbox" title="Express" checked="" __playwright_checked_="false"><details open=""><summary>Why</summary></details>
         <button aria-pressed="true" disabled="">Mute</button><div role="tab" aria-selected="false">Two</div>`,
      ),
    ).toEqual([
      'checkbox “Express” -checked -disabled',
      'button “Why” +expanded',
      'button “Mute” +pressed +disabled',
      'tab “Two” -selected',
    ])
  })

  it('leaves out what is hidden, with all that is in it', () => {
    expect(
      said(
        `<div hidden=""><button>a</button></div><div aria-hidden="true"><button>b</button></div><button>c</button>
         <div style="color: red; display: none"><div role="alert">d</div></div><template shadowrootmode="open"><button>e</button></template>`,
      ),
    ).toEqual(['button “c” -disabled', 'button “e” -disabled'])
  })

  it('reads a live region by its politeness where it has no role', () => {
    expect(said('<div aria-live="polite">Saved</div><div aria-live="assertive">Lost</div>')).toEqual([
      'status “Saved”',
      'alert “Lost”',
    ])
  })

  it('comes to an end with any text, in bounded time and names', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<div>', '</div>', '<button>', '<li role="row">', '<', '>', '"', '=', 'a b', '&lt;'), {
          maxLength: 300,
        }),
        (parts) => {
          for (const { name } of accessiblesOf(parts.join(''))) expect(name.length).toBeLessThanOrEqual(120)
        },
      ),
    )
    const started = performance.now()
    accessiblesOf(`${'<div style="display'.repeat(50_000)}${'<li>'.repeat(20_000)}`)
    accessiblesOf(`<div style="${'display '.repeat(100_000)}">`)
    accessiblesOf(`<div ${'x'.repeat(300_000)} id="a">`)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
