import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { GrapevineNode } from '../../node/api/grapevine.ts'
import { findNameClashes } from '../node/author-counts.ts'
import { NodeController } from '../node/node-controller.ts'
import { controls } from '../style/tokens.ts'
import { pickEmptyReason } from './empty-log.ts'
import './grapevine-composer.ts'
import './grapevine-log.ts'
import { messagesStyles } from './grapevine-messages.styles.ts'

/** The messages of a node and the field for a new one, for a page that is not this project's. */
@customElement('grapevine-messages')
export class GrapevineMessages extends LitElement {
  static override styles = [controls, messagesStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined

  readonly #controller = new NodeController(this)

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('node')) this.#controller.follow(this.node)
  }

  override render(): TemplateResult {
    const { view } = this.#controller
    const links = view?.links ?? []
    return html`
      <grapevine-log
        .node=${this.node}
        .ledger=${view?.ledger}
        .peerId=${view?.peerId ?? ''}
        .clashes=${view ? findNameClashes(view, links, view.ledger.authors) : new Set()}
        .emptyReason=${pickEmptyReason(view?.state, links, (view?.departures.length ?? 0) > 0, false)}
        .sync=${view?.sync ?? { have: 0, need: 0 }}
        .forks=${view?.forks ?? []}
        .routeOf=${this.#routeOf}
      ></grapevine-log>
      <grapevine-composer
        .node=${this.node}
        .isRunning=${view !== undefined && view.state.status !== 'error'}
      ></grapevine-composer>
    `
  }

  readonly #routeOf = (entry: Entry): readonly Hop[] | undefined => this.node?.route(entry)
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-messages': GrapevineMessages
  }
}
