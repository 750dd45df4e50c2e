import { cutText } from '../../gossip/wire/cut-text.ts'

/** How many characters of a value are shown; more would only fill the notice. */
const maxShownChars = 40

/** Invisible characters that people often copy into addresses. All others are shown only by their number. */
const nameOfCode: ReadonlyMap<number, string> = new Map([
  [0x09, 'tab'],
  [0x0a, 'line feed'],
  [0x0d, 'carriage return'],
  [0xa0, 'no-break space'],
  [0xad, 'soft hyphen'],
  [0x200b, 'zero width space'],
  [0x200c, 'zero width non-joiner'],
  [0x200d, 'zero width joiner'],
  [0x200e, 'left-to-right mark'],
  [0x200f, 'right-to-left mark'],
  [0x2028, 'line separator'],
  [0x202a, 'left-to-right embedding'],
  [0x202b, 'right-to-left embedding'],
  [0x202c, 'pop directional formatting'],
  [0x202d, 'left-to-right override'],
  [0x202e, 'right-to-left override'],
  [0x202f, 'narrow no-break space'],
  [0x2060, 'word joiner'],
  [0x2066, 'left-to-right isolate'],
  [0x2067, 'right-to-left isolate'],
  [0x2069, 'pop directional isolate'],
  [0x3000, 'ideographic space'],
  [0x3164, 'Hangul filler'],
  [0xfe0f, 'variation selector 16'],
  [0xfeff, 'byte order mark'],
])

/** A run of one invisible character: a control, a format character, a space except U+0020, or a default ignorable. */
const invisibleRun = /(?! )([\p{C}\p{Z}\p{Default_Ignorable_Code_Point}])\1*/gu

const describeInvisible = (run: string, first: string): string => {
  const code = first.codePointAt(0) ?? 0
  const number = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  const count = run.length / first.length
  return `[${[number, nameOfCode.get(code), ...(count > 1 ? [`× ${count}`] : [])].filter(Boolean).join(' ')}]`
}

/**
 * Quotes a refused value and makes its invisible characters visible: `“node1[U+200B zero width space]”`. Without this,
 * the value looks like a valid name. Right-to-left letters are isolated: they would reorder the sentence around them.
 */
export const quoteRefused = (value: string): string => {
  const start = cutText(value, maxShownChars)
  const shown = start.replaceAll(invisibleRun, describeInvisible)
  const isolated = /[^ -~×]/.test(shown) ? `\u2068${shown}\u2069` : shown
  return `“${isolated}${start.length < value.length ? '…' : ''}”`
}
