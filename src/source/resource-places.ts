import { child, type SyntaxNode, type SyntaxTree, textOf } from './syntax.ts'

const NAMED =
  /^(?:\w*_)?(?:kind|name|namespace|api_?version|version|group|plural|resource|resource_?type|path|file|filename|route)$/i
const ASKING =
  /^(?:get|list|read|create|delete|patch|replace|watch|fetch|open|load|find|apply|describe|scale|exec|logs?|wait)(?:$|[_A-Z])/

/** Whether a string stands where a call is told which resource it is about: by name, or first to a method that asks. */
export function isResourceName(tree: SyntaxTree, whole: SyntaxNode): boolean {
  const { parent } = whole
  if (parent === null) return false
  if (parent.type === 'keyword_argument' || parent.type === 'pair') {
    const key = child(parent, 'key') ?? child(parent, 'name')
    return key !== undefined && key !== whole && NAMED.test(textOf(tree, key).replace(/^['"]|['"]$/g, ''))
  }
  if (parent.type === 'assignment' || parent.type === 'variable_declarator') {
    const name = child(parent, 'left') ?? child(parent, 'name')
    return name !== undefined && name !== whole && NAMED.test(textOf(tree, name))
  }
  const call = parent.type === 'arguments' || parent.type === 'argument_list' ? parent.parent : null
  const callee = call ? child(call, 'function') : undefined
  const last = callee ? (textOf(tree, callee).split('.').at(-1) ?? '') : ''
  return ASKING.test(last)
}
