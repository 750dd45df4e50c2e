import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { shortPeerId } from '../../gossip/wire/peer-id.ts'
import { icons, statusIcons } from '../style/icons.ts'
import { nodeBadge } from '../style/node-badge.ts'
import { badgeStyles } from '../style/node-badge.styles.ts'
import type { NodeView } from '../node/node-controller.ts'
import { describeStatus } from './status-words.ts'
import { hues } from '../style/node-hue.ts'
import { controls } from '../style/tokens.ts'
import type { AddressProblem } from '../../app/address/address-problem.ts'
import { headerStyles } from './grapevine-header.styles.ts'

/**
 * The node's name and status. The status is a live region, so its text contains words only: figures that change with
 * every message are attributes, which no screen reader announces.
 */
@customElement('grapevine-header')
export class GrapevineHeader extends LitElement {
  static override styles = [controls, hues, badgeStyles, headerStyles]

  @property({ attribute: false }) view: NodeView | undefined
  @property({ attribute: false }) problems: readonly AddressProblem[] = []

  override render(): TemplateResult {
    const { view } = this
    const { status, word, detail } = describeStatus(view?.state, view?.links ?? [], this.problems)
    return html`
      <span class="brand">${icons.grapes}</span>
      <div
        class="who ${status}"
        role="status"
        aria-label="Node"
        aria-atomic="false"
        data-name=${view?.name ?? nothing}
        data-state=${status}
        data-digest=${view?.ledger.digest ?? nothing}
        data-entries=${view?.ledger.entries.length ?? nothing}
      >
        <h1>${view ? nodeBadge(view.name) : nothing}${view?.name ?? 'Grapevine'}</h1>
        <p class="state">
          <span class="mark">${statusIcons[status]}<strong>${word}</strong></span>
          <span>${detail}</span>
        </p>
      </div>
      ${view ? this.#facts(view) : nothing}
    `
  }

  #facts({ net, peerId }: NodeView): TemplateResult {
    return html`
      <div class="facts">
        <span>network <b>${net}</b></span>
        ${
          peerId
            ? html`
                <details @keydown=${this.#onKeydown}>
                  <summary>key <code>${shortPeerId(peerId)}</code></summary>
                  <div class="key">
                    The complete key of this node, its PeerId. People use the name; other nodes trust the key.
                    <code>${peerId}</code>
                  </div>
                </details>
              `
            : nothing
        }
      </div>
    `
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    const details = event.currentTarget
    if (event.key === 'Escape' && details instanceof HTMLDetailsElement && details.open) {
      details.open = false
      details.querySelector('summary')?.focus()
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-header': GrapevineHeader
  }
}
