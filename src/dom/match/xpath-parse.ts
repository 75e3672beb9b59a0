/** An XPath as far as test suites use them; see `matchXPath` for what is covered. */
export interface XPath {
  /** Starts at the document rather than at the element it is asked of. */
  readonly absolute: boolean
  readonly steps: readonly Step[]
  /** `(//a)[3]`: the third of all that the steps reach. */
  readonly position?: number | 'last'
}

export type Axis =
  | 'child'
  | 'descendant'
  | 'self'
  | 'parent'
  | 'ancestor'
  | 'ancestor-or-self'
  | 'following-sibling'
  | 'preceding-sibling'
  | 'following'

export interface Step {
  readonly axis: Axis
  /** Lower case, or `*`. */
  readonly tag: string
  readonly predicates: readonly Expression[]
}

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'ownText' | 'text' | 'position' | 'last' }
  | { readonly kind: 'has'; readonly steps: readonly Step[] }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | {
      readonly kind: 'call'
      readonly name: 'contains' | 'starts-with' | 'normalize-space' | 'translate'
      readonly of: readonly Expression[]
    }
  | {
      readonly kind: 'compare'
      readonly operator: '=' | '!=' | '<' | '>' | '<=' | '>='
      readonly left: Expression
      readonly right: Expression
    }

const MAX_LENGTH = 4_000
const MAX_DEPTH = 20
const AXES = new Set<string>([
  'child',
  'descendant',
  'descendant-or-self',
  'self',
  'parent',
  'ancestor',
  'ancestor-or-self',
  'following-sibling',
  'preceding-sibling',
  'following',
])

class Malformed extends Error {}

/** The paths of a union, or null where the text is malformed or uses what is not covered. */
export function parseXPath(text: string): XPath[] | null {
  if (text.length > MAX_LENGTH) return null
  try {
    const reader = new Reader(text.trim().replace(/^xpath=/, ''))
    const paths = [reader.path()]
    while (reader.take('|')) paths.push(reader.path())
    reader.end()
    return paths
  } catch (error) {
    if (error instanceof Malformed) return null
    throw error
  }
}

class Reader {
  private readonly text: string
  private at = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  end(): void {
    this.space()
    if (this.at < this.text.length) throw new Malformed()
  }

  take(token: string): boolean {
    this.space()
    if (!this.text.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++
  }

  private expect(token: string): void {
    if (!this.take(token)) throw new Malformed()
  }

  private match(pattern: RegExp): string | null {
    this.space()
    const sticky = new RegExp(pattern.source, 'y')
    sticky.lastIndex = this.at
    const found = sticky.exec(this.text)
    if (found === null) return null
    this.at += found[0].length
    return found[0]
  }

  path(): XPath {
    if (this.take('(')) {
      const inner = this.path()
      this.expect(')')
      if (!this.take('[')) return inner
      const last = this.take('last()')
      const digits = last ? null : this.match(/\d+/)
      if (!last && digits === null) throw new Malformed()
      this.expect(']')
      return { ...inner, position: last ? 'last' : Number(digits) }
    }
    const absolute = !this.take('.') && this.peek('/')
    const relative = !absolute && !this.peek('/')
    const steps: Step[] = []
    if (relative) steps.push(this.step('child'))
    for (let deep = this.take('//'); deep || this.take('/'); deep = this.take('//')) {
      steps.push(this.step(deep ? 'descendant' : 'child'))
      if (steps.length > 60) throw new Malformed()
    }
    if (steps.length === 0) throw new Malformed()
    return { absolute, steps }
  }

  private peek(token: string): boolean {
    this.space()
    return this.text.startsWith(token, this.at)
  }

  private step(by: 'child' | 'descendant'): Step {
    if (this.take('..')) return { axis: 'parent', tag: '*', predicates: this.predicates() }
    if (this.peek('.') && !this.peek('..')) {
      this.expect('.')
      return { axis: 'self', tag: '*', predicates: this.predicates() }
    }
    let axis: Axis = by
    const named = this.match(/[a-z-]+(?=\s*::)/)
    if (named !== null) {
      if (!AXES.has(named)) throw new Malformed()
      this.expect('::')
      axis = named === 'descendant-or-self' ? 'descendant' : (named as Axis)
      if (by === 'descendant' && axis === 'child') axis = 'descendant'
    }
    const tag = this.match(/\*|[A-Za-z_][\w.-]*(?!\s*\()/)
    if (tag === null) throw new Malformed()
    return { axis, tag: tag.toLowerCase(), predicates: this.predicates() }
  }

  private predicates(): Expression[] {
    const list: Expression[] = []
    while (this.take('[')) {
      list.push(this.or())
      this.expect(']')
      if (list.length > 20) throw new Malformed()
    }
    return list
  }

  private or(): Expression {
    if (++this.depth > MAX_DEPTH) throw new Malformed()
    const of = [this.and()]
    while (this.match(/or\b/) !== null) of.push(this.and())
    this.depth--
    return of.length === 1 && of[0] ? of[0] : { kind: 'or', of }
  }

  private and(): Expression {
    const of = [this.compare()]
    while (this.match(/and\b/) !== null) of.push(this.compare())
    return of.length === 1 && of[0] ? of[0] : { kind: 'and', of }
  }

  private compare(): Expression {
    const left = this.operand()
    const operator = this.match(/!=|<=|>=|=|<|>/)
    if (operator === null) return left
    return { kind: 'compare', operator: operator as '=', left, right: this.operand() }
  }

  private operand(): Expression {
    const quoted = this.match(/"[^"]*"|'[^']*'/)
    if (quoted !== null) return { kind: 'literal', value: quoted.slice(1, -1) }
    const digits = this.match(/\d+(?:\.\d+)?/)
    if (digits !== null) return { kind: 'literal', value: Number(digits) }
    const attribute = this.match(/@[A-Za-z_][\w:.-]*/)
    if (attribute !== null) return { kind: 'attribute', name: attribute.slice(1).toLowerCase() }
    if (this.match(/\.?\/?\/?text\(\)/) !== null) return { kind: 'ownText' }
    if (this.match(/position\(\)/) !== null) return { kind: 'position' }
    if (this.match(/last\(\)/) !== null) return { kind: 'last' }
    if (this.match(/string\(\s*\.?\s*\)/) !== null) return { kind: 'text' }
    const name = this.match(/(?:not|contains|starts-with|normalize-space|translate)(?=\s*\()/)
    if (name !== null) return this.call(name)
    if (this.take('(')) {
      const inner = this.or()
      this.expect(')')
      return inner
    }
    if (this.peek('.') && !/^\.\s*\/|^\.\./.test(this.text.slice(this.at))) {
      this.expect('.')
      return { kind: 'text' }
    }
    return { kind: 'has', steps: this.path().steps }
  }

  private call(name: string): Expression {
    this.expect('(')
    const of: Expression[] = []
    if (!this.peek(')')) {
      do of.push(this.or())
      while (this.take(',') && of.length < 4)
    }
    this.expect(')')
    const [first] = of
    if (name === 'not') {
      if (first === undefined) throw new Malformed()
      return { kind: 'not', of: first }
    }
    if (name === 'normalize-space') return { kind: 'call', name, of: [first ?? { kind: 'text' }] }
    if (of.length < 2) throw new Malformed()
    return { kind: 'call', name: name as 'contains', of }
  }
}
