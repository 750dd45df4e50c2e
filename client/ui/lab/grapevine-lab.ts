import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { icons } from '../style/icons.ts'
import { HelpController } from './help-controller.ts'
import { helpViewId, type LabTab, views } from './lab-views.ts'
import { ViewLoader } from './view-loader.ts'
import { labStyles } from './grapevine-lab.styles.ts'
import { rovingIndex } from '../shared/roving-index.ts'
import { controls } from '../style/tokens.ts'
import { whenIdle } from '../shared/frame-scheduler.ts'

/** The lab starts or stops covering the links and messages. */
export class LabCoverEvent extends Event {
  readonly isCovering: boolean

  constructor(isCovering: boolean) {
    super('lab-cover')
    this.isCovering = isCovering
  }
}

/** Up to this width the lab is a sheet over the messages, opened from a bar. The page's layout uses the same width. */
const sheetQuery = '(max-width: 47.99rem)'

/** Whether the node runs. While it is `waiting`, no view is loaded. */
type NodePhase = 'waiting' | 'running' | 'ended'

/**
 * `shown`: the view that explains opened by itself. `marked`: its tab has a mark, or a person chose a view since then.
 */
type Help =
  | { readonly status: 'not-needed' }
  | { readonly status: 'marked' }
  | { readonly status: 'shown'; readonly before: { readonly selected: string; readonly isOpen: boolean } }

/** Milliseconds after a person's last input during which the person counts as working in the lab. */
const activeForMs = 60_000
const inputEvents = ['pointerdown', 'keydown', 'wheel'] as const

/**
 * Views of the running network, one at a time, as tabs (the WAI-ARIA pattern: arrow keys move the focus, and the
 * focused tab is shown).
 * 1. Views load once the node runs: the shown view first, the others when the page is idle, since the server may be
 *    gone when a person wants them. If a node does not run, only the view that explains why may load. Every view knows
 *    whether it is shown.
 * 2. When nothing works, the view that explains why opens by itself, and closes again when something works. It does not
 *    open while a person works in the lab, nor over the messages of a node whose notice explains everything; then its
 *    tab has a mark.
 */
@customElement('grapevine-lab')
export class GrapevineLab extends LitElement {
  static override styles = [controls, labStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  @property({ attribute: false }) phase: NodePhase = 'waiting'
  /** The address that opens the next node: a downstream of this one, or the next seat of its class. */
  @property({ attribute: false }) nextHref = ''
  /** Names that people gave, by PeerId. */
  @property({ attribute: false }) names: ReadonlyMap<string, string> = new Map()
  @property({ attribute: false }) views: readonly LabTab[] = views
  @state() private selected = ''
  @state() private isOpen = false
  @state() private isSheet = false
  @state() private isVisible = true

  readonly #diagnosis = new HelpController(this)
  /** The time of a person's last input in the lab, on the clock of `performance.now()`. */
  #lastInputAt = -Infinity
  #help: Help = { status: 'not-needed' }
  readonly #media = matchMedia(sheetQuery)
  readonly #loader = new ViewLoader(() => this.requestUpdate())

  override connectedCallback(): void {
    super.connectedCallback()
    for (const type of inputEvents) this.addEventListener(type, this.#onInput, { passive: true })
    this.#media.addEventListener('change', this.#onMedia)
    document.addEventListener('visibilitychange', this.#onVisibility)
    this.#onMedia()
    this.#onVisibility()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const type of inputEvents) this.removeEventListener(type, this.#onInput)
    this.#media.removeEventListener('change', this.#onMedia)
    document.removeEventListener('visibilitychange', this.#onVisibility)
  }

  /** Opens the view that traces, and shows the path of a message. */
  async trace(entry: Entry): Promise<void> {
    const [first] = this.views
    if (!first) return
    this.#choose(first.id)
    const view = await this.#loader.load(first)
    await this.updateComplete
    await view?.trace?.(entry)
    if (this.isSheet) this.focus()
  }

  /** Focuses the panel of the shown view. */
  override focus(): void {
    this.#panel(this.selected)?.focus()
  }

  override willUpdate(): void {
    this.#diagnosis.follow(this.node)
    this.#showHelp()
    if (!this.views.some(({ id }) => id === this.selected)) this.selected = this.views[0]?.id ?? ''
    const { selected } = this
    const next = this.#nextToLoad()
    if (next) whenIdle(() => void this.#loader.load(next))
    // Every view gets a node that is replaced or stops; a hidden view does nothing with it.
    for (const [id, view] of this.#loader.loaded) {
      view.node = this.node
      view.nextHref = this.nextHref
      view.names = this.names
      view.isShown = id === selected && this.#isPanelOpen && this.isVisible
    }
  }

  override render(): TemplateResult {
    return html`
      <div class="bar ${this.#isPanelOpen ? '' : 'closed-bar'}">
        <div role="tablist" aria-label="Lab" @keydown=${this.#onTabKey}>
          ${this.views.map((view) => this.#tab(view))}
        </div>
        <span id="help-note" hidden>Something does not work. This view shows why.</span>
        <button
          type="button"
          class="toggle"
          aria-expanded=${this.isOpen}
          aria-label=${this.isOpen ? 'Close the lab' : 'Open the lab'}
          @click=${this.#toggle}
        >
          ${this.isOpen ? icons.fold : icons.unfold}
        </button>
      </div>
      <div class="panels ${this.#isPanelOpen ? '' : 'closed'}" @keydown=${this.#onPanelKey}>
        ${this.views.map((view) => this.#panelTemplate(view))}
      </div>
    `
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('isOpen') && !changed.has('isSheet')) return
    this.dispatchEvent(new LabCoverEvent(this.isSheet && this.isOpen))
  }

  get #isPanelOpen(): boolean {
    return this.isOpen || !this.isSheet
  }

  #tab({ id, title }: LabTab): TemplateResult {
    const isSelected = id === this.selected
    const isMarked = id === helpViewId && this.#isHelpNeeded && !(isSelected && this.#isPanelOpen)
    return html`<button
      type="button"
      role="tab"
      id="tab-${id}"
      aria-controls="panel-${id}"
      aria-selected=${isSelected}
      tabindex=${isSelected ? 0 : -1}
      aria-describedby=${isMarked ? 'help-note' : nothing}
      @click=${() => (isSelected && this.isSheet && this.isOpen ? this.#toggle() : this.#choose(id))}
    >
      ${isMarked ? icons.warning : nothing}${title}
    </button>`
  }

  #panelTemplate({ id, title }: LabTab): TemplateResult {
    return html`<div
      role="tabpanel"
      id="panel-${id}"
      aria-labelledby="tab-${id}"
      tabindex="-1"
      ?hidden=${id !== this.selected}
    >
      ${this.#loader.loaded.get(id) ?? (id === this.selected ? this.#note(id, title) : nothing)}
    </div>`
  }

  #note(id: string, title: string): TemplateResult {
    if (this.#loader.statusOf(id) !== 'failed') return html`<p class="note">${this.#whyEmpty(id)}</p>`
    return html`<div class="note">
      <p>${title} could not be loaded. Check that the server runs, then try again.</p>
      <button type="button" @click=${() => this.#loader.forget(id)}>Try again</button>
    </div>`
  }

  #mayLoad(id: string): boolean {
    return this.phase === 'running' || (this.phase === 'ended' && id === helpViewId)
  }

