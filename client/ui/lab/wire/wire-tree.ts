import type { JsonValue } from '../../../gossip/wire/entry.ts'

/**
 * Control characters, line breaks, and characters that change the direction of text. They are escaped, so that text of
 * a stranger can neither begin new lines nor reorder the text around it.
 */
const unsafe = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

const escaped = (text: string): string =>
  text.replaceAll(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

const isLeaf = (value: JsonValue): value is string | number | boolean | null =>
  typeof value !== 'object' || value === null

const leaf = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? `"${escaped(value.replaceAll('"', '\\"'))}"` : String(value)

/** One line for the fields `{ bytes: 32, base64url: … }`, in which the record describes a byte string. */
const bytesLine = (value: JsonValue): string | undefined => {
  if (isLeaf(value) || Array.isArray(value)) return undefined
  const { bytes, base64url, ...rest } = value as Readonly<Record<string, JsonValue>>
  if (typeof bytes !== 'number' || typeof base64url !== 'string' || Object.keys(rest).length > 0) return undefined
  return `${bytes} bytes ${escaped(base64url)}`
}

const lineOf = (value: JsonValue): string | undefined => {
  if (isLeaf(value)) return leaf(value)
  const length = Object.keys(value).length
  if (length === 0) return Array.isArray(value) ? 'none' : 'nothing'
  return bytesLine(value)
}

/** Decoded fields as lines of an indented tree, for example `height: 7`; a dash marks each item of a list. */
export const treeLines = (value: JsonValue, indent = ''): readonly string[] => {
  const line = lineOf(value)
  if (line !== undefined) return [indent + line]
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => itemLines(item, indent))
  return Object.entries(value as Readonly<Record<string, JsonValue>>).flatMap(([key, member]) => {
    const short = lineOf(member)
    const name = `${indent}${escaped(key)}:`
    return short === undefined ? [name].concat(treeLines(member, `${indent}  `)) : [`${name} ${short}`]
  })
}

const itemLines = (item: JsonValue, indent: string): readonly string[] => {
  if (typeof item === 'string' && /^… \d+ more$/.test(item)) return [indent + item]
  const [first = '', ...rest] = treeLines(item, `${indent}  `)
  return [`${indent}- ${first.trimStart()}`, ...rest]
}
