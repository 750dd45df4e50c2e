import { html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { live } from 'lit/directives/live.js'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import { shortPeerId } from '../../gossip/wire/peer-id.ts'
import { showBody } from '../words/entry-body.ts'
import { showTime } from '../words/entry-time.ts'
import { durationWords } from '../words/figure-words.ts'
import type { ForkMark } from '../words/fork-marks.ts'
import { describeProof, forkNote } from '../words/fork-words.ts'
import { icons } from '../style/icons.ts'
import { estimateLatencyMs } from '../words/latency-histogram.ts'
import { nodeBadge } from '../style/node-badge.ts'
import { pickHue } from '../style/node-hue.ts'
import type { DetailsPart, OpenDetails } from '../shared/open-details.ts'
import { updateTabStop } from '../shared/scroll-tab-stop.ts'

export interface MessageItem {
  readonly entry: Entry
  /** 1, 2, 3 … among all messages that match the filter, whether in the document or not; `total` is their number. */
  readonly position: number
  readonly total: number
  readonly isOwn: boolean
  /** Arrived while the page was looking. */
  readonly isNew: boolean
  /** Several keys are seen under the author's name. */
  readonly isClash: boolean
  /** The name that a person gave to the author's node. */
  readonly called: string | undefined
  /** Today as a result of `Date.toDateString()`. */
  readonly day: string
  /** The route by which the message arrived; undefined if it is not known. */
  readonly route: () => readonly Hop[] | undefined
  /** Defined if the message's log is forked. */
  readonly fork: ForkMark | undefined
  readonly open: OpenDetails
}

/** Rendered again with every new message; `guard` skips everything except the position. */
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
      data-topic=${entry.topic ?? nothing}
      aria-posinset=${position}
      aria-setsize=${total}
    >
      ${guard([entry, isOwn, isClash, item.called, day, fork?.fork, fork?.place], () => contentTemplate(item))}
      ${traceButton(entry, position === total)}
    </li>
  `
}

const contentTemplate = ({ entry, isOwn, isClash, called, day, route, fork, open }: MessageItem): TemplateResult => {
  const lateMs = latenessOf(route() ?? [])
  const time = showTime(entry.time, day, entry.receivedAt)
  return html`
    <p class="head">
      ${nodeBadge(entry.author)}
      <span class="author" title=${entry.peerId}
        >${entry.author}${isClash ? html` <code>${shortPeerId(entry.peerId)}</code>` : nothing}</span
      >
      ${called ? html`<span class="called" dir="auto">${called}</span>` : nothing}
      ${isOwn ? html`<span class="you">you</span>` : nothing} ${lateMs === undefined ? nothing : lateMark(lateMs)}
      ${fork ? html`<span class="forked" title="Its author signed two different messages with the same number">forked log</span>` : nothing}
      ${entry.topic === undefined ? nothing : html`<span class="topic" dir="auto" title="Topic">${entry.topic}</span>`}
      <time datetime=${time.iso ?? nothing} title=${time.full}>${time.short}</time>
    </p>
    ${bodyTemplate(entry, open)} ${entry.path.length > 1 ? pathTemplate(entry, open) : nothing}
    ${fork ? forkTemplate(entry, fork, open) : nothing}
  `
}

/** A message that was on its path for at least this many milliseconds counts as late: links repair in less time. */
const lateAfterMs = 3_000

/** Milliseconds on the path, if the message was late. Nodes on the path measured durations, so no clock is trusted. */
export const latenessOf = (route: readonly Hop[]): number | undefined => {
  const ms = estimateLatencyMs(route)
  return ms >= lateAfterMs ? ms : undefined
}

const lateMark = (ms: number): TemplateResult =>
  html`<span
    class="late"
    title="It waited for a link or a tab. Estimated from the time that each node held it; no clock is trusted."
    >≈ ${durationWords(Math.round(ms / 1_000) * 1_000)} late</span
  >`

/** Remembers whether the part is unfolded. */
const onToggle =
  (entry: Entry, part: DetailsPart, open: OpenDetails) =>
  ({ currentTarget }: Event): void => {
    if (!(currentTarget instanceof HTMLDetailsElement)) return
    open.set(entry, part, currentTarget.open)
    for (const region of currentTarget.querySelectorAll('.whole, dd')) updateTabStop(region)
  }

const forkTemplate = (entry: Entry, { fork, place }: ForkMark, open: OpenDetails): TemplateResult | typeof nothing => {
  if (!place) return nothing
  return html`
    <details class="fork" ?open=${live(open.has(entry, 'fork'))} @toggle=${onToggle(entry, 'fork', open)}>
      <summary>
        <span>${icons.warning} ${forkNote(fork, place)}</span>
        <span class="more">Show both versions</span>
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
    <details class="body ${body.kind}" ?open=${live(open.has(entry, 'body'))} @toggle=${onToggle(entry, 'body', open)}>
      <summary>
        <span class="preview" dir="auto">${tag}${body.preview}</span>
        <span class="more">Show all ${body.size}</span>
        <span class="less">Show less</span>
      </summary>
      <div class="whole" dir="auto">${body.whole}</div>
    </details>
  `
}

/** How many hops are shown at each end of a long path; a path has at most 64. */
const shownEndHops = 3

const pathTemplate = (entry: Entry, open: OpenDetails): TemplateResult => {
  const { path } = entry
  if (path.length <= 2 * shownEndHops + 1) return html`<p class="path">${hops(path)}</p>`
  const between = path.length - 2 * shownEndHops
  return html`
    <details class="path" ?open=${live(open.has(entry, 'path'))} @toggle=${onToggle(entry, 'path', open)}>
      <summary>
        <span class="preview"
          >${hops(path.slice(0, shownEndHops))} <span class="step" aria-hidden="true">›</span>
          <span class="between">${between} more</span> <span class="step" aria-hidden="true">›</span> ${hops(
            path.slice(-shownEndHops),
          )}</span
        >
        <span class="less">${path.length} nodes on the path</span>
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

/** The Tab key reaches only the newest message's button: hundreds would be too many. The trace leads to the others. */
const traceButton = (entry: Entry, isNewest: boolean): TemplateResult => html`
  <button
    type="button"
    class="trace"
    aria-label="Trace message ${entry.seq} of ${entry.author}"
    title="Trace the path of this message"
    tabindex=${isNewest ? 0 : -1}
    @click=${(event: Event) => event.currentTarget?.dispatchEvent(new TraceMessageEvent(entry))}
  >
    ${icons.path}
  </button>
`

/** The person wants to see the path of a message. Bubbles up to the page. */
export class TraceMessageEvent extends Event {
  readonly entry: Entry

  constructor(entry: Entry) {
    super('trace-message', { bubbles: true, composed: true })
    this.entry = entry
  }
}

declare global {
  interface HTMLElementEventMap {
    'trace-message': TraceMessageEvent
  }
}
