import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBody } from './project.ts'

/** What following a body comes to: the text that its last step fills in, or `unknown`. */
const followed = async (body: string): Promise<string> => {
  const found = await readBody(`const value = (() => { ${body} })()\nawait page.fill('#a', JSON.stringify([value]))`)
  return found.gap ? 'unknown' : String(found.actions[0]?.params.value)
}

/** What the engine itself makes of it. The bodies are written here, or made of the small grammar below. */
const run = (body: string): string => JSON.stringify([new Function(body)()])

const KNOWN = [
  `return 1 + 2 * 3 - 4 / 8 % 3 ** 2`,
  `return 'a' + 1 + null + undefined + true + [1, [2, 3]]`,
  `return [0 || 'x', '' || 'y', 0 ?? 'z', null ?? 1, undefined ?? 2, 1 && 2, 0 && 2]`,
  `return [NaN === NaN, null == undefined, null === undefined, '1' === 1, 'a' < 'b', !'', !!'0']`,
  `return [typeof null, typeof 'a', typeof (() => 1), typeof undefined, void 0]`,
  `return [+'3', -'3'.length, +'', Number('0x10'), parseInt('08', 10), Number('a').toString()]`,
  `return \`\${1}-\${'a'}-\${[1, 2]}-\${null}-\${true}\``,
  `return Object.entries({ b: 1, 2: 'x', a: 2, 1: 'y' })`,
  `return Object.keys({ ...{ z: 1, 9: 2 }, 3: 4 })`,
  `const { a, b: { c = 5, ...rest } = {}, ...others } = { a: 1, b: { d: 2, e: 3 }, f: 4 }; return [a, c, rest, others]`,
  `const [a, , b = 7, ...c] = [1, 2, undefined, 3, 4]; const [, d] = [5, 6]; return [a, b, c, d]`,
  `let a = 1, b = 2; [a, b] = [b, a]; return [a, b]`,
  `let i = 0; const seen = []; do { seen.push(i++) } while (i < 3); while (true) { if (i > 5) break; i += 2 }; return [seen, i]`,
  `const seen = []; outer: for (const a of [1, 2, 3]) { for (const b of [1, 2, 3]) { if (b === 2) continue outer; if (a === 3) break outer; seen.push([a, b]) } } return seen`,
  `const seen = []; for (const key in { b: 1, a: 2 }) seen.push(key); for (const at in ['x', 'y']) seen.push(at); return seen`,
  `const of = (x) => { switch (x) { case 1: case 2: return 'few'; case 3: x = 'three'; default: return x } }; return [of(1), of(2), of(3), of(4)]`,
  `const f = () => { try { return 'a' } finally { 1 } }; const g = () => { try { throw 'b' } catch (e) { return e } }; return [f(), g()]`,
  `try { try { throw { code: 1 } } finally { 0 } } catch ({ code }) { return code }`,
  `function count(n, sum = 0) { return n === 0 ? sum : count(n - 1, sum + n) } return count(10)`,
  `return (function () { return arguments.length })(1, 2, 3)`,
  `const make = (start) => { let at = start; return { next: () => ++at, get: () => at } }; const a = make(1), b = make(10); a.next(); b.next(); a.next(); return [a.get(), b.get()]`,
  `const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); return fs.map((f) => f())`,
  `class A { #x = 1; static made = 0; y = this.#x + 1; constructor(z) { this.z = z; A.made++ } get sum() { return this.#x + this.y + this.z } set x(v) { this.#x = v } static of(z) { return new this(z) } twice() { return this.sum * 2 } }
   class B extends A { constructor() { super(5); this.w = super.twice() } twice() { return -1 } } const b = new B(); b.x = 10; return [b.sum, b.w, b.twice(), A.made, new A(1).sum]`,
  `const o = { a: 1, m() { return this.a }, ['k' + 1]: 2, f: function () { return this.a } }; return [o.m(), o.k1, o.f(), o['a']]`,
  `const o = { a: { b: null } }; return [o?.a?.b?.c, o.x?.y.z, o.a?.['b'], o.n?.()]`,
  `const f = (a, { b, c = a } = {}, ...d) => [a, b, c, d]; return [f(1), f(1, { b: 2 }, 3, 4), f(...[5, { c: 6 }])]`,
  `const f = function (a, b) { return [this.n, a, b] }; const me = { n: 1 }; return [f.call(me, 2, 3), f.apply(me, [4, 5]), f.bind(me, 6)(7)]`,
  `let a = null; a ??= 3; a ||= 4; a &&= 5; a += 1; a **= 2; return [a, a++, ++a, a--]`,
  `return [[3, 1, 2].map((x, i) => x * i), [1, 2, 3, 4].filter((x) => x % 2), [1, 2].concat([3], 4), [1, [2, [3]]].flat(), [[1, 2], [3]].flatMap((x) => x)]`,
  `const a = [1, 2, 3]; return [a.find((x) => x > 1), a.findIndex((x) => x > 5), a.some((x) => x > 2), a.every(Boolean), a.includes(2), a.indexOf(9), a.at(-1), a.slice(1), a.slice(-2, -1), a.join('-'), a.reverse(), a.length]`,
  `const a = []; a.push(1, 2); a.unshift(0); const b = [a.pop(), a.shift()]; a[1] = 'x'; return [a, b]`,
  `return [[1, 2, 3].reduce((a, b) => a + b), [1, 2].reduce((a, b) => a + b, '>'), Array.from({ length: 3 }, (_, i) => i * 2), Array.from('ab'), Array.of(1, 2), Array.isArray([])]`,
  `return ['  a '.trim(), 'aB'.toUpperCase(), 'abc'.slice(-2), 'a-b-c'.split('-'), 'abc'.substring(2, 0), 'ab'.padStart(4, '*'), 'ab'.repeat(2), 'abc'.at(-1), 'abc'[1], 'abc'.length]`,
  `return ['a.b.c'.replace('.', '-'), 'a.b.c'.replaceAll('.', '-'), 'abc'.includes('b'), 'abc'.startsWith('b'), 'abc'.indexOf('c'), 'a'.concat('b', 'c')]`,
  `return [(1.005).toFixed(2), (12.5).toFixed(), (255).toString(), Math.max(1, 2), Math.round(2.5), Math.floor(-1.5)]`,
  `return [JSON.stringify({ b: [1, null], a: 'x' }), JSON.parse('{"a":[1,2]}').a[1], Object.fromEntries([['a', 1]]), Object.assign({ a: 1 }, { b: 2 }), Object.values({ a: 1, b: 2 })]`,
  `const e = { Enter: 'Enter' }; const { Enter: key } = e; return (key, [key, 'Enter' in e, delete e.Enter])`,
]

