import { css, html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import type { Entry } from '../gossip/entry.ts'
import { shortPeerId } from '../gossip/peer-id.ts'
import { type ShownBody, showBody } from './entry-body.ts'
import { showTime } from './entry-time.ts'
import { pickHue } from './node-hue.ts'
import { traceButton, traceButtonStyles } from './trace-button.ts'

export interface MessageItem {
  readonly entry: Entry
  /** 1, 2, 3 … among all that are held, and how many those are. */
  readonly position: number
  readonly total: number
  readonly isOwn: boolean
  /** Arrived while the page was looking. */
  readonly isNew: boolean
  /** Another key is seen under the author's name. */
  readonly isClash: boolean
  /** Today, as `Date.toDateString()` has it. */
  readonly day: string
}

export const messageKey = ({ peerId, epoch, seq }: Entry): string => `${peerId} ${epoch} ${seq}`

/** Hundreds of these are drawn again with every new message; all but the count of `total` is guarded. */
export const messageItem = ({
  entry,
  position,
  total,
  isOwn,
  isNew,
  isClash,
  day,
}: MessageItem): TemplateResult => html`
  <li
    class="message ${pickHue(entry.author)} ${isOwn ? 'own' : ''} ${isNew ? 'new' : ''}"
    data-author=${entry.author}
    data-peer-id=${entry.peerId}
    data-epoch=${entry.epoch}
    data-seq=${entry.seq}
    data-text=${showBody(entry).dataText}
    data-path=${entry.path.join('>')}
    aria-posinset=${position}
    aria-setsize=${total}
  >
    ${guard([entry, isOwn, isClash, day], () => contentTemplate(entry, isOwn, isClash, day))}
    ${traceButton(entry, position === total)}
  </li>
`

const contentTemplate = (entry: Entry, isOwn: boolean, isClash: boolean, day: string): TemplateResult => {
  const time = showTime(entry.time, day)
  return html`
    <p class="head">
      <span class="author" title=${entry.peerId}
        >${entry.author}${isClash ? html` <code>${shortPeerId(entry.peerId)}</code>` : nothing}</span
      >
      ${isOwn ? html`<span class="you">you</span>` : nothing}
      <time datetime=${time.iso ?? nothing} title=${time.full}>${time.short}</time>
    </p>
    ${bodyTemplate(showBody(entry))} ${entry.path.length > 1 ? pathTemplate(entry.path) : nothing}
  `
}

const bodyTemplate = (body: ShownBody): TemplateResult => {
  const tag =
    body.kind === 'text' ? nothing : html`<span class="kind">${body.kind === 'json' ? 'JSON' : body.size}</span>`
  if (body.whole === undefined) return html`<div class="body ${body.kind}" dir="auto">${tag}${body.preview}</div>`
  return html`
    <details class="body ${body.kind}">
      <summary>
        <span class="preview" dir="auto">${tag}${body.preview}</span>
        <span class="more">Show all ${body.size}</span>
        <span class="less">Show less</span>
      </summary>
      <div class="whole" dir="auto">${body.whole}</div>
    </details>
  `
}

/** Hops shown at each end of a long way; a path has at most 64. */
const endHops = 3

const pathTemplate = (path: readonly string[]): TemplateResult => {
  if (path.length <= 2 * endHops + 1) return html`<p class="path"><span class="unseen">Path: </span>${hops(path)}</p>`
  const between = path.length - 2 * endHops
  return html`
    <details class="path">
      <summary>
        <span class="unseen">Path: </span>
        <span class="preview"
          >${hops(path.slice(0, endHops))} <span class="step" aria-hidden="true">›</span>
          <span class="between">${between} more</span> <span class="step" aria-hidden="true">›</span> ${hops(
            path.slice(-endHops),
          )}</span
        >
        <span class="less">${path.length} nodes on the way</span>
      </summary>
      ${hops(path)}
    </details>
  `
}

const hops = (names: readonly string[]): TemplateResult[] =>
  names.map(
    (name, index) =>
      html`${index > 0 ? html` <span class="step" aria-hidden="true">›</span> ` : nothing}<span
          class="hop ${pickHue(name)}"
          >${name}</span
        >`,
  )

export const messageStyles = css`
  ${traceButtonStyles}

  .message {
    position: relative;
    /* Most of 500 messages are out of sight: laying out and painting those costs more than all the rest. */
    content-visibility: auto;
    contain-intrinsic-block-size: auto 4.25rem;
    padding: var(--gap-2) var(--gap-4) var(--gap-2) calc(var(--gap-4) + var(--gap-4));
    line-height: 1.45;
  }

  .message::before {
    content: '';
    position: absolute;
    inset-block: var(--gap-2);
    inset-inline-start: var(--gap-4);
    inline-size: 0.1875rem;
    border-radius: 1rem;
    background: var(--hue);
  }

  .message:hover {
    background: var(--raised);
  }

  .own {
    background: var(--accent-soft);
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 var(--gap-2);
  }

  .author {
    color: var(--hue);
    font-weight: 650;
    overflow-wrap: anywhere;
  }

  .author code {
    color: var(--muted);
    font: 500 var(--size-small) var(--mono);
  }

  .you {
    padding-inline: 0.4em;
    border: 1px solid var(--accent);
    border-radius: 1rem;
    color: var(--accent);
    font-size: 0.6875rem;
    font-weight: 650;
    line-height: 1.4;
  }

  time {
    margin-inline-start: auto;
    color: var(--muted);
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  .body {
    max-inline-size: 80ch;
    overflow: clip;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    /* Text of strangers: whatever directions it sets end with it. */
    unicode-bidi: isolate;
  }

  .json,
  .bytes {
    font: var(--size-small) / 1.5 var(--mono);
  }

  .kind {
    margin-inline-end: var(--gap-2);
    padding: 0.1em 0.45em;
    border: 1px solid var(--line);
    border-radius: 0.375rem;
    background: var(--ground);
    color: var(--muted);
    font: 600 0.6875rem / 1.4 var(--font);
  }

  summary {
    white-space: normal;
    list-style: none;
    cursor: pointer;
  }

  summary::-webkit-details-marker {
    display: none;
  }

  .preview {
    white-space: pre-wrap;
  }

  .path summary {
    padding-block: 0.25rem;
  }

  .path .preview {
    white-space: normal;
  }

  .more,
  .less {
    display: inline-block;
    color: var(--accent);
    font: 600 var(--size-small) / 1.85 var(--font);
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }

  .body .more {
    display: block;
  }

  details[open] .preview,
  details[open] .more,
  details:not([open]) .less {
    display: none;
  }

  .whole {
    max-block-size: 60vh;
    overflow: auto;
    white-space: pre-wrap;
  }

  .path {
    color: var(--muted);
    font-size: var(--size-small);
    overflow-wrap: anywhere;
  }

  .hop {
    white-space: nowrap;
  }

  .hop::before {
    content: '';
    display: inline-block;
    inline-size: 0.4375rem;
    block-size: 0.4375rem;
    margin-inline-end: 0.35em;
    border-radius: 50%;
    background: var(--hue);
  }

  .step {
    opacity: 0.8;
  }

  .between {
    color: var(--accent);
    text-decoration: underline;
  }

  @media (prefers-reduced-motion: no-preference) {
    .new {
      animation: arrive 900ms ease-out;
    }
  }

  @keyframes arrive {
    from {
      background: color-mix(in oklab, var(--hue) 26%, transparent);
    }
  }
`
