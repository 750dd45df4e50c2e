import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { findNameClashes } from '../node/author-counts.ts'
import { type LedgerView, NodeController } from '../node/node-controller.ts'
import { controls } from '../style/tokens.ts'
import { pickEmptyReason } from './empty-log.ts'
import './grapevine-composer.ts'
import './grapevine-log.ts'
import type { TraceMessageEvent } from './message-item.ts'
import { messagesStyles } from './grapevine-messages.styles.ts'

const noLedger: LedgerView = { entries: [], isHistory: () => false, digest: '', authors: [], names: new Map() }

/** The messages of a node and the field for a new one, for a page that is not this project's. */
@customElement('grapevine-messages')
export class GrapevineMessages extends LitElement {
  static override styles = [controls, messagesStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  /** Shows the path of a message: the page's `<grapevine-network>`. Without it, messages have no button for that. */
  @property({ attribute: false }) network: { trace(entry: Entry): Promise<void> } | undefined

  readonly #controller = new NodeController(this)

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('node')) this.#controller.follow(this.node)
  }

  override render(): TemplateResult {
    const { view } = this.#controller
    const links = view?.links ?? []
    return html`
      <grapevine-log
        ?no-trace=${!this.network}
        .node=${this.node}
        .ledger=${view?.ledger ?? noLedger}
        .peerId=${view?.peerId ?? ''}
        .clashes=${view ? findNameClashes(view, links, view.ledger.authors) : new Set()}
        .emptyReason=${pickEmptyReason(view?.state, links, (view?.departures.length ?? 0) > 0, false)}
        .sync=${view?.sync ?? { have: 0, need: 0 }}
        .forks=${view?.forks ?? []}
        .routeOf=${this.#routeOf}
        @trace-message=${this.#onTraceMessage}
      ></grapevine-log>
      <grapevine-composer
        .node=${this.node}
        .isRunning=${view !== undefined && view.state.status !== 'error'}
      ></grapevine-composer>
    `
  }

  readonly #routeOf = (entry: Entry): readonly Hop[] | undefined => this.node?.route(entry)

  readonly #onTraceMessage = ({ entry }: TraceMessageEvent): void => {
    void this.network?.trace(entry)
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-messages': GrapevineMessages
  }
}
