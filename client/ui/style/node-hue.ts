import { unsafeCSS } from 'lit'

const hueCount = 12

/** The maximum number of digits that count as a node's number; a seat of a class has at most two. */
const maxDigits = 3

/** The number at the end of a name: 7 for `ring-12-7`. A longer number, or one with a leading zero, does not count. */
export const numberOf = (name: string): number | undefined => {
  const digits = /(?<!\d)[1-9]\d*$/.exec(name)?.[0]
  return digits !== undefined && digits.length <= maxDigits ? Number(digits) : undefined
}

/**
 * One of `hue-0` … `hue-11`: a node has the same colour in every tab. Names that differ only by their last number, as
 * in a class, have twelve different colours in a row; the colours of two successive numbers differ in hue and in depth.
 */
export const pickHue = (name: string): string => {
  const number = numberOf(name)
  const stem = number === undefined ? name : name.slice(0, name.length - String(number).length)
  let sum = 0
  for (let index = 0; index < stem.length; index += 1) sum = (sum * 31 + stem.charCodeAt(index)) % 65_521
  return `hue-${(sum + (number ?? 0)) % hueCount}`
}

export const hues = unsafeCSS(
  Array.from({ length: hueCount }, (_, index) => `.hue-${index} { --hue: var(--hue-${index}); }`).join('\n'),
)
