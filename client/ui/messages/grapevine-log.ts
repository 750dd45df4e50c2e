import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { createRef, ref } from 'lit/directives/ref.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { Fork, GrapevineNode, SyncProgress } from '../../node/api/grapevine.ts'
import { announceEveryMs, type Arrivals, describeArrivals } from './announcement.ts'
import { emptyLog, type EmptyReason } from './empty-log.ts'
import { emptyLogStyles } from './empty-log.styles.ts'
import { ForkMarks } from '../words/fork-marks.ts'
import './grapevine-filter.ts'
import type { FilterChangeEvent } from './grapevine-filter.ts'
import '../shared/grapevine-save.ts'
import type { SaveChoice } from '../shared/grapevine-save.ts'
import './grapevine-sync.ts'
import { icons } from '../style/icons.ts'
import { countWords } from '../words/listing.ts'
import { logStyles } from './grapevine-log.styles.ts'
import { createMatcher, isFiltering, type MessageFilter, noFilter } from './message-filter.ts'
import { latenessOf, messageItem } from './message-item.ts'
import { type MessageRow, MessageRows } from './message-rows.ts'
import { MessageScroller } from './message-scroller.ts'
import { messageStyles } from './message-item.styles.ts'
import type { LedgerView } from '../node/node-controller.ts'
import { badgeStyles } from '../style/node-badge.styles.ts'
import { hues } from '../style/node-hue.ts'
import { OpenDetails } from '../shared/open-details.ts'
import { isOtherSet } from '../shared/other-set.ts'
import { RowSlots } from '../shared/row-slots.ts'
import { controls } from '../style/tokens.ts'

/** Milliseconds for which an arrived message looks new: the length of its animation. */
const newForMs = 900

/** Arrivals look new only if they are at most this many at once, after a pause of at least this many milliseconds. */
const calmArrivals = { messages: 3, pauseMs: 150 }

/**
 * The messages, the newest at the end. The document contains only the messages in view and some around them.
 * 1. A reader at the end stays at the end. A reader who scrolled up stays there, and sees how many messages came since.
 *    History appears in its place, and is neither counted nor announced as new.
 * 2. The log itself is no live region: a separate element announces arrivals in groups, so that a busy network does not
 *    flood a screen reader.
 * 3. A filter holds until the reader removes it, and applies to everything shown here: rows, counts and announcements.
 */
@customElement('grapevine-log')
export class GrapevineLog extends LitElement {
  static override styles = [controls, hues, badgeStyles, messageStyles, emptyLogStyles, logStyles]

  @property({ attribute: false }) ledger: LedgerView = {
    entries: [],
    isHistory: () => false,
    digest: '',
    authors: [],
    names: new Map(),
  }
  @property({ attribute: false }) peerId = ''
  /** Creates the files in which messages are saved. */
  @property({ attribute: false }) node: Pick<GrapevineNode, 'net' | 'name' | 'exportMessages'> | undefined
  @property({ attribute: false, hasChanged: isOtherSet }) clashes: ReadonlySet<string> = new Set()
  /** Chooses the text that is shown while there are no messages. */
  @property({ attribute: false }) emptyReason: EmptyReason = 'starting'
  @property({ attribute: false }) sync: SyncProgress = { have: 0, need: 0 }
  @property({ attribute: false }) forks: readonly Fork[] = []
  /** The route by which an entry arrived; undefined if it is not known. */
  @property({ attribute: false }) routeOf: (entry: Entry) => readonly Hop[] | undefined = () => undefined
  @state() private filter: MessageFilter = noFilter
  @state() private announcement = ''

