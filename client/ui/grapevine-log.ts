import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { createRef, ref } from 'lit/directives/ref.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Entry } from '../gossip/entry.ts'
import { announceEveryMs, type Arrivals, describeArrivals } from './announcement.ts'
import { emptyLog, emptyLogStyles, type EmptyReason } from './empty-log.ts'
import { icons } from './icons.ts'
import { countWords } from './listing.ts'
import { messageItem, messageKey, messageStyles } from './message-item.ts'
import { pickAfter, pickWindow } from './message-window.ts'
import type { LedgerView } from './node-controller.ts'
import { hues } from './node-hue.ts'
import { controls } from './tokens.ts'

const noClashes: ReadonlySet<string> = new Set()

const isOtherSet = (value: ReadonlySet<string>, old: ReadonlySet<string> | undefined): boolean =>
  !old || value.size !== old.size || [...value].some((name) => !old.has(name))

/** Pixels from the end within which a reader counts as being at the end: less than one message. */
const endSlackPx = 24

/**
 * The messages, newest at the end.
 * 1. A reader at the end stays at the end. One who scrolled up is left alone, and told how many came since.
 * 2. The log itself is no live region: arrivals are announced beside it, gathered, so that a busy network can be borne.
 */
@customElement('grapevine-log')
export class GrapevineLog extends LitElement {
  static override styles = [
    controls,
    hues,
    messageStyles,
    emptyLogStyles,
    css`
      :host {
        position: relative;
        display: flex;
        flex-direction: column;
        min-block-size: 0;
        overflow: hidden;
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--gap-3);
        padding: var(--gap-3) var(--gap-4);
        border-block-end: 1px solid var(--line);
      }

      h2 {
        font-weight: 650;
      }

      header p {
        color: var(--muted);
        font-size: var(--size-small);
        font-variant-numeric: tabular-nums;
      }

      header p:last-child {
        margin-inline-start: auto;
      }

      code {
        font-family: var(--mono);
      }

      .full {
        flex: 1 1 0;
        min-block-size: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
      }

      [role='log']:focus-visible {
        outline-offset: -2px;
      }

      .earlier {
        padding: var(--gap-3) var(--gap-4);
        border-block-end: 1px solid var(--line);
        color: var(--muted);
        font-size: var(--size-small);
        text-align: center;
      }

      .latest {
        position: absolute;
        inset-block-end: var(--gap-3);
        inset-inline: 0;
        inline-size: fit-content;
        margin-inline: auto;
        border-radius: 2rem;
        box-shadow: 0 0.25rem 1rem light-dark(oklch(0.3 0.05 310 / 0.25), oklch(0 0 0 / 0.6));
        font-size: var(--size-small);
      }
    `,
  ]

  @property({ attribute: false }) ledger: LedgerView = { entries: [], digest: '' }
  @property({ attribute: false }) peerId = ''
  @property({ attribute: false, hasChanged: isOtherSet }) clashes: ReadonlySet<string> = noClashes
  /** What to say while there are no messages. */
  @property({ attribute: false }) emptyReason: EmptyReason = 'starting'
  @state() private isFollowing = true
  @state() private announcement = ''

