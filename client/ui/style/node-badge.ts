import { html, type TemplateResult } from 'lit'
import { numberOf, pickHue } from './node-hue.ts'

/** Distinguishes nodes without colour: the node's number, or else the initials of the first two words of its name. */
export const badgeText = (name: string): string => {
  const number = numberOf(name)
  if (number !== undefined) return String(number)
  const words = name.split(/[-_]+/).filter((word) => word !== '')
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('')
}

/** A node's colour and number before its name. The name is enough, so the badge is neither read aloud nor copied. */
export const nodeBadge = (name: string): TemplateResult =>
  html`<span class="badge ${pickHue(name)}" data-badge=${badgeText(name)} aria-hidden="true"></span>`
