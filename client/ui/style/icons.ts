import { svg, type SVGTemplateResult } from 'lit'
import type { LinkState, NodeState } from '../../node/api/grapevine.ts'
import type { CheckStatus } from '../words/connection-check.ts'

/** An icon always stands beside words, so it is hidden from assistive technology. */
const icon = (content: SVGTemplateResult): SVGTemplateResult =>
  svg`<svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${content}</svg>`

const disc = icon(svg`<circle cx="8" cy="8" r="6" fill="currentColor" stroke="none" />`)
const ring = icon(svg`<circle cx="8" cy="8" r="5" />`)
const dashes = icon(svg`<circle class="turning" cx="8" cy="8" r="5" stroke-dasharray="3.2 4.65" />`)
const half = icon(
  svg`<circle cx="8" cy="8" r="5" /><path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" stroke="none" />`,
)
const cross = icon(svg`<path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />`)
const tick = icon(svg`<path d="M3 8.5 6.5 12 13 4.5" />`)
const line = icon(svg`<path d="M4 8h8" />`)
const triangle = icon(svg`<path d="M8 2.5l6 10.5H2z" fill="currentColor" />`)

export const linkIcons: Readonly<Record<LinkState, SVGTemplateResult>> = {
  up: disc,
  quiet: half,
  dialling: dashes,
  waiting: ring,
  down: cross,
}

export const statusIcons: Readonly<Record<NodeState['status'], SVGTemplateResult>> = {
  online: disc,
  starting: dashes,
  offline: triangle,
  error: cross,
}

export const checkIcons: Readonly<Record<CheckStatus, SVGTemplateResult>> = {
  ok: tick,
  waiting: dashes,
  failed: cross,
  'not-needed': line,
  pending: ring,
}

export const icons = {
  upstream: icon(svg`<path d="M8 13V3M4 7l4-4 4 4" />`),
  downstream: icon(svg`<path d="M8 3v10M4 9l4 4 4-4" />`),
  save: icon(svg`<path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 11v2.5h11V11" />`),
  newTab: icon(svg`<path d="M9 2.5h4.5V7M13 3 7.5 8.5M6 3.5H3.5v9h9V10" stroke-width="1.75" />`),
  ping: icon(
    svg`<circle cx="8" cy="8" r="2" fill="currentColor" stroke="none" /><path d="M4.2 11.8a5.4 5.4 0 0 1 0-7.6M11.8 4.2a5.4 5.4 0 0 1 0 7.6" stroke-width="1.75" />`,
  ),
  send: icon(svg`<path d="M2.5 8h10M8.5 3.5 13 8l-4.5 4.5" />`),
  share: icon(svg`<path d="M8 10V2.5M5 5l3-3 3 3M4 8H3v5.5h10V8h-1" stroke-width="1.75" />`),
  copy: icon(svg`<path d="M6 5.5h7.5v8H6zM3.5 10.5h-1v-8H10v1" stroke-width="1.5" />`),
  close: cross,
  latest: icon(svg`<path d="M8 3v9M4 8.5l4 4 4-4" />`),
  cross,
  play: icon(svg`<path d="M5 3v10l8-5z" fill="currentColor" />`),
  pause: icon(svg`<path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2.75" />`),
  forward: icon(svg`<path d="M4 3.5v9l6-4.5z" fill="currentColor" /><path d="M12.5 3.5v9" />`),
  back: icon(svg`<path d="M12 3.5v9L6 8z" fill="currentColor" /><path d="M3.5 3.5v9" />`),
  earlier: icon(svg`<path d="M10 3.5 5.5 8l4.5 4.5" />`),
  later: icon(svg`<path d="M6 3.5 10.5 8 6 12.5" />`),
  restart: icon(svg`<path d="M3.2 6.5A5.2 5.2 0 1 1 3 9.5M3 2.8v3.9h3.9" stroke-width="1.75" />`),
  path: icon(
    svg`<circle cx="3.5" cy="12" r="1.75" fill="currentColor" stroke="none" /><circle cx="12.5" cy="4" r="1.75" /><path d="M5 11 11.2 5.2" stroke-dasharray="1.6 2.6" stroke-width="1.75" />`,
  ),
  unfold: icon(svg`<path d="M3.5 10.5 8 6l4.5 4.5" />`),
  fold: icon(svg`<path d="M3.5 5.5 8 10l4.5-4.5" />`),
  info: icon(svg`<circle cx="8" cy="8" r="6.25" stroke-width="1.5" /><path d="M8 7.5v3.5M8 4.75v.5" />`),
  warning: icon(
    svg`<path d="M8 2 14.5 13.5h-13z" stroke-width="1.5" /><path d="M8 6.5v3M8 11.5v.1" stroke-width="1.75" />`,
  ),
  error: icon(
    svg`<path d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z" stroke-width="1.5" /><path d="M8 4.75v4M8 11v.1" />`,
  ),
  grapes: svg`<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 9.5c0-3.5 1.6-6 5-7" fill="none" stroke="var(--good)" stroke-width="2.4" stroke-linecap="round" /><path d="M17 7c3-1.7 6.4-1.2 8.3 1.2-2.9 1.7-6.4 1.2-8.3-1.2z" fill="var(--good)" /><g fill="var(--accent)"><circle cx="8.5" cy="13.5" r="3.6" /><circle cx="16" cy="13.5" r="3.6" /><circle cx="23.5" cy="13.5" r="3.6" /><circle cx="12.25" cy="20.2" r="3.6" /><circle cx="19.75" cy="20.2" r="3.6" /><circle cx="16" cy="26.9" r="3.6" /></g></svg>`,
} as const
