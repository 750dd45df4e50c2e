import { html, LitElement, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { ClassSeat } from '../../app/classroom/class-plan.ts'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { seatWords } from '../share/class-words.ts'
import { mostNameChars, nameBody } from '../words/display-names.ts'
import { controls } from '../style/tokens.ts'
import { seatStyles } from './grapevine-seat.styles.ts'

/** The node's seat in a class: its number in words, and a field for a name that the student may give to the node. */
@customElement('grapevine-seat')
export class GrapevineSeat extends LitElement {
  static override styles = [controls, seatStyles]

  @property({ attribute: false }) seat: ClassSeat | undefined
  /** The name that the student gave; empty: none. */
  @property({ attribute: false }) called = ''
  @property({ attribute: false }) node: GrapevineNode | undefined
  @state() private isEditing = false
  /** Why the name could not be published. */
  @state() private problem = ''

  override render(): TemplateResult {
    const { seat } = this
    if (!seat) return html``
    if (this.isEditing) return this.#form()
    return html`
      ${this.called ? html`<b dir="auto">${this.called}</b>: ` : ''}<span>${seatWords(seat)}</span>
      <button type="button" class="edit" @click=${this.#onEdit}>
        ${this.called ? 'Change your name' : 'Add your name'}
      </button>
    `
  }

  #form(): TemplateResult {
    return html`
      <form @submit=${this.#onSubmit} @keydown=${this.#onKeydown}>
        <label for="called">Your name</label>
        <input
          id="called"
          dir="auto"
          maxlength=${mostNameChars}
          autocomplete="off"
          spellcheck="false"
          aria-describedby="hint"
          .value=${this.called}
        />
        <button type="submit">Show it</button>
      </form>
      <span id="hint">Everyone in this network sees it beside your number.</span>
      <span role="alert">${this.problem}</span>
    `
  }

  readonly #onEdit = async (): Promise<void> => {
    this.isEditing = true
    await this.updateComplete
    this.#field?.select()
  }

  readonly #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const called = this.#field?.value ?? ''
    try {
      if (called.trim() !== this.called) await this.node?.publish(nameBody(called))
      await this.#close()
    } catch (error) {
      this.problem = `Not shown: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return
    event.preventDefault()
    void this.#close()
  }

  async #close(): Promise<void> {
    this.isEditing = false
    this.problem = ''
    await this.updateComplete
    this.renderRoot.querySelector('button')?.focus()
  }

  get #field(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-seat': GrapevineSeat
  }
}
