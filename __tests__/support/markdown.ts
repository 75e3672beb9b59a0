import type { Nodes, Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'

/** The tree that a GitHub-flavoured parser makes of a text. */
export function parseMarkdown(text: string): Root {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
}

/** Every node of a tree, parents first. */
export function nodesOf(node: Nodes): Nodes[] {
  return 'children' in node ? [node, ...node.children.flatMap((child) => nodesOf(child))] : [node]
}

/** The text a reader sees, raw elements left out, zero-width spaces removed. */
export function visibleText(node: Nodes): string {
  return nodesOf(node)
    .map((one) => (one.type === 'text' || one.type === 'inlineCode' || one.type === 'code' ? one.value : ''))
    .join('')
    .replaceAll('\u200b', '')
}

/** Raw elements of a text, e.g. `<details>`. */
export function rawElements(node: Nodes): string[] {
  return nodesOf(node).flatMap((one) => (one.type === 'html' ? (one.value.match(/<[^>]*>/g) ?? []) : []))
}
