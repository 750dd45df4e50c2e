import { css, html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import type { Entry } from '../gossip/entry.ts'
import { shortPeerId } from '../gossip/peer-id.ts'
import { showBody } from './entry-body.ts'
import { showTime } from './entry-time.ts'
import type { ForkMark } from './fork-marks.ts'
import { describeProof, forkNote } from './fork-words.ts'
import { icons } from './icons.ts'
import { pickHue } from './node-hue.ts'
import type { DetailsPart, OpenDetails } from './open-details.ts'
import { traceButton, traceButtonStyles } from './trace-button.ts'

export interface MessageItem {
  readonly entry: Entry
  /** 1, 2, 3 … among all that are shown, in the document or not, and how many those are. */
  readonly position: number
  readonly total: number
  readonly isOwn: boolean
  /** Arrived while the page was looking. */
  readonly isNew: boolean
  /** Another key is seen under the author's name. */
  readonly isClash: boolean
  /** Today, as `Date.toDateString()` has it. */
  readonly day: string
  /** Its log is forked. */
  readonly fork: ForkMark | undefined
  readonly open: OpenDetails
}

/** Drawn again with every new message; all but its position is guarded. */
export const messageItem = (item: MessageItem): TemplateResult => {
  const { entry, position, total, isOwn, isNew, isClash, day, fork } = item
  return html`
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
      ${guard([entry, isOwn, isClash, day, fork?.fork, fork?.place], () => contentTemplate(item))}
      ${traceButton(entry, position === total)}
    </li>
  `
}

const contentTemplate = ({ entry, isOwn, isClash, day, fork, open }: MessageItem): TemplateResult => {
  const time = showTime(entry.time, day, entry.receivedAt)
  return html`
    <p class="head">
      <span class="author" title=${entry.peerId}
        >${entry.author}${isClash ? html` <code>${shortPeerId(entry.peerId)}</code>` : nothing}</span
      >
      ${isOwn ? html`<span class="you">you</span>` : nothing}
      ${fork ? html`<span class="forked" title="Its author signed two different messages for one place">forked log</span>` : nothing}
      <time datetime=${time.iso ?? nothing} title=${time.full}>${time.short}</time>
    </p>
    ${bodyTemplate(entry, open)} ${entry.path.length > 1 ? pathTemplate(entry, open) : nothing}
    ${fork ? forkTemplate(entry, fork, open) : nothing}
  `
}

/** Keeps in mind whether it is unfolded. */
const onToggle =
  (entry: Entry, part: DetailsPart, open: OpenDetails) =>
  ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLDetailsElement) open.set(entry, part, currentTarget.open)
  }

const forkTemplate = (entry: Entry, { fork, place }: ForkMark, open: OpenDetails): TemplateResult | typeof nothing => {
  if (!place) return nothing
  return html`
    <details class="fork" ?open=${open.has(entry, 'fork')} @toggle=${onToggle(entry, 'fork', open)}>
      <summary>
        <span>${icons.warning} ${forkNote(fork, place)}</span>
        <span class="more">Look at the two</span>
        <span class="less">Show less</span>
      </summary>
      <dl>
        ${describeProof(fork).map(
          ({ label, text }) =>
            html`<dt>${label}</dt>
              <dd dir="auto">${text}</dd>`,
        )}
      </dl>
    </details>
  `
}

const bodyTemplate = (entry: Entry, open: OpenDetails): TemplateResult => {
  const body = showBody(entry)
  const tag =
    body.kind === 'text' ? nothing : html`<span class="kind">${body.kind === 'json' ? 'JSON' : body.size}</span>`
  if (body.whole === undefined) return html`<div class="body ${body.kind}" dir="auto">${tag}${body.preview}</div>`
  return html`
    <details class="body ${body.kind}" ?open=${open.has(entry, 'body')} @toggle=${onToggle(entry, 'body', open)}>
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

const pathTemplate = (entry: Entry, open: OpenDetails): TemplateResult => {
  const { path } = entry
  if (path.length <= 2 * endHops + 1) return html`<p class="path">${hops(path)}</p>`
  const between = path.length - 2 * endHops
  return html`
    <details class="path" ?open=${open.has(entry, 'path')} @toggle=${onToggle(entry, 'path', open)}>
      <summary>
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

  /*
   * Rows are made and painted by the hundred. Nothing in them is positioned, translucent or clipped out of sight: each
   * such part would be a layer of its own, and a row in its plain form has none.
   */
  .message {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    padding: var(--gap-2) var(--gap-4) var(--gap-2) calc(var(--gap-4) + var(--gap-4));
    background: linear-gradient(var(--hue), var(--hue)) var(--gap-4) 50% / 0.1875rem calc(100% - 2 * var(--gap-2))
      no-repeat;
    line-height: 1.45;
  }

  .message > * {
    grid-column: 1 / -1;
  }

  .message > .head {
    grid-column: 1;
  }

  .message:hover {
    background-color: var(--raised);
  }

  .own {
    background-color: var(--accent-soft);
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

  .forked {
    padding-inline: 0.4em;
    border: 1px solid var(--warn);
    border-radius: 1rem;
    color: var(--warn);
    font-size: 0.6875rem;
    font-weight: 650;
    line-height: 1.4;
  }

  .fork {
    margin-block: var(--gap-1);
    padding: var(--gap-2) var(--gap-3);
    border-radius: var(--round);
    background: var(--warn-soft);
    font-size: var(--size-small);
  }

  .fork svg {
    color: var(--warn);
    vertical-align: -0.125em;
  }

  .fork .more {
    display: block;
  }

  .fork dl {
    margin: var(--gap-2) 0 0;
  }

  .fork dt {
    font-weight: 600;
  }

  .fork dd {
    max-block-size: 9rem;
    margin: var(--gap-1) 0 var(--gap-2);
    padding: var(--gap-2) var(--gap-3);
    border-radius: var(--round);
    background: var(--surface);
    overflow: auto;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    unicode-bidi: isolate;
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
    color: color-mix(in oklab, currentColor 80%, transparent);
  }

  /* Said, not seen. */
  p.path::before,
  .path summary::before {
    content: '\\200b' / 'Path: ';
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
      background-color: color-mix(in oklab, var(--hue) 26%, transparent);
    }
  }
`