  readonly #log = createRef<HTMLElement>()
  readonly #list = createRef<HTMLElement>()
  readonly #resize = new ResizeObserver(() => this.#stayAtEnd())
  readonly #arrived = new WeakSet<Entry>()
  /** The newest entry at the latest update, and the newest one when the reader left the end. */
  #newest: Entry | undefined
  #lastRead: Entry | undefined
  /** The first entry in view when the reader left the end. */
  #held: Entry | undefined
  /** Pixels, as of the latest scrolling, the reader's or ours. */
  #scrollTop = 0
  #unannounced: Arrivals | undefined
  #announceTimer: number | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.clearTimeout(this.#announceTimer)
    this.#announceTimer = undefined
    this.#resize.disconnect()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#observe()
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('ledger')) return
    const { entries } = this.ledger
    const before = changed.has('emptyReason') ? changed.get('emptyReason') : this.emptyReason
    // What is there when a node begins to run was restored from storage, or came before the page looked: it is no news.
    const wasRunning = before !== undefined && before !== 'starting' && before !== 'not-running'
    if (wasRunning) this.#noteArrivals(pickAfter(entries, this.#newest))
    this.#newest = entries.at(-1)
  }

  override render(): TemplateResult {
    const { entries, digest } = this.ledger
    const view = pickWindow(entries, this.isFollowing ? undefined : this.#held)
    const unread = this.isFollowing ? 0 : pickAfter(entries, this.#lastRead).length
    const day = new Date().toDateString()
    return html`
      <header>
        <h2>Messages</h2>
        <p>${entries.length.toLocaleString('en')}</p>
        ${
          digest
            ? html`<p title="Tabs with the same ledger hold the same messages">
                ledger <code>${digest.slice(0, 8)}</code>
              </p>`
            : nothing
        }
      </header>
      ${entries.length === 0 ? emptyLog(this.emptyReason) : nothing}
      <div
        role="log"
        aria-label="Messages"
        aria-live="off"
        tabindex=${entries.length > 0 ? 0 : -1}
        class=${entries.length > 0 ? 'full' : ''}
        @scroll=${this.#onScroll}
        @click=${this.#onClick}
        ${ref(this.#log)}
      >
        ${
          view.start > 0
            ? html`<p class="earlier">
                ${countWords(view.start, 'earlier message is', 'earlier messages are')} held, but not shown
              </p>`
            : nothing
        }
        <ol role="list" ${ref(this.#list)}>
          ${repeat(entries.slice(view.start, view.end), messageKey, (entry, index) =>
            messageItem({
              entry,
              position: view.start + index + 1,
              total: entries.length,
              isOwn: entry.peerId === this.peerId,
              isNew: this.#arrived.has(entry),
              isClash: this.clashes.has(entry.author),
              day,
            }),
          )}
        </ol>
      </div>
      ${
        unread > 0
          ? html`<button type="button" class="latest primary" @click=${this.#toEnd}>
              ${icons.latest}${countWords(unread, 'new message', 'new messages')}
            </button>`
          : nothing
      }
      <div class="unseen" aria-live="polite">${this.announcement}</div>
    `
  }

  protected override firstUpdated(): void {
    this.#observe()
  }

  protected override updated(): void {
    this.#stayAtEnd()
  }

  /** The room for the messages, and the messages: both change what the end is. */
  #observe(): void {
    for (const { value } of [this.#log, this.#list]) if (value) this.#resize.observe(value)
  }

  #noteArrivals(arrivals: readonly Entry[]): void {
    for (const entry of arrivals) {
      this.#arrived.add(entry)
      if (entry.peerId !== this.peerId) {
        this.#unannounced = { count: (this.#unannounced?.count ?? 0) + 1, newest: entry }
      }
    }
    if (!this.#unannounced) return
    this.#announceTimer ??= window.setTimeout(() => {
      this.#announceTimer = undefined
      if (this.#unannounced) this.announcement = describeArrivals(this.#unannounced)
      this.#unannounced = undefined
    }, announceEveryMs)
  }

  readonly #onScroll = (): void => {
    const log = this.#log.value
    if (!log) return
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight <= endSlackPx
    // Only a reader scrolls up: a log that shrinks also leaves its end, with an event of our own scrolling under way.
    const isLeaving = !isAtEnd && log.scrollTop < this.#scrollTop
    this.#scrollTop = log.scrollTop
    if (isLeaving && this.isFollowing) this.#leaveEnd()
    else if (isAtEnd) this.isFollowing = true
  }

  /** Whoever unfolds a message at the end wants to read it from its beginning. */
  readonly #onClick = (event: Event): void => {
    if (
      this.isFollowing &&
      event.composedPath().some((target) => target instanceof HTMLElement && target.matches('summary'))
    ) {
      this.#leaveEnd()
    }
  }

  #leaveEnd(): void {
    const { entries } = this.ledger
    this.#lastRead = entries.at(-1)
    this.#held = entries[pickWindow(entries).start]
    this.isFollowing = false
  }

  readonly #toEnd = (): void => {
    this.isFollowing = true
    // The button goes away: the keyboard is left at what it led to.
    this.#log.value?.focus()
  }

  #stayAtEnd(): void {
    const log = this.#log.value
    if (!log || !this.isFollowing) return
    log.scrollTop = log.scrollHeight
    this.#scrollTop = log.scrollTop
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-log': GrapevineLog
  }
}
