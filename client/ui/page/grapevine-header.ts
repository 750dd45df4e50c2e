import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { shortPeerId } from '../../gossip/wire/peer-id.ts'
import { icons, statusIcon } from '../style/icons.ts'
import { badgeStyles, nodeBadge } from '../style/node-badge.ts'
import type { NodeView } from '../node/node-controller.ts'
import { describeStatus } from './status-words.ts'
import { hues } from '../style/node-hue.ts'
import { controls } from '../style/tokens.ts'
import type { AddressProblem } from '../../app/address/address-problem.ts'

/**
 * Who this node is, and how it does. The status is a live region, so only its words change within it: figures that
 * change with every message are attributes, which no screen reader announces.
 */
@customElement('grapevine-header')
export class GrapevineHeader extends LitElement {
  static override styles = [
    controls,
    hues,
    badgeStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--gap-1) var(--gap-3);
      }

      .brand {
        display: flex;
        font-size: 2.25rem;
      }

      .who {
        display: flex;
        flex: 1 1 14rem;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--gap-4);
        min-inline-size: 0;
      }

      h1 {
        font-size: var(--size-title);
        font-weight: 700;
        letter-spacing: -0.01em;
        overflow-wrap: anywhere;
      }

      h1 .badge {
        min-inline-size: 1.75rem;
        block-size: 1.75rem;
        margin-inline-end: 0.4em;
        border-radius: 1rem;
        font-size: 0.9375rem;
        vertical-align: 0.05em;
      }

      .state {
        display: flex;
        align-items: center;
        gap: var(--gap-2);
        color: var(--muted);
      }

      .state strong {
        font-weight: 600;
      }

      .state svg {
        font-size: 0.8em;
      }

      .online .mark {
        color: var(--good);
      }

      .offline .mark {
        color: var(--warn);
      }

      .error .mark {
        color: var(--bad);
      }

      .mark {
        display: inline-flex;
        align-items: center;
        gap: var(--gap-2);
      }

      .facts {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--gap-1) var(--gap-4);
        color: var(--muted);
        font-size: var(--size-small);
      }

      .facts b,
      code {
        color: var(--text);
        font-weight: 600;
      }

      code {
        font-family: var(--mono);
      }

      details {
        position: relative;
      }

      summary {
        padding: var(--gap-1) var(--gap-2);
        border-radius: var(--round);
        cursor: pointer;
      }

      summary:hover {
        background: var(--raised);
      }

      .key {
        position: absolute;
        z-index: 2;
        inset-block-start: calc(100% + var(--gap-1));
        inset-inline-end: 0;
        inline-size: min(24rem, calc(100vw - 2 * var(--gap-4)));
        padding: var(--gap-3) var(--gap-4);
        border: 1px solid var(--line);
        border-radius: var(--round);
        background: var(--surface);
        box-shadow: 0 0.5rem 2rem light-dark(oklch(0.3 0.05 310 / 0.18), oklch(0 0 0 / 0.6));
        line-height: 1.5;
      }

      .key code {
        display: block;
        margin-block-start: var(--gap-2);
        overflow-wrap: anywhere;
        user-select: all;
      }

      @media (prefers-reduced-motion: no-preference) {
        .turning {
          transform-origin: center;
          animation: turn 4s linear infinite;
        }
      }

      @keyframes turn {
        to {
          transform: rotate(1turn);
        }
      }

      @media (max-width: 42rem) {
        .facts {
          flex-basis: 100%;
          justify-content: space-between;
          line-height: 1.2;
        }
      }
    `,
  ]

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
          <span class="mark">${statusIcon(status)}<strong>${word}</strong></span>
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
