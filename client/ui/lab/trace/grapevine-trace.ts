import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { cutText } from '../../../gossip/wire/cut-text.ts'
import type { Entry } from '../../../gossip/wire/entry.ts'
import type { GrapevineNode } from '../../../node/api/grapevine.ts'
import { showBody } from '../../words/entry-body.ts'
import { FocusKeeper } from '../../shared/focus-keeper.ts'
import '../../shared/grapevine-save.ts'
import type { SaveChoice } from '../../shared/grapevine-save.ts'
import { icons } from '../../style/icons.ts'
import { countWords, listWords } from '../../words/listing.ts'
import { showMs } from '../../words/network-words.ts'
import { nodeBadge } from '../../style/node-badge.ts'
import { badgeStyles } from '../../style/node-badge.styles.ts'
import { hues } from '../../style/node-hue.ts'
import { traceStyles } from './grapevine-trace.styles.ts'
import { controls } from '../../style/tokens.ts'
import { describeReach, type Trace, type TraceHop, type TraceStop, pathTo } from './trace.ts'

export type TraceAction =
  | 'play'
  | 'pause'
  | 'forward'
  | 'back'
  | 'restart'
  | 'latest'
  | 'earlier'
  | 'later'
  | 'close'
  | 'live'
  | 'ask'

/** A person uses a control of the trace. */
export class TraceActionEvent extends Event {
  readonly action: TraceAction

  constructor(action: TraceAction) {
    super('trace-action', { bubbles: true })
    this.action = action
  }
}

/** The most hops in the list; the picture and the table show the others as well. */
const mostListed = 100

/** What gets the focus when a button disappears: Play or Pause, or without a trace the button that traces a message. */
const nextFocus = '[data-action="play"], [data-action="pause"], [data-action="latest"]'

/** Shows the path of one message in words, and the controls of its playback. */
@customElement('grapevine-trace')
export class GrapevineTrace extends LitElement {
  static override styles = [controls, hues, badgeStyles, traceStyles]

  @property({ attribute: false }) trace: Trace | undefined
  /** Creates the file in which the trace is saved. */
  @property({ attribute: false }) node: Pick<GrapevineNode, 'net' | 'name' | 'exportTrace'> | undefined
  /** The number of hops that have been played. */
  @property({ attribute: false }) played = 0
  @property({ attribute: false }) isAtStart = true
  @property({ attribute: false }) isPlaying = false
  @property({ attribute: false }) isLive = false
  @property({ attribute: false }) hasMessages = false
  /** The node to which the path is shown: the selected node, or this node. */
  @property({ attribute: false }) target = ''

  readonly #saveChoices: readonly SaveChoice[] = [{ label: 'JSON', extension: 'json', make: () => this.#file() }]

  constructor() {
    super()
    this.addController(new FocusKeeper(this, () => () => this.renderRoot.querySelector<HTMLElement>(nextFocus)))
  }

