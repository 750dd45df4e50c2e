import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { createRef, ref } from 'lit/directives/ref.js'
import type { GrapevineNode, WireEnvelope } from '../../../node/api/grapevine.ts'
import { browserFrameClock, FrameScheduler } from '../../shared/frame-scheduler.ts'
import '../../shared/grapevine-save.ts'
import type { SaveChoice } from '../../shared/grapevine-save.ts'
import { icons } from '../../style/icons.ts'
import { NodeSubscription } from '../../node/node-subscription.ts'
import { rowsAtOnce, rowsFollowed, ScrollPosition } from './scroll-position.ts'
import { countWords } from '../../words/listing.ts'
import { badgeStyles } from '../../style/node-badge.styles.ts'
import { hues } from '../../style/node-hue.ts'
import { RowSlots } from '../../shared/row-slots.ts'
import { controls } from '../../style/tokens.ts'
import { wireControls } from './wire-controls.ts'
import { countNewer, noFilter, type HeldList, matchesFilter, type WireFilter, WireRecord } from './wire-record.ts'
import { wireTable } from './wire-row.ts'
import { wireRowStyles } from './wire-row.styles.ts'
import { wireStyles } from './grapevine-wire.styles.ts'
import { wireTotals } from './wire-totals.ts'

/** Milliseconds between two updates of a busy list: nobody can read faster rows, and most frames stay free. */
const showEveryMs = 250

/**
 * Shows what passes on the links; the newest envelope is at the end.
 * 1. The node records. The view reads the record at most four times a second, in a frame, and only while it is shown.
 *    It decodes only the drawn rows.
 * 2. A reader at the end stays there. The list stops moving (`held`) for a reader who scrolls up or whose focus is in a
 *    row. Pausing stops the whole view; when it continues, it shows what passed meanwhile.
 */