const MAYBE = [
  `return [3, 1, 2].sort()`,
  `return [1, , 2].length`,
  `return [1, , 2]`,
  `return 'abc'.replace('b', '$&$&')`,
  `return 'a1b2'.replace(/\\d/g, '#')`,
  `return '5' * 2`,
  `return 1 + true`,
  `return 1 == '1'`,
  `return [] + {}`,
  `return { get a() { return 1 } }.a`,
  `return new Map([['a', 1]]).get('a')`,
  `return [...new Set([1, 1, 2])]`,
  `return [1, 2, 3].lastIndexOf(3)`,
  `return parseInt('12px')`,
  `return (10).toString(2)`,
  `return ~5 | 3`,
  `return 5 > '4'`,
  `const o = { a: 1 }; with_ = o; return with_.a`,
  `var x = 1; { var x = 2 } return x`,
  `return hoisted(); function hoisted() { return 'up' }`,
  `let s = ''; for (const c of 'añ😀') s = c + s; return s`,
  `const a = [1, 2, 3]; for (const x of a) { if (a.length < 5) a.push(x) } return a`,
  `const o = { b: 1 }; o[2] = 'x'; o[1] = 'y'; return Object.keys(o)`,
  `class A { x = 1 } class B extends A { x; } return new B().x === undefined`,
  `const f = () => { try { throw 1 } catch { return 'c' } finally { return 'f' } }; return f()`,
  `return [10, 9, 1].toString()`,
  `return \`\${{}}\``,
  `return String([null, undefined, 1])`,
  `return Number([])`,
  `return 'x'.repeat(-1 + 1)`,
  `return [1, 2, 3].slice(undefined, -1)`,
  `return 'a,b'.split(',', 1)`,
  `return 'abc'.slice('1')`,
]

describe('a source that is followed', () => {
  it.each(KNOWN)('comes to what it comes to when it runs: %s', async (body) => {
    expect(await followed(body)).toBe(run(body))
  })

  it.each(MAYBE)('comes to that, or to nothing: %s', async (body) => {
    expect(['unknown', run(body)]).toContain(await followed(body))
  })

  it('comes to that, or to nothing, whatever it is made of', async () => {
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(
          '0',
          '1',
          '-2',
          '1.5',
          "''",
          "'a'",
          "'10'",
          'null',
          'undefined',
          'true',
          'false',
          '[]',
          '{}',
          '[1, 2]',
          "{ a: 1, 2: 'b' }",
        ),
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom('+', '-', '*', '/', '%', '<', '>=', '===', '!==', '==', '!=', '&&', '||', '??'),
            tie('expression'),
          )
          .map(([a, operator, b]) => `((${a}) ${operator} (${b}))`),
        fc
          .tuple(fc.constantFrom('!', '-', '+', 'typeof '), tie('expression'))
          .map(([operator, a]) => `(${operator}(${a}))`),
        fc
          .tuple(tie('expression'), tie('expression'), tie('expression'))
          .map(([a, b, c]) => `((${a}) ? (${b}) : (${c}))`),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `[(${a}), ...[(${b})]]`),
        fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `({ a: (${a}), ...(${b}) })`),
        fc
          .tuple(tie('expression'), fc.constantFrom('?.length', "?.['a']", '?.[0]', '?.[2]'))
          .map(([a, end]) => `((${a})${end})`),
        tie('expression').map((a) => `\`<\${${a}}>\``),
        tie('expression').map((a) => `Object.entries((${a}) ?? {})`),
        tie('expression').map((a) => `[(${a})].map((x, i) => [x, i])`),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(expression, async (text) => {
        const body = `return ${text}`
        expect(['unknown', run(body)]).toContain(await followed(body))
      }),
      { numRuns: 400 },
    )
  })
})
