import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { classLimits, maxSizeOf } from '../../app/classroom/class-plan.ts'
import { type ClassPlan, type Shape, shapes } from '../../app/classroom/class-topology.ts'
import { classHref, type SeatAddress, seatAddresses, seatAddressText } from './class-addresses.ts'
import { classShareStyles } from './grapevine-class-share.styles.ts'
import { planWords, shapeLines, shapeWords } from './class-words.ts'
import { copyField, describeCopy } from '../shared/copy-text.ts'
import './grapevine-address.ts'
import { icons } from '../style/icons.ts'
import { controls } from '../style/tokens.ts'

/** Addresses for a whole class: the person chooses a shape and a size, and gets one address for all or one per seat. */
@customElement('grapevine-class-share')
export class GrapevineClassShare extends LitElement {
  static override styles = [controls, classShareStyles]

  /** An absolute address of this page, for its origin and network. */
  @property({ attribute: false }) pageHref = ''
  @state() private shape: Shape = 'ring'
  /** As typed by the person; it may be invalid. */
  @state() private size = 12
  @state() private seed = 1 + Math.floor(Math.random() * classLimits.maxSeed)
  @state() private outcome = ''

  override render(): TemplateResult {
    const plan = this.#plan()
    const max = maxSizeOf(this.shape)
    return html`
      <fieldset>
        <legend>Shape</legend>
        <div class="shapes">
          ${shapes.map(
            (shape) => html`
              <label
                ><input
                  type="radio"
                  name="shape"
                  value=${shape}
                  .checked=${shape === this.shape}
                  aria-describedby="shape-line"
                  @change=${() => this.#choose(shape)}
                />${shapeWords[shape]}</label
              >
            `,
          )}
        </div>
        <p class="hint" id="shape-line">${shapeLines[this.shape]}</p>
      </fieldset>
      <div class="size">
        <label for="size">Number of nodes</label>
        <input
          id="size"
          type="number"
          min=${classLimits.minSize}
          max=${max}
          .value=${Number.isNaN(this.size) ? '' : String(this.size)}
          aria-invalid=${plan ? 'false' : 'true'}
          aria-describedby="size-line"
          @input=${this.#onSize}
        />
        <span class="hint ${plan ? '' : 'bad'}" id="size-line">${classLimits.minSize} to ${max}</span>
        ${
          this.shape === 'random'
            ? html`<button type="button" @click=${this.#onAnother}>Another random network</button>`
            : nothing
        }
      </div>
      ${plan ? this.#addresses(plan) : nothing}
    `
  }

  #addresses(plan: ClassPlan): TemplateResult {
    const seats = seatAddresses(this.pageHref, plan)
    return html`
      <grapevine-address
        large
        .href=${classHref(this.pageHref, plan)}
        .label=${'One address for the whole class'}
      ></grapevine-address>
      <p class="hint">
        Show it on the projector. Each tab that opens it gets the lowest free seat, and becomes node 1, 2, 3 … of
        ${planWords(plan)}. A reload keeps the seat. The seat of a closed tab is free again after ten seconds.
      </p>
      <details>
        <summary>${plan.size} addresses, one for each node</summary>
        <ol class="seats" tabindex="0" aria-label="Addresses of the nodes">
          ${seats.map((address) => this.#seat(address))}
        </ol>
        <div class="all">
          <label class="unseen" for="all">All addresses as text</label>
          <textarea id="all" readonly .value=${seatAddressText(seats)}></textarea>
          <button type="button" @click=${this.#onCopyAll}>${icons.copy}Copy all ${plan.size}</button>
        </div>
        <p class="hint outcome" role="status">${this.outcome}</p>
      </details>
    `
  }

  #seat({ seat, label, href }: SeatAddress): TemplateResult {
    return html`
      <li>
        <span>Node ${seat}</span>
        <input readonly aria-label=${label} .value=${href} />
        <button type="button" aria-label="Copy the address of node ${seat}" @click=${this.#onCopySeat}>Copy</button>
        <a class="button" href=${href} target="_blank" rel="noopener" aria-label="Open node ${seat}">Open</a>
      </li>
    `
  }

  /** The plan that the person chose; undefined while the size is invalid. */
  #plan(): ClassPlan | undefined {
    const { shape, size, seed } = this
    if (!Number.isInteger(size) || size < classLimits.minSize || size > maxSizeOf(shape)) return undefined
    return shape === 'random' ? { shape, size, seed } : { shape, size }
  }

  #choose(shape: Shape): void {
    this.shape = shape
    this.size = Math.min(this.size, maxSizeOf(shape))
    this.outcome = ''
  }

  readonly #onSize = (event: InputEvent): void => {
    this.size = (event.currentTarget as HTMLInputElement).valueAsNumber
    this.outcome = ''
  }

  readonly #onAnother = (): void => {
    this.seed = (this.seed % classLimits.maxSeed) + 1
  }

  readonly #onCopySeat = async (event: Event): Promise<void> => {
    const field = (event.currentTarget as HTMLElement).closest('li')?.querySelector('input')
    if (field) this.outcome = describeCopy(await copyField(field), 'Address')
  }

  readonly #onCopyAll = async (): Promise<void> => {
    const field = this.renderRoot.querySelector('textarea')
    if (field) this.outcome = describeCopy(await copyField(field), 'All addresses')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-class-share': GrapevineClassShare
  }
}
