import { toBase64url } from '../../gossip/wire/base64url.ts'
import { cutText } from '../../gossip/wire/cut-text.ts'
import type { Entry, JsonValue } from '../../gossip/wire/entry.ts'
import { parseNameBody } from './display-names.ts'

export const bodyLimits = {
  /** How many characters and lines of a text are shown before "Show all": about as much as fits on a phone's screen. */
  previewChars: 420,
  previewLines: 8,
  /** How many bytes of a binary body are shown as hex before "Show all": one line on a phone. */
  previewBytes: 12,
  /** How many bytes "Show all" shows as hex. Hex needs three characters per byte. */
  shownBytes: 4_096,
  /** How many characters "Show all" shows, and `data-text` has. Longer bodies are published in parts, and would fill the page. */
  shownChars: 524_288,
  /** The maximum depth of indented JSON. Size grows with characters × depth: 16 KiB of `[` would become 100 MB. */
  indentDepth: 12,
} as const

export interface ShownBody {
  readonly kind: 'text' | 'json' | 'bytes'
  /** The `data-text` attribute: a string unchanged, other JSON stringified, bytes as base64url; the start of a large body. */
  readonly dataText: string
  /** The part that is shown before "Show all". */
  readonly preview: string
  /** The whole body, if it is longer than the preview; of a large one its start. */
  readonly whole?: string
  /** The size of the body in words: `12,345 characters`. Empty for a text that the preview shows whole. */
  readonly size: string
}

const shownBodies = new WeakMap<Pick<Entry, 'body'>, ShownBody>()
const count = new Intl.NumberFormat('en')

/** How an entry's body is shown; computed once per entry. */
export const showBody = (entry: Pick<Entry, 'body'>): ShownBody => {
  const known = shownBodies.get(entry)
  if (known) return known
  const { body } = entry
  const shown =
    body instanceof Uint8Array
      ? showBytes(body)
      : typeof body === 'string'
        ? showText(body)
        : (showName(body) ?? showJson(body))
  shownBodies.set(entry, shown)
  return shown
}

const showText = (text: string): ShownBody => ({
  kind: 'text',
  dataText: cutText(text, bodyLimits.shownChars),
  ...cut(text),
})

/** Shows a name for a node as a sentence; the attribute has the body that was sent. */
const showName = (value: JsonValue): ShownBody | undefined => {
  const name = parseNameBody(value)
  if (name === undefined) return undefined
  const text = name === '' ? 'removed its name' : `is called ${name}`
  return { kind: 'text', dataText: stringify(value) ?? '', preview: text, size: '' }
}

const showJson = (value: JsonValue): ShownBody => {
  const dataText = stringify(value)
  if (dataText === undefined) {
    return { kind: 'json', dataText: '', preview: 'JSON nested too deeply to show', size: 'too deep' }
  }
  const isShort = dataText.length <= 72
  const isPlain = isShort || dataText.length > bodyLimits.shownChars || isDeeperThan(value, bodyLimits.indentDepth)
  const text = isPlain ? dataText : JSON.stringify(value, undefined, 2)
  return { kind: 'json', dataText: cutText(dataText, bodyLimits.shownChars), ...cut(text) }
}

const showBytes = (bytes: Uint8Array): ShownBody => {
  const size = `${count.format(bytes.length)} ${bytes.length === 1 ? 'byte' : 'bytes'}`
  const preview = bytes.length === 0 ? 'no bytes' : toHex(bytes.subarray(0, bodyLimits.previewBytes))
  // Four characters for three bytes.
  const start = bytes.subarray(0, (bodyLimits.shownChars / 4) * 3)
  const shown = { kind: 'bytes', dataText: toBase64url(start), size } as const
  if (bytes.length <= bodyLimits.previewBytes) return { ...shown, preview }
  const hex = toHex(bytes.subarray(0, bodyLimits.shownBytes))
  const rest = bytes.length - bodyLimits.shownBytes
  return {
    ...shown,
    preview: `${preview} …`,
    whole: rest > 0 ? `${hex} … and ${count.format(rest)} more bytes` : hex,
  }
}

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')

const cut = (text: string): { preview: string; whole?: string; size: string } => {
  // Most messages end here: a catch-up brings thousands of them at once.
  if (text.length <= bodyLimits.previewChars && !text.includes('\n')) return { preview: text, size: '' }
  const lines = text.split('\n', bodyLimits.previewLines + 1)
  const start = cutText(lines.slice(0, bodyLimits.previewLines).join('\n'), bodyLimits.previewChars)
  if (start.length === text.length) return { preview: text, size: '' }
  const shown = cutText(text, bodyLimits.shownChars)
  const rest = text.length - shown.length
  const whole = rest > 0 ? `${shown} … and ${count.format(rest)} more characters` : text
  return { preview: `${start.trimEnd()} …`, whole, size: `${count.format(text.length)} characters` }
}

/** Undefined if the value is nested too deeply for the engine's recursion: such an entry must not blank the page. */
const stringify = (value: JsonValue): string | undefined => {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const isDeeperThan = (value: JsonValue, limit: number): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (limit === 0) return true
  return Object.values(value).some((inner: JsonValue) => isDeeperThan(inner, limit - 1))
}