  readonly #view = createRef<HTMLElement>()
  readonly #before = createRef<HTMLElement>()
  readonly #list = createRef<HTMLElement>()
  readonly #after = createRef<HTMLElement>()
  readonly #rows = new MessageRows()
  readonly #scroller = new MessageScroller(this, () => this.#parts())
  readonly #open = new OpenDetails()
  readonly #slots = new RowSlots()
  readonly #arrivedAt = new WeakMap<Entry, number>()
  #lastArrivalAt = -Infinity
  #forkMarks = new ForkMarks()
  /** The greatest key of a row when the reader left the end. */
  #lastRead = 0
  #unannounced: Arrivals | undefined
  #announceTimer: number | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.clearTimeout(this.#announceTimer)
    this.#announceTimer = undefined
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('ledger')) this.#updateRows(changed)
    if (changed.has('forks')) this.#forkMarks = new ForkMarks(this.forks, this.ledger.entries)
    if (this.#scroller.isFollowing) this.#lastRead = this.#rows.lastKey
  }

  override render(): TemplateResult {
    const { shown, total, version } = this.#rows
    const isFull = total > 0
    const { start, end } = this.#scroller.layOut(shown, version)
    const rows = shown.slice(start, end)
    const keys = rows.map(({ key }) => key)
    // An element that a person uses stays with its row, and leaves the document with it.
    this.#slots.show(keys, !this.#list.value?.querySelector('details[open], :focus'))
    const unread = this.#scroller.isFollowing ? 0 : this.#rows.newsSince(this.#lastRead)
    return html`
      ${this.#header()}
      ${
        isFull || isFiltering(this.filter)
          ? html`<grapevine-filter
              .authors=${this.ledger.authors}
              .clashes=${this.clashes}
              .filter=${this.filter}
              @filter-change=${this.#onFilter}
            ></grapevine-filter>`
          : emptyLog(this.emptyReason)
      }
      <div
        role="log"
        aria-label="Messages"
        aria-live="off"
        tabindex=${isFull ? 0 : -1}
        class=${isFull ? 'full' : ''}
        @scroll=${this.#onScroll}
        @click=${this.#onClick}
        @keydown=${this.#onKeydown}
        ${ref(this.#view)}
      >
        ${isFull && shown.length === 0 ? html`<p class="none">No message matches. Press Escape to show all.</p>` : nothing}
        <div ${ref(this.#before)}></div>
        <ol role="list" ${ref(this.#list)}>
          ${repeat(
            rows,
            ({ key }) => this.#slots.of(key),
            (row, index) => this.#item(row, start + index),
          )}
        </ol>
        <div ${ref(this.#after)}></div>
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

  #header(): TemplateResult {
    const { digest } = this.ledger
    const { shown, total } = this.#rows
    const held = total.toLocaleString('en')
    return html`
      <header>
        <h2>Messages</h2>
        <p>${isFiltering(this.filter) ? `${shown.length.toLocaleString('en')} of ${held}` : held}</p>
        ${
          digest
            ? html`<p class="ledger" title="Tabs with the same ledger hold the same messages">
                ledger <code>${digest.slice(0, 8)}</code>
              </p>`
            : nothing
        }
        ${
          held === '0'
            ? nothing
            : html`<grapevine-save
                .node=${this.node}
                .what=${isFiltering(this.filter) ? 'messages found' : 'messages'}
                .choices=${this.#saveChoices}
              ></grapevine-save>`
        }
        <grapevine-sync .progress=${this.sync}></grapevine-sync>
      </header>
    `
  }

  readonly #saveChoices: readonly SaveChoice[] = [
    { label: 'JSON', extension: 'json', make: () => this.#file('json') },
    { label: 'CSV', extension: 'csv', make: () => this.#file('csv') },
  ]

  /** A file with the messages that match the filter. */
  async #file(format: 'json' | 'csv'): Promise<Blob> {
    const options = { format, ...(isFiltering(this.filter) && { select: createMatcher(this.filter) }) }
    const text = (await this.node?.exportMessages(options)) ?? ''
    return format === 'json'
      ? new Blob([text], { type: 'application/json' })
      : // Without this byte order mark, some spreadsheets do not read the file as UTF-8.
        new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' })
  }

  #item({ entry }: MessageRow, index: number): TemplateResult {
    return messageItem({
      route: () => this.routeOf(entry),
      entry,
      position: index + 1,
      total: this.#rows.shown.length,
      isOwn: entry.peerId === this.peerId,
      isNew: performance.now() - (this.#arrivedAt.get(entry) ?? -Infinity) < newForMs,
      isClash: this.clashes.has(entry.author),
      called: this.ledger.names.get(entry.peerId),
      day: new Date().toDateString(),
      fork: this.#forkMarks.of(entry),
      open: this.#open,
    })
  }

  #parts(): { view: HTMLElement; before: HTMLElement; list: HTMLElement; after: HTMLElement } | undefined {
    const [view, before, list, after] = [this.#view.value, this.#before.value, this.#list.value, this.#after.value]
    return view && before && list && after && { view, before, list, after }
  }

  #updateRows(changed: PropertyValues<this>): void {
    const { added, removed } = this.#rows.update(this.ledger.entries, this.ledger.isHistory)
    this.#scroller.forget(removed)
    const before = changed.has('emptyReason') ? changed.get('emptyReason') : this.emptyReason
    // Messages that exist when a node begins to run are not new: storage restored them, or they arrived before the page
    // followed the node.
    const wasRunning = before !== undefined && before !== 'starting' && before !== 'not-running'
    if (wasRunning) this.#noteArrivals(added.filter(({ isHistory }) => !isHistory))
  }

  #noteArrivals(arrivals: readonly MessageRow[]): void {
    const now = performance.now()
    // In a busy log every message is new, and the animations would cost more than all other drawing.
    const isCalm = arrivals.length <= calmArrivals.messages && now - this.#lastArrivalAt >= calmArrivals.pauseMs
    if (arrivals.length > 0) this.#lastArrivalAt = now
    for (const { entry } of arrivals) {
      // A message that arrived late by catching up does not look new.
      if (isCalm && latenessOf(this.routeOf(entry) ?? []) === undefined) this.#arrivedAt.set(entry, now)
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

  readonly #onScroll = (): void => this.#scroller.scrolled()

  /** A reader who unfolds a message at the end wants to read it from its beginning, so the log stops following. */
  readonly #onClick = (event: Event): void => {
    const isSummary = (target: EventTarget): boolean => target instanceof HTMLElement && target.matches('summary')
    if (event.composedPath().some(isSummary)) this.#scroller.leaveEnd()
  }

  readonly #onFilter = ({ filter }: FilterChangeEvent): void => this.#applyFilter(filter)

  /** Shows the newest match. When the filter is removed, the reader stays at the newest message that was found. */
  #applyFilter(filter: MessageFilter): void {
    const newestFound = this.#rows.shown.at(-1)?.key
    this.filter = filter
    this.#rows.filter = filter
    this.#unannounced = undefined
    if (isFiltering(filter)) this.#scroller.toEnd()
    else if (newestFound !== this.#rows.shown.at(-1)?.key) this.#scroller.stayAtLast()
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isFiltering(this.filter)) return
    event.preventDefault()
    this.#applyFilter(noFilter)
  }

  readonly #toEnd = (): void => {
    this.#scroller.toEnd()
    // The button disappears, so the focus moves to the messages.
    this.#view.value?.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-log': GrapevineLog
  }
}
