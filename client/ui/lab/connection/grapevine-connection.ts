import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { GrapevineNode } from '../../../node/api/grapevine.ts'
import { checkStatusWords, type ConnectionCheck } from '../../words/connection-check.ts'
import { type CheckGroup, describeConnection } from './connection-summary.ts'
import { browserFrameClock, FrameScheduler } from '../../shared/frame-scheduler.ts'
import { NodeSubscription } from '../../node/node-subscription.ts'
import { checkIcons } from '../../style/icons.ts'
import { pickPlace } from '../../words/place.ts'
import { ScrollTabStop } from '../../shared/scroll-tab-stop.ts'
import { controls } from '../../style/tokens.ts'
import { connectionStyles } from './grapevine-connection.styles.ts'

/** Shows why a node is or is not connected: each step of the connection, and the first failure in plain words. */
@customElement('grapevine-connection')
export class GrapevineConnection extends LitElement {
  static override styles = [controls, connectionStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  /** While this is false, the view does not follow its node and does not draw. */
  @property({ attribute: false }) isShown = true

  readonly #scheduler = new FrameScheduler(() => this.requestUpdate(), browserFrameClock)
  readonly #subscription = new NodeSubscription(this, (node) => [
    node.on('diagnosis', () => this.#scheduler.schedule()),
    () => this.#scheduler.cancel(),
  ])

  constructor() {
    super()
    this.addController(new ScrollTabStop(this))
  }

  override willUpdate(): void {
    this.#subscription.follow(this.node, this.isShown)
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.node || !this.isShown) return nothing
    const diagnosis = this.node.diagnosis()
    const { status, title, text, groups } = describeConnection(
      diagnosis,
      pickPlace(location.hostname),
      location.host,
      navigator.onLine,
    )
    return html`
      <h2>Connection</h2>
      <div class="summary ${status}" role="status" aria-label="Connection">
        ${checkIcons[status]}
        <h3>${title}</h3>
        <p>${text}</p>
      </div>
      <ol class="groups" role="list" aria-label="Checks">
        ${repeat(
          groups,
          ({ key }) => key,
          (group) => this.#group(group),
        )}
      </ol>
    `
  }

  #group({ title, checks }: CheckGroup): TemplateResult {
    return html`
      <li>
        <h4>${title}</h4>
        <ol class="checks" role="list" aria-label=${title}>
          ${repeat(
            checks,
            ({ key }) => key,
            (check) => this.#check(check),
          )}
        </ol>
      </li>
    `
  }

  #check({ key, label, status, seen }: ConnectionCheck): TemplateResult {
    return html`
      <li class=${status} data-check=${key} data-status=${status}>
        ${checkIcons[status]}
        <span class="label">${label}</span>
        <span class="status">${checkStatusWords[status]}</span>
        ${seen ? html`<span class="seen">${seen}</span>` : nothing}
      </li>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-connection': GrapevineConnection
  }
}
