import type { Module } from '../source/values.ts'
import { as, isUnknown, textOfValue, truthOf, type Value } from './values.ts'

/** Whether two values are the same by `===`; null where only a run can tell. */
export const isSame = (left: Value, right: Value): boolean | null => {
  if (isUnknown(left) || isUnknown(right)) return null
  const known = as(left, 'locator') ?? as(right, 'locator') ?? as(left, 'pattern') ?? as(right, 'pattern')
  return known && left !== right ? null : left === right
}

/** A binary operator over known values; null where they are not known, or the operator is none of these. */
export const evaluateBinary = (operator: string, left: Value, right: Value): Value | null => {
  if (isUnknown(left) || isUnknown(right)) return null
  switch (operator) {
    case '===':
    case '!==':
    case '==':
    case '!=':
      return compare(operator, left, right)
    case '+':
      return add(left, right)
    case 'in':
      return as(right, 'table')?.spoilt === undefined && typeof left === 'string'
        ? (as(right, 'table')?.entries.has(left) ?? null)
        : null
    default:
      return typeof left === 'string' && typeof right === 'string'
        ? order(operator, left, right)
        : typeof left === 'number' && typeof right === 'number'
          ? (order(operator, left, right) ?? arithmetic(operator, left, right))
          : null
  }
}

const compare = (operator: string, left: Value, right: Value): boolean | null => {
  const isLoose = operator.length === 2
  const isNothing = (value: Value) => value === undefined || value === null
  // Loose comparison of values of different types has rules that tests do not live by, but for null and undefined.
  if (isLoose && typeof left !== typeof right && !isNothing(left) && !isNothing(right)) return null
  const same = isLoose && isNothing(left) && isNothing(right) ? true : isSame(left, right)
  return same === null ? null : operator.startsWith('!') ? !same : same
}

const add = (left: Value, right: Value): Value | null => {
  if (typeof left === 'number' && typeof right === 'number') return left + right
  if (typeof left !== 'string' && typeof right !== 'string') return null
  const texts = [textOfValue(left), textOfValue(right)]
  const joined = texts.includes(null) ? null : texts.join('')
  return joined === null || joined.length > MAX_TEXT ? null : joined
}
const MAX_TEXT = 200_000

const order = <T extends string | number>(operator: string, left: T, right: T): boolean | null => {
  switch (operator) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    default:
      return null
  }
}

const arithmetic = (operator: string, left: number, right: number): number | null => {
  switch (operator) {
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    case '**':
      return left ** right
    default:
      return null
  }
}

/** A unary operator; null where only a run can tell. */
export const evaluateUnary = (operator: string, value: Value): Value | null => {
  if (operator === '!') {
    const truth = truthOf(value)
    return truth === null ? null : !truth
  }
  if (isUnknown(value)) return null
  if (operator === 'typeof') return typeOf(value)
  if (typeof value !== 'number' && !(operator === '+' && typeof value === 'string')) return null
  return operator === '-' ? -Number(value) : operator === '+' ? Number(value) : null
}

const typeOf = (value: Value): string => {
  if (typeof value !== 'object' || value === null) return typeof value
  return value.kind === 'function' || value.kind === 'native' || value.kind === 'class' ? 'function' : 'object'
}

/** The operator that stands between two offsets, without the comments beside it. */
export const operatorBetween = ({ tree }: Module, from: number, to: number): string =>
  tree.text
    .slice(from, Math.min(to, from + 2_000))
    .replace(/\/\*[^*]*\*\/|\/\/[^\n]*/g, '')
    .trim()
