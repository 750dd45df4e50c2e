import type { JsonValue } from '../../../gossip/wire/entry.ts'

/**
 * Controls, line breaks and characters that turn the direction of text: written as escapes, so that a stranger's text
 * can neither make lines of its own nor reorder those around it.
 */
const unsafe = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

const escaped = (text: string): string =>
  text.replaceAll(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

const isLeaf = (value: JsonValue): value is string | number | boolean | null =>
  typeof value !== 'object' || value === null

const leaf = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? `"${escaped(value.replaceAll('"', '\\"'))}"` : String(value)

/** `{ bytes: 32, base64url: … }`, as byte strings are told. */
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

/** Decoded fields as lines of an indented tree: `height: 7`, items of a list behind a dash. */
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
