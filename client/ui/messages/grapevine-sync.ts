import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { SyncProgress } from '../../node/api/grapevine.ts'
import { controls } from '../style/tokens.ts'
import { syncStyles } from './grapevine-sync.styles.ts'

export const syncTimes = {
  /** Milliseconds that a catch-up lasts before it is shown: in normal traffic a block is missing for half a second. */
  showAfterMs: 1_200,
  /** Milliseconds between two announcements of the progress. */
  announceEveryMs: 15_000,
}

/** Counts blocks, not messages: a block holds one message or several. */
const inWords = ({ have, need }: SyncProgress): string =>
  `${have.toLocaleString('en')} of ${need.toLocaleString('en')} blocks`

/** The progress of a catch-up; shown only if the catch-up lasts longer than `showAfterMs`. */
@customElement('grapevine-sync')
export class GrapevineSync extends LitElement {
  static override styles = [controls, syncStyles]

  @property({ attribute: false }) progress: SyncProgress = { have: 0, need: 0 }
  @state() private isShown = false
  @state() private announcement = ''
  #showTimer: number | undefined
  #announceTimer: number | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('progress')) return
    const isCatchingUp = this.progress.have < this.progress.need
    if (isCatchingUp) {
      this.#showTimer ??= window.setTimeout(() => this.#show(), syncTimes.showAfterMs)
    } else {
      if (this.isShown) this.announcement = 'Caught up'
      this.#stop()
    }
  }

  override render(): TemplateResult {
    const { progress } = this
    return html`
      ${
        this.isShown
          ? html`
              <p class="shown" title="A block contains one message or several">
                <span>catching up: ${inWords(progress)}</span>
                <progress aria-label="Catching up" max=${progress.need} .value=${progress.have}></progress>
              </p>
            `
          : nothing
      }
      <div class="unseen" aria-live="polite">${this.announcement}</div>
    `
  }

  #show(): void {
    this.isShown = true
    this.#announce()
  }

  #announce(): void {
    this.announcement = `Catching up: ${inWords(this.progress)}`
    this.#announceTimer = window.setTimeout(() => this.#announce(), syncTimes.announceEveryMs)
  }

  #stop(): void {
    window.clearTimeout(this.#showTimer)
    window.clearTimeout(this.#announceTimer)
    this.#showTimer = this.#announceTimer = undefined
    this.isShown = false
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-sync': GrapevineSync
  }
}
