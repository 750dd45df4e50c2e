import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import './grapevine-address.ts'
import './grapevine-class-share.ts'
import { icons } from '../style/icons.ts'
import { pickPlace } from '../words/place.ts'
import { controls } from '../style/tokens.ts'
import { shareStyles } from './grapevine-share.styles.ts'

/** The button Share, and the dialog that it opens: addresses with which others join this network. */
@customElement('grapevine-share')
export class GrapevineShare extends LitElement {
  static override styles = [controls, shareStyles]

  /** The address of a new node whose upstream is this one; it keeps the network and pins the key. */
  @property({ attribute: false }) href = ''
  /** The address of the class in which this node has a seat; empty if it has none. */
  @property({ attribute: false }) classHref = ''
  /** The dialog renders its content only while it is open. */
  @state() private isOpen = false

  override render(): TemplateResult {
    return html`
      <button type="button" class="open" aria-haspopup="dialog" @click=${this.#onOpen}>
        ${icons.share}<span class="word">Share</span>
      </button>
      <dialog aria-labelledby="title" @close=${this.#onClosed} @click=${this.#onClick}>
        ${this.isOpen ? this.#content() : nothing}
      </dialog>
    `
  }

  #content(): TemplateResult {
    const href = new URL(this.href, location.href).href
    return html`
      <header>
        <h2 id="title">Share</h2>
        <button type="button" class="close" aria-label="Close" @click=${() => this.#dialog?.close()}>
          ${icons.close}
        </button>
      </header>
      ${pickPlace(location.hostname) === 'this-machine' ? unreachable() : nothing}
      ${
        this.classHref
          ? html`<section aria-labelledby="this-class">
              <h3 id="this-class">This class</h3>
              <p class="lead">A tab that opens this address gets the lowest free seat of the class.</p>
              <grapevine-address
                .href=${new URL(this.classHref, location.href).href}
                .label=${'Address of this class'}
              ></grapevine-address>
            </section>`
          : nothing
      }
      <section aria-labelledby="downstream">
        <h3 id="downstream">One more node</h3>
        <p class="lead">
          A tab that opens this address becomes a new node that links to this one. The address contains the key of this
          node, so another node with the same name can’t take its place.
        </p>
        <grapevine-address .href=${href} .label=${'Address of a downstream tab'}></grapevine-address>
      </section>
      <section aria-labelledby="class">
        <h3 id="class">A network for a class</h3>
        <p class="lead">
          Many tabs in this network, linked in a shape that you choose. This tab need not be one of them.
        </p>
        <grapevine-class-share .pageHref=${href}></grapevine-class-share>
      </section>
    `
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog')
  }

  readonly #onOpen = async (): Promise<void> => {
    this.isOpen = true
    await this.updateComplete
    this.#dialog?.showModal()
  }

  /** Runs after the button, Escape or a click outside has closed the dialog; the browser returns the focus to Share. */
  readonly #onClosed = (): void => {
    this.isOpen = false
  }

  readonly #onClick = (event: MouseEvent): void => {
    // The dialog has no padding, so a click inside targets its content; a click outside targets the dialog itself.
    if (event.target === this.#dialog) this.#dialog?.close()
  }
}

const unreachable = (): TemplateResult => html`
  <div class="warning" role="note">
    ${icons.warning}
    <strong>Only this machine can open these addresses</strong>
    <span>
      This page is at <code>${location.host}</code>, which on every machine means that machine itself. To share with
      others, stop the server, start it with <code>HOST=0.0.0.0 npm start</code>, open one of the addresses that it
      prints “from other machines”, and share from there.
    </span>
  </div>
`

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-share': GrapevineShare
  }
}