  #whyEmpty(id: string): string {
    if (this.#mayLoad(id)) return 'Loading…'
    return this.phase === 'ended' ? 'This node is not running. “Connection” shows why.' : 'No node is running.'
  }

  #panel(id: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`#panel-${id}`)
  }

  #choose(id: string): void {
    this.#onInput()
    this.#keepChoice()
    this.selected = id
    this.isOpen = true
  }

  get #isHelpNeeded(): boolean {
    return this.#diagnosis.isNeeded || this.phase === 'ended'
  }

  #showHelp(): void {
    const isNeeded = this.#isHelpNeeded
    const help = this.#help
    if (isNeeded === (help.status !== 'not-needed')) return
    const { selected, isOpen } = this
    const isActive = performance.now() - this.#lastInputAt < activeForMs
    if (!isNeeded) {
      this.#help = { status: 'not-needed' }
      if (help.status === 'shown') Object.assign(this, help.before)
    } else if (isActive || (this.phase === 'ended' && this.isSheet)) {
      this.#help = { status: 'marked' }
    } else {
      this.#help = { status: 'shown', before: { selected, isOpen } }
      this.selected = helpViewId
      this.isOpen = true
    }
  }

  /** Keeps the view that a person has chosen when help is no longer needed. */
  #keepChoice(): void {
    if (this.#help.status === 'shown') this.#help = { status: 'marked' }
  }

  /** The selected view first, then the others once the node runs. */
  #nextToLoad(): LabTab | undefined {
    const isNew = ({ id }: LabTab): boolean => this.#loader.statusOf(id) === undefined
    const selected = this.views.find(({ id }) => id === this.selected)
    if (selected && this.#isPanelOpen && this.#mayLoad(selected.id) && isNew(selected)) return selected
    return this.phase === 'running' ? this.views.find(isNew) : undefined
  }

  readonly #onInput = (): void => {
    this.#lastInputAt = performance.now()
  }

  readonly #toggle = (): void => {
    this.#keepChoice()
    this.isOpen = !this.isOpen
  }

  readonly #onTabKey = (event: KeyboardEvent): void => {
    const index = this.views.findIndex(({ id }) => id === this.selected)
    const next = rovingIndex(event.key, index, this.views.length, 'horizontal')
    const view = next === undefined ? undefined : this.views[next]
    if (!view) return
    event.preventDefault()
    this.#choose(view.id)
    this.renderRoot.querySelector<HTMLElement>(`#tab-${view.id}`)?.focus()
  }

  readonly #onPanelKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.isSheet || !this.isOpen) return
    this.isOpen = false
    this.renderRoot.querySelector<HTMLElement>(`#tab-${this.selected}`)?.focus()
  }

  readonly #onMedia = (): void => {
    this.isSheet = this.#media.matches
  }

  readonly #onVisibility = (): void => {
    this.isVisible = document.visibilityState === 'visible'
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-lab': GrapevineLab
  }
  interface HTMLElementEventMap {
    'lab-cover': LabCoverEvent
  }
}
