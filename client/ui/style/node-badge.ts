import { css, html, type TemplateResult } from 'lit'
import { numberOf, pickHue } from './node-hue.ts'

/** What tells a node from others where colours don't: its number, or else the initials of the first two words of its name. */
export const badgeText = (name: string): string => {
  const number = numberOf(name)
  if (number !== undefined) return String(number)
  const words = name.split(/[-_]+/).filter((word) => word !== '')
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('')
}

/** A node's colour and number before its name. The name says it all: the badge is neither read aloud nor copied. */
export const nodeBadge = (name: string): TemplateResult =>
  html`<span class="badge ${pickHue(name)}" data-badge=${badgeText(name)} aria-hidden="true"></span>`

export const badgeStyles = css`
  .badge {
    display: inline-grid;
    flex: none;
    place-items: center;
    min-inline-size: 1.25rem;
    block-size: 1.25rem;
    padding-inline: 0.2rem;
    border-radius: 0.625rem;
    background: var(--hue);
    color: var(--surface);
    font: 700 0.6875rem / 1 var(--font);
    font-variant-numeric: tabular-nums;
    vertical-align: -0.25rem;
  }

  .badge::before {
    content: attr(data-badge) / '';
  }

  /* The system picks the colours: the number stays, with an edge around it. */
  @media (forced-colors: active) {
    .badge {
      border: 1px solid CanvasText;
    }
  }
`
