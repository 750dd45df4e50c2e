import { cutText } from './cut-text.ts'

/** Characters of a key that a message shows. */
const keyChars = 40

/** A step of a path as source code has it: `.items`, `[3]`, `["two words"]`. */
export const describeKey = (key: string | number): string => {
  if (typeof key === 'number') return `[${key}]`
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) && key.length <= keyChars) return `.${key}`
  const shown = cutText(key, keyChars)
  return `[${JSON.stringify(shown)}${shown.length < key.length ? '…' : ''}]`
}

/** `is a Date: …` with what to send in its place; of a value that is neither JSON nor bytes. */
export const describeValue = (value: unknown): string => {
  const kind = kindOf(value)
  // `a Uint8Array`, `a URL`.
  const article = /^[AEIO]/i.test(kind) ? 'an' : 'a'
  const isWord = typeof value === 'undefined' || typeof value === 'number'
  return `is ${isWord ? kind : `${article} ${kind}`}: ${remedies.get(kind) ?? 'a body is a text, a JSON value or bytes'}`
}

const remedies: ReadonlyMap<string, string> = new Map([
  ['undefined', 'leave it out, or use null'],
  ['NaN', 'JSON has no such number; use null'],
  ['Infinity', 'JSON has no such number; use null'],
  ['-Infinity', 'JSON has no such number; use null'],
  ['bigint', 'use a number or a text'],
  ['Date', 'use its toISOString()'],
  ['Map', 'use Object.fromEntries() of it, or a list'],
  ['Set', 'use a list of its values'],
  ['Uint8Array', 'bytes are a whole body, never a part of one; inside JSON use a text, such as base64'],
  ['ArrayBuffer', 'bytes are published as a Uint8Array'],
  ['SharedArrayBuffer', 'bytes are published as a Uint8Array'],
  ['DataView', 'bytes are published as a Uint8Array'],
  ['Blob', 'await its bytes() first'],
  ['File', 'await its bytes() first'],
  ['Promise', 'await it first'],
])

const kindOf = (value: unknown): string => {
  if (typeof value === 'number' || value === undefined) return String(value)
  if (typeof value !== 'object' || value === null) return typeof value
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1)
  if (tag !== 'Object') return tag
  const maker: unknown = (value as { readonly constructor?: unknown }).constructor
  const name = typeof maker === 'function' ? maker.name : ''
  return name === '' || name === 'Object' ? 'object with a prototype of its own' : name
}
