import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { icons } from '../style/icons.ts'
import { HelpController } from './help-controller.ts'
import { helpViewId, type LabTab, type LabView, views } from './lab-views.ts'
import { labStyles } from './grapevine-lab.styles.ts'
import { rovingIndex } from '../shared/roving-index.ts'
import { controls } from '../style/tokens.ts'
import { whenIdle } from '../shared/frame-scheduler.ts'

/** The lab begins or ends to cover the links and messages. */
export class LabCoverEvent extends Event {
  static readonly type = 'lab-cover'
  readonly isCovering: boolean

  constructor(isCovering: boolean) {
    super(LabCoverEvent.type)
    this.isCovering = isCovering
  }
}

/** Where the lab is a sheet over the messages, opened from a bar below them. The page's layout has the same width. */
const sheetQuery = '(max-width: 47.99rem)'

/** Milliseconds for which a person who had a hand in the lab is taken to be at work there. */
const atWorkMs = 60_000
const uses = ['pointerdown', 'keydown', 'wheel'] as const

/**
 * Views of the running network, one at a time, as tabs (WAI-ARIA's pattern: the arrow keys move, and what has the focus
 * is shown).
 * 1. Views load once the node runs: the one that is shown first, the others when there is nothing else to do, since the
 *    server may be gone when they are wanted. Of a node that does not run, the one that says why is left. One that is not
 *    seen is told so.
 * 2. When nothing works, the view that says why comes by itself, and goes again when something does; but never in the
 *    way of a person who is at work in the lab, nor over the messages of a node whose notice says it all. Then its tab is
 *    marked.
 */
@customElement('grapevine-lab')
export class GrapevineLab extends LitElement {
  static override styles = [controls, labStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  /** Whether the node has come up: until then nothing is loaded. */
  @property({ attribute: false }) isRunning = false
  /** Whether it does not run, or no more. */
  @property({ attribute: false }) hasEnded = false
  /** The address that opens the next node: a downstream of this one, or the next seat of its class. */
  @property({ attribute: false }) nextHref = ''
  /** Names that persons gave, by PeerId. */
  @property({ attribute: false }) names: ReadonlyMap<string, string> = new Map()
  @property({ attribute: false }) views: readonly LabTab[] = views
  @state() private selected = ''
  @state() private isOpen = false
  @state() private isSheet = false
  @state() private isVisible = true
  @state() private failed: ReadonlySet<string> = new Set()

  readonly #help = new HelpController(this)
  /** When a person last had a hand in the lab, as of `performance.now()`. */
  #usedAt = -Infinity
  #wasHelpNeeded = false
  /** What was shown before help came by itself. */
  #before: { readonly selected: string; readonly isOpen: boolean } | undefined
  readonly #media = matchMedia(sheetQuery)
  readonly #loaded = new Map<string, LabView>()
  readonly #loading = new Map<string, Promise<LabView | undefined>>()

  override connectedCallback(): void {
    super.connectedCallback()
    for (const type of uses) this.addEventListener(type, this.#onUse, { passive: true })
    this.#media.addEventListener('change', this.#onMedia)
    document.addEventListener('visibilitychange', this.#onVisibility)
    this.#onMedia()
    this.#onVisibility()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const type of uses) this.removeEventListener(type, this.#onUse)
    this.#media.removeEventListener('change', this.#onMedia)
    document.removeEventListener('visibilitychange', this.#onVisibility)
  }

  /** Opens the view that traces, and shows the way that a message took. */
  async trace(entry: Entry): Promise<void> {
    const [first] = this.views
    if (!first) return
    this.#choose(first.id)
    const view = await this.#load(first.id)
    await this.updateComplete
    await view?.trace?.(entry)
    if (this.isSheet) this.focus()
  }

  /** To the view that is shown. */
  override focus(): void {
    this.#panel(this.selected)?.focus()
  }

  override willUpdate(): void {
    this.#help.follow(this.node)
    this.#showHelp()
    if (!this.views.some(({ id }) => id === this.selected)) this.selected = this.views[0]?.id ?? ''
    const { selected } = this
    if (this.#isPanelOpen && this.#mayLoad(selected) && !this.#loading.has(selected))
      whenIdle(() => void this.#load(selected))
    else if (this.isRunning) this.#loadRest()
    // A node that is replaced, or stops, is told to every view; the one that is hidden does nothing with it.
    for (const [id, view] of this.#loaded) {
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
      ${this.#loaded.get(id) ?? (id === this.selected ? this.#note(id, title) : nothing)}
    </div>`
  }

  #note(id: string, title: string): TemplateResult {
    if (!this.failed.has(id)) return html`<p class="note">${this.#whyEmpty(id)}</p>`
    return html`<div class="note">
      <p>${title} could not be loaded. Check that the server runs, then try again.</p>
      <button type="button" @click=${() => this.#retry(id)}>Try again</button>
    </div>`
  }

  #mayLoad(id: string): boolean {
    return this.isRunning || (this.hasEnded && id === helpViewId)
  }

  #whyEmpty(id: string): string {
    if (this.#mayLoad(id)) return 'Loading…'
    return this.hasEnded ? 'This node is not running. “Connection” shows why.' : 'No node is running.'
  }

  #panel(id: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`#panel-${id}`)
  }

  #choose(id: string): void {
    this.#onUse()
    this.#before = undefined
    this.selected = id
    this.isOpen = true
  }

  get #isHelpNeeded(): boolean {
    return this.#help.isNeeded || this.hasEnded
  }

  #showHelp(): void {
    const isNeeded = this.#isHelpNeeded
    if (isNeeded === this.#wasHelpNeeded) return
    this.#wasHelpNeeded = isNeeded
    const isAtWork = performance.now() - this.#usedAt < atWorkMs
    if (isNeeded && !isAtWork && !(this.hasEnded && this.isSheet)) {
      this.#before = { selected: this.selected, isOpen: this.isOpen }
      this.selected = helpViewId
      this.isOpen = true
    } else if (!isNeeded && this.#before) {
      this.selected = this.#before.selected
      this.isOpen = this.#before.isOpen
      this.#before = undefined
    }
  }

  #loadRest(): void {
    const next = this.views.find(({ id }) => !this.#loading.has(id))
    if (next) whenIdle(() => void this.#load(next.id))
  }

  #load(id: string): Promise<LabView | undefined> {
    const begun = this.#loading.get(id)
    if (begun) return begun
    const loading = this.#fetch(id)
    this.#loading.set(id, loading)
    return loading
  }

  async #fetch(id: string): Promise<LabView | undefined> {
    try {
      const view = await this.views.find((each) => each.id === id)?.load()
      if (view) this.#loaded.set(id, view)
      this.requestUpdate()
      return view
    } catch {
      // The server is gone, or has another build by now: said in the panel, with a way to try again.
      this.failed = new Set([...this.failed, id])
      return undefined
    }
  }

  #retry(id: string): void {
    this.failed = new Set([...this.failed].filter((other) => other !== id))
    this.#loading.delete(id)
  }

  readonly #onUse = (): void => {
    this.#usedAt = performance.now()
  }

  readonly #toggle = (): void => {
    this.#before = undefined
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
