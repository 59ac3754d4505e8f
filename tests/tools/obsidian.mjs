// Names what Obsidian would take for its own in the Markdown files below a folder: one JSON object a line.
// Tags (of ASCII letters), wiki links, mathematics and footnotes are found by parsers of those; other tags, comments, highlights, callouts
// and block names, for which there are none, by their documented signs where no backslash stands before them.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfm } from 'micromark-extension-gfm'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { math } from 'micromark-extension-math'
import { mathFromMarkdown } from 'mdast-util-math'
import { ofmTag } from '@moritzrs/micromark-extension-ofm-tag'
import { ofmTagFromMarkdown } from '@moritzrs/mdast-util-ofm-tag'
import { syntax as wikiLink } from 'micromark-extension-wiki-link'
import { fromMarkdown as wikiLinkFromMarkdown } from 'mdast-util-wiki-link'

const folder = process.argv[2]
const OWN = new Set(['ofmTag', 'wikiLink', 'inlineMath', 'math', 'footnoteReference', 'footnoteDefinition', 'html'])
const SIGNS = /(?<!\\)(?:%%|==|\^\[|!?\[\[)|(?:^|\s)#[\p{L}\p{N}_/-]*\p{L}/u
const BLOCK_NAME = /\s\^[A-Za-z0-9-]+$/
const RUN = /^(?:base|query|dataview|dataviewjs|tasks)$/

function* nodes(node) {
  yield node
  for (const child of node.children ?? []) yield* nodes(child)
}

function problem(node, text) {
  const source = text.slice(node.position?.start.offset, node.position?.end.offset)
  if (OWN.has(node.type)) return source
  if (node.type === 'text' && SIGNS.test(source)) return source
  const atLineEnd = (text[node.position?.end.offset] ?? '\n') === '\n'
  if (node.type === 'text' && atLineEnd && BLOCK_NAME.test(source)) return source
  if (node.type === 'blockquote' && /^>\s*\[!/.test(source)) return source
  if (node.type === 'code' && RUN.test(node.lang ?? '')) return source
  if (node.type === 'inlineCode' && /^\$?=/.test(node.value)) return source
  return null
}

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.md')) continue
  const path = join(entry.parentPath ?? entry.path, entry.name)
  const text = readFileSync(path, 'utf8').replace(/^---\n[^]*?\n---\n/, '').replace(/<!-- \/?newsarchive:index -->/g, '')
  const tree = fromMarkdown(text, {
    extensions: [gfm(), math(), wikiLink(), ofmTag()],
    mdastExtensions: [gfmFromMarkdown(), mathFromMarkdown(), wikiLinkFromMarkdown(), ofmTagFromMarkdown()],
  })
  for (const node of nodes(tree)) {
    const found = problem(node, text)
    if (found) console.log(JSON.stringify({ path, type: node.type, found: found.slice(0, 120) }))
  }
}