@customElement('grapevine-wire')
export class GrapevineWire extends LitElement {
  static override styles = [controls, hues, badgeStyles, wireRowStyles, wireStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  /** Whether a person can see the view. */
  @property({ attribute: false }) isShown = true
  @state() private filter = noFilter
  @state() private openRows: ReadonlySet<number> = new Set()
  /** Undefined while the reader is at the end. */
  @state() private held: HeldList | undefined
  /** The height of the list's visible part, in pixels. */
  @state() private viewPx = 0

  readonly #scroller = createRef<HTMLElement>()
  readonly #scheduler = new FrameScheduler(() => this.#flush(), browserFrameClock)
  readonly #subscription = new NodeSubscription(this, (node) => this.#subscribe(node))
  readonly #scrollPosition = new ScrollPosition(() => this.#scroller.value)
  readonly #resize = new ResizeObserver(([entry]) => {
    this.viewPx = entry?.contentRect.height ?? 0
    this.#stayAtEnd()
  })
  readonly #slots = new RowSlots()
  #record = new WireRecord()
  /** The envelopes that match the filter. */
  #matching: readonly WireEnvelope[] = []
  /** The drawn rows. */
  #rows: readonly WireEnvelope[] = []
  #timer: number | undefined
  #shownAt = -Infinity
  /** The button of a row that a person has just opened. */
  #revealed: HTMLElement | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.#scroller.value) this.#resize.observe(this.#scroller.value)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#resize.disconnect()
  }

  override willUpdate(): void {
    this.#subscription.follow(this.node, this.isShown)
    this.#matching = (this.held?.envelopes ?? this.#record.envelopes).filter((envelope) =>
      matchesFilter(envelope, this.filter),
    )
    this.#rows = this.#matching.slice(-(this.held?.count ?? rowsFollowed(this.viewPx)))
    this.#slots.show(this.#rows.map(({ id }) => id))
    this.#record.learnNames(this.#rows)
  }

  override render(): TemplateResult {
    const { envelopes, missed, names, totals, peers } = this.#record
    const newer = countNewer(this.held, envelopes, this.filter)
    const earlier = this.#matching.length - this.#rows.length
    return html`
      <div class="view">
        <header>
          <h2>Wire</h2>
          <p>
            ${
              missed === undefined
                ? `the last ${countWords(envelopes.length, 'envelope', 'envelopes')}`
                : `paused, ${missed.toLocaleString('en')} more since then`
            }
          </p>
          ${
            envelopes.length > 0
              ? html`<grapevine-save
                  .node=${this.node}
                  .what=${'envelopes'}
                  .choices=${this.#saveChoices}
                ></grapevine-save>`
              : nothing
          }
          ${wireControls({
            filter: this.filter,
            peers: [...(this.node?.links() ?? []).map(({ peer }) => peer), ...peers],
            isPaused: missed !== undefined,
            onFilter: this.#onFilter,
            onPause: this.#onPause,
            onClear: this.#onClear,
          })}
        </header>
        <div class="list">
          <div
            class="scroller"
            role="region"
            aria-label="Envelopes"
            tabindex="0"
            @scroll=${this.#onScroll}
            @focusin=${this.#onFocus}
            @click=${this.#onClick}
            ${ref(this.#scroller)}
          >
            ${this.#rows.length === 0 ? html`<p class="none">${this.#whyEmpty()}</p>` : nothing}
            ${
              earlier > 0
                ? html`<button type="button" class="earlier" @click=${this.#showEarlier}>
                    Show ${Math.min(rowsAtOnce, earlier)} earlier
                  </button>`
                : nothing
            }
            ${wireTable(this.#rows, this.openRows, names, this.#slots)}
          </div>
          ${
            this.held
              ? html`<button type="button" class="latest primary" @click=${this.#toEnd}>
                  ${icons.latest}${newer.count > 0 ? `${newer.count}${newer.isAtLeast ? '+' : ''} newer` : 'Follow'}
                </button>`
              : nothing
          }
        </div>
        <div class="side">${wireTotals(totals, this.filter.hiddenTypes, this.#onType)}</div>
      </div>
    `
  }

  protected override firstUpdated(): void {
    if (this.#scroller.value) this.#resize.observe(this.#scroller.value)
  }

  protected override updated(): void {
    this.#stayAtEnd()
    this.#scrollPosition.restore()
    // The fields of the last row would open below the visible part.
    this.#revealed?.closest('tr')?.nextElementSibling?.scrollIntoView({ block: 'nearest' })
    this.#revealed = undefined
  }

  readonly #saveChoices: readonly SaveChoice[] = [{ label: 'JSON', extension: 'json', make: () => this.#file() }]

  /** Saves the listed envelopes: while the list is paused or held, those of that moment. */
  async #file(): Promise<Blob> {
    const listed = new Set(this.#matching)
    const text = await this.node?.exportWire({ select: (envelope) => listed.has(envelope) })
    return new Blob([text ?? ''], { type: 'application/json' })
  }

  #whyEmpty(): string {
    if (!this.node) return 'No node runs in this page.'
    if (this.#record.envelopes.length > 0) return 'No recorded envelope matches the filters.'
    return 'No envelopes yet. Every link begins with a hello, and then sends a heartbeat every 2 seconds.'
  }

  #subscribe(node: GrapevineNode): (() => void)[] {
    if (!this.#record.isOf(node)) this.#startOver(node)
    this.#record.learnNodes(node.network())
    this.#record.update()
    return [
      node.on('envelope', () => {
        this.#timer ??= window.setTimeout(this.#onTimer, this.#shownAt + showEveryMs - performance.now())
      }),
      node.on('network', (network) => this.#record.learnNodes(network)),
      node.on('link', () => this.#scheduler.schedule()),
      () => this.#stop(),
    ]
  }

  #startOver(node: GrapevineNode): void {
    this.#record = new WireRecord(node)
    this.held = undefined
    this.openRows = new Set()
    this.filter = noFilter
  }

  #stop(): void {
    this.#scheduler.cancel()
    window.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined
    this.#scheduler.schedule()
  }

  #flush(): void {
    this.#shownAt = performance.now()
    this.#record.update()
    this.requestUpdate()
  }

  readonly #onScroll = (): void => {
    const move = this.#scrollPosition.scrolled()
    if (move === 'leaves the end') this.#hold()
    else if (move === 'comes to the end' && this.held) this.#release()
  }

  /** A row with the focus must not disappear. */
  readonly #onFocus = (event: FocusEvent): void => {
    if (event.target !== this.#scroller.value) this.#hold()
  }

  readonly #onClick = (event: Event): void => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null
    if (!button) return
    this.#hold()
    const id = Number(button.dataset['row'])
    const openRows = new Set(this.openRows)
    if (!openRows.delete(id)) {
      openRows.add(id)
      this.#revealed = button
    }
    this.openRows = openRows
  }

  #hold(): void {
    if (this.held) return
    this.held = { envelopes: this.#record.envelopes, count: rowsAtOnce }
    this.#scrollPosition.keep()
  }

  #release(): void {
    this.held = undefined
    const kept = new Set(this.#record.envelopes.map(({ id }) => id))
    this.openRows = new Set([...this.openRows].filter((id) => kept.has(id)))
  }

  readonly #toEnd = (): void => {
    this.#release()
    // This button disappears, so the focus moves to the list.
    this.#scroller.value?.focus()
  }

  readonly #showEarlier = (): void => {
    this.#scrollPosition.keep()
    const { envelopes, count } = this.held ?? { envelopes: this.#record.envelopes, count: rowsAtOnce }
    this.held = { envelopes, count: count + rowsAtOnce }
    // This button may disappear, so the focus moves to the list.
    this.#scroller.value?.focus({ preventScroll: true })
  }

  readonly #onPause = (): void => {
    this.#flush()
    if (this.#record.missed === undefined) this.#record.pause()
    else this.#record.resume()
  }

  readonly #onClear = (): void => {
    this.#record.clear()
    this.openRows = new Set()
    this.held = undefined
    this.requestUpdate()
  }

  readonly #onFilter = (change: Partial<WireFilter>): void => {
    this.filter = { ...this.filter, ...change }
  }

  readonly #onType = (type: string): void => {
    const hiddenTypes = new Set(this.filter.hiddenTypes)
    if (!hiddenTypes.delete(type)) hiddenTypes.add(type)
    this.filter = { ...this.filter, hiddenTypes }
  }

  #stayAtEnd(): void {
    if (!this.held) this.#scrollPosition.toEnd()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-wire': GrapevineWire
  }
}