  override render(): TemplateResult {
    const { trace } = this
    return html`
      <div class="top">
        <h3>Trace</h3>
        <label class="live">
          <input type="checkbox" .checked=${this.isLive} @change=${() => this.#act('live')} />Watch live
        </label>
        ${
          trace
            ? html`<grapevine-save .node=${this.node} .what=${'trace'} .choices=${this.#saveChoices}></grapevine-save>`
            : nothing
        }
        ${trace ? this.#button('close', 'Close the trace', icons.cross) : nothing}
      </div>
      ${trace ? this.#traceTemplate(trace) : this.#emptyTemplate()}
    `
  }

  #emptyTemplate(): TemplateResult {
    return html`
      <div class="bar">
        <p class="hint">
          ${
            this.isLive
              ? 'Waiting for the next message.'
              : 'To see the path of a message, press Trace beside it, or trace the latest one.'
          }
        </p>
        ${
          this.hasMessages && !this.isLive
            ? html`<button type="button" data-action="latest" @click=${() => this.#act('latest')}>
                Trace the latest message
              </button>`
            : nothing
        }
      </div>
    `
  }

  #traceTemplate(trace: Trace): TemplateResult {
    const { entry, hops } = trace
    const count = hops.length
    return html`
      <div class="top">
        ${this.#button('earlier', 'Trace the message before', icons.earlier)}
        <p class="what"><b>Message ${entry.seq} of ${entry.author}</b> <bdi>${titleOf(entry)}</bdi></p>
        ${this.#button('later', 'Trace the message after', icons.later)}
      </div>
      <p class="reach" role="status" aria-label="Trace">${sentence(describeReach(trace))}</p>
      <div class="bar" role="group" aria-label="Playback of the trace">
        ${this.#button('restart', 'Back to the beginning', icons.restart, this.isAtStart)}
        ${this.#button('back', 'Step back', icons.back, this.isAtStart)}
        ${
          this.isPlaying
            ? this.#button('pause', 'Pause', icons.pause)
            : this.#button('play', 'Play', icons.play, count === 0)
        }
        ${this.#button('forward', 'Step forward', icons.forward, this.played >= count)}
        <span class="step">${count === 0 ? 'no hops known' : `hop ${this.played} of ${count}`}</span>
      </div>
      ${this.#pathTemplate(trace)} ${count > 0 ? this.#hopsTemplate(trace) : nothing} ${this.#restTemplate(trace)}
    `
  }

  /** `node1 → node2 ≈ 4 ms → node3 ≈ 9 ms`. */
  #pathTemplate(trace: Trace): TemplateResult {
    const end = trace.stops.find(({ id }) => id === this.target) ?? trace.stops.at(-1)
    const farthest = end && end.hop === undefined ? trace.stops.at(-1) : end
    const path = farthest ? pathTo(trace, farthest.id) : []
    const [first] = path
    if (!farthest || !first) return html`${nothing}`
    return html`
      <p class="path-title">Path to ${farthest.name}: ≈ ${showMs(farthest.afterMs)} in total, estimated</p>
      <ol role="list" class="path" aria-label="Path to ${farthest.name}">
        <li>${name(first.fromName)}<span class="ms">sender</span></li>
        ${path.map((hop) => html`<li><span class="arrow">→</span>${name(hop.toName)}<span class="ms">≈ ${showMs(hop.ms)}</span></li>`)}
      </ol>
    `
  }

  #hopsTemplate({ hops, stops }: Trace): TemplateResult {
    const stopOf = new Map(stops.map((stop) => [stop.hop, stop]))
    return html`
      <details open>
        <summary>All hops, in order of arrival, with the time since sending</summary>
        <ol role="list" class="hops" aria-label="Hops">
          ${hops.slice(0, mostListed).map((hop, index) => this.#hopTemplate(hop, index, stopOf.get(index)))}
        </ol>
        ${hops.length > mostListed ? html`<p class="hint">and ${hops.length - mostListed} more</p>` : nothing}
      </details>
    `
  }

  #hopTemplate(
    { fromName, toName, ms, afterMs }: TraceHop,
    index: number,
    stop: TraceStop | undefined,
  ): TemplateResult {
    const isDone = index < this.played
    const copies = stop?.copies.reduce((sum, { count }) => sum + count, 0) ?? 0
    return html`
      <li class=${isDone ? 'done' : ''} aria-current=${index === this.played - 1 ? 'step' : nothing}>
        <span
          >${fromName} →
          ${toName}${copies > 0 ? html` <span class="ms">${countWords(copies, 'copy', 'copies')} dropped</span>` : nothing}</span
        >
        <span>≈ ${showMs(afterMs)} <span class="ms">+ ${showMs(ms)}</span></span>
      </li>
    `
  }

  #restTemplate({ unknown, isAsked, stops }: Trace): TemplateResult {
    const copies = stops.flatMap((stop) => stop.copies.map(({ from, count }) => ({ from, count, at: stop.name })))
    return html`
      ${
        unknown.length > 0
          ? html`<div class="bar">
              <p class="hint">
                ${
                  isAsked
                    ? `No receipt from ${listWords(unknown, 6)}. They may have the message or not.`
                    : `Not asked yet: ${listWords(unknown, 6)}.`
                }
              </p>
              <button type="button" @click=${() => this.#act('ask')}>${isAsked ? 'Ask again' : 'Ask'}</button>
            </div>`
          : nothing
      }
      ${
        copies.length > 0
          ? html`<p class="hint">
              Copies dropped:
              ${listWords(
                copies.map(({ from, count, at }) => `${count} at ${at} from ${from}`),
                6,
              )}.
            </p>`
          : nothing
      }
    `
  }

  #button(action: TraceAction, label: string, content: unknown, isDisabled = false): TemplateResult {
    return html`<button
      type="button"
      class="icon"
      data-action=${action}
      aria-label=${label}
      title=${label}
      aria-disabled=${isDisabled ? 'true' : 'false'}
      @click=${() => !isDisabled && this.#act(action)}
    >
      ${content}
    </button>`
  }

  async #file(): Promise<Blob> {
    const text = this.trace && (await this.node?.exportTrace(this.trace.entry))
    if (text === undefined) throw new Error('this node no longer holds the message')
    return new Blob([text], { type: 'application/json' })
  }

  #act(action: TraceAction): void {
    this.dispatchEvent(new TraceActionEvent(action))
  }
}

/** Characters of the message in the title: one or two lines. */
const titleChars = 80

const titleOf = (entry: Entry): string => {
  const { preview } = showBody(entry)
  const start = cutText(preview, titleChars)
  return start.length < preview.length ? `${start} …` : start
}

const name = (text: string): TemplateResult => html`<span class="stop">${nodeBadge(text)}${text}</span>`

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-trace': GrapevineTrace
  }
  interface HTMLElementEventMap {
    'trace-action': TraceActionEvent
  }
}
