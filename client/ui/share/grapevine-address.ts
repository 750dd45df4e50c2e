import { html, LitElement, nothing, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { copyField, describeCopy } from '../shared/copy-text.ts'
import { icons } from '../style/icons.ts'
import { qrCode } from './qr-code.ts'
import { controls } from '../style/tokens.ts'
import { addressStyles } from './grapevine-address.styles.ts'

/** An address to share: to scan, to copy, to open, and to send if the system offers this. */
@customElement('grapevine-address')
export class GrapevineAddress extends LitElement {
  static override styles = [controls, addressStyles]

  /** The absolute address. */
  @property({ attribute: false }) href = ''
  @property({ attribute: false }) label = 'Address'
  /** The code is large enough for a camera at the back of a room. */
  @property({ type: Boolean, reflect: true }) large = false
  @state() private outcome = ''
  #code: SVGTemplateResult | undefined

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('href')) return
    this.#code = this.href ? qrCode(this.href) : undefined
    this.outcome = ''
  }

  override render(): TemplateResult {
    // The DOM types declare it as always present, but desktop Firefox and every insecure origin lack it.
    const { share } = navigator as { readonly share?: Navigator['share'] }
    return html`
      ${this.#code}
      <div class="actions">
        <label for="address">${this.label}</label>
        <input id="address" readonly .value=${this.href} @focus=${this.#onFocus} />
        <div class="buttons">
          <button type="button" class="primary" @click=${this.#onCopy}>${icons.copy}Copy</button>
          <a class="button" href=${this.href} target="_blank" rel="noopener">${icons.newTab}Open</a>
          ${share ? html`<button type="button" @click=${this.#onShare}>${icons.share}Send…</button>` : nothing}
        </div>
        <p class="outcome" role="status">${this.outcome}</p>
      </div>
    `
  }

  /** Selects the whole address, for a person who copies by hand. */
  readonly #onFocus = (event: FocusEvent): void => (event.currentTarget as HTMLInputElement).select()

  readonly #onCopy = async (): Promise<void> => {
    const field = this.renderRoot.querySelector('input')
    if (field) this.outcome = describeCopy(await copyField(field), 'Address')
  }

  readonly #onShare = async (): Promise<void> => {
    try {
      await navigator.share({ title: 'Grapevine', url: this.href })
    } catch (error) {
      // A person who closes the system's dialog causes no failure.
      if (error instanceof Error && error.name === 'AbortError') return
      this.outcome = 'The system could not send the address. Copy it instead.'
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-address': GrapevineAddress
  }
}
