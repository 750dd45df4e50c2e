import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import './grapevine-address.ts'
import './grapevine-class-share.ts'
import { icons } from '../style/icons.ts'
import { pickPlace } from '../words/place.ts'
import { controls } from '../style/tokens.ts'

/** The button Share, and the dialog that it opens: ways to get others into this network. */
@customElement('grapevine-share')
export class GrapevineShare extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }

      .open {
        inline-size: 100%;
        font-size: inherit;
      }

      dialog {
        inline-size: min(46rem, 100vw - 2 * var(--gap-3));
        max-inline-size: none;
        max-block-size: calc(100dvh - 2 * var(--gap-3));
        margin: auto;
        padding: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
        border: 1px solid var(--line);
        border-radius: var(--round-large);
        background: var(--surface);
        color: var(--text);
        font: var(--size-body) / 1.45 var(--font);
        box-shadow: 0 1rem 4rem oklch(0 0 0 / 0.35);
      }

      dialog::backdrop {
        background: oklch(0.15 0.03 310 / 0.55);
      }

      header {
        position: sticky;
        z-index: 1;
        inset-block-start: 0;
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--gap-3);
        padding: var(--gap-3) var(--gap-4);
        border-block-end: 1px solid var(--line);
        background: var(--surface);
      }

      h2 {
        font-size: var(--size-title);
        font-weight: 700;
      }

      h3 {
        font-weight: 650;
      }

      .close {
        inline-size: var(--target);
        padding: 0;
        border-color: transparent;
      }

      section {
        display: grid;
        gap: var(--gap-3);
        padding: var(--gap-4);
      }

      section + section {
        border-block-start: 1px solid var(--line);
      }

      .lead {
        color: var(--muted);
      }

      .warning {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--gap-1) var(--gap-3);
        margin: var(--gap-4) var(--gap-4) 0;
        padding: var(--gap-3) var(--gap-4);
        border-radius: var(--round);
        background: var(--warn-soft);
        font-size: var(--size-small);
      }

      .warning svg {
        grid-row: span 2;
        margin-block-start: 0.15em;
        color: var(--warn);
        font-size: 1rem;
      }

      .warning strong {
        font-size: var(--size-body);
        font-weight: 650;
      }

      code {
        font-family: var(--mono);
      }

      /* Beside its neighbour there is room for the sign alone; the word stays its name. */
      @media (max-width: 42rem) {
        .open {
          inline-size: var(--target);
          padding: 0;
        }

        .open .word {
          position: absolute;
          inline-size: 1px;
          block-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
    `,
  ]

  /** The address of a new node whose upstream is this one; it keeps the network and pins the key. */
  @property({ attribute: false }) href = ''
  /** Of a node that has a seat in a class: the address of that class. */
  @property({ attribute: false }) classHref = ''
  /** The dialog's content is made when it is first asked for. */
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

  /** By its button, Escape, or a click beside it; the browser gives the focus back to Share. */
  readonly #onClosed = (): void => {
    this.isOpen = false
  }

  readonly #onClick = (event: MouseEvent): void => {
    // Inside, the target is a part of the content; the dialog itself has no padding.
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
