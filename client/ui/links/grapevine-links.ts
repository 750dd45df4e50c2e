import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { ClassSeat } from '../../app/classroom/class-plan.ts'
import type { GrapevineNode, LinkSnapshot } from '../../node/api/grapevine.ts'
import { shortPeerId } from '../../gossip/wire/peer-id.ts'
import { type Departure, describeDepartures } from '../node/departures.ts'
import './grapevine-seat.ts'
import '../share/grapevine-share.ts'
import { icons, linkIcons } from '../style/icons.ts'
import { linkLine, linkStateWords, spreadWords } from '../words/link-words.ts'
import { linksStyles } from './grapevine-links.styles.ts'
import { showMs } from '../words/network-words.ts'
import { nodeBadge } from '../style/node-badge.ts'
import { badgeStyles } from '../style/node-badge.styles.ts'
import { hues } from '../style/node-hue.ts'
import type { Place } from '../words/place.ts'
import { isOtherSet } from '../shared/other-set.ts'
import { ScrollTabStop } from '../shared/scroll-tab-stop.ts'
import { controls } from '../style/tokens.ts'

/** The person accepts the key that `peer` has now. Bubbles up to the page, which passes it to the node. */
export class TrustKeyEvent extends Event {
  readonly peer: string

  constructor(peer: string) {
    super('trust-key', { bubbles: true, composed: true })
    this.peer = peer
  }
}

/** The neighbours, one row each, and the link that opens one more. */
@customElement('grapevine-links')
export class GrapevineLinks extends LitElement {
  static override styles = [controls, hues, badgeStyles, linksStyles]

  @property({ attribute: false }) links: readonly LinkSnapshot[] = []
  /** Names that persons gave to nodes, this node included, by PeerId. */
  @property({ attribute: false }) names: ReadonlyMap<string, string> = new Map()
  @property({ attribute: false }) called = ''
  /** Publishes the name that a person gives to this node. */
  @property({ attribute: false }) node: GrapevineNode | undefined
  @property({ attribute: false, hasChanged: isOtherSet }) clashes: ReadonlySet<string> = new Set()
  @property({ attribute: false }) place: Place = 'elsewhere'
  @property({ attribute: false }) isRunning = false
  /** Whether a tab that opens now can reach the server. */
  @property({ attribute: false }) hasServer = true
  /** Neighbours that were linked and have left. */
  @property({ attribute: false }) departures: readonly Departure[] = []
  /** The address of a new node whose upstream is this one; empty while there is none. */
  @property({ attribute: false }) downstreamHref = ''
  /** The node's seat in a class, and the address at which the next tab gets a seat in this class. */
  @property({ attribute: false }) seat: ClassSeat | undefined
  @property({ attribute: false }) classHref = ''

  constructor() {
    super()
    this.addController(new ScrollTabStop(this, '[aria-label=Links]'))
  }

  override render(): TemplateResult {
    const isAlone = this.isRunning && this.hasServer && this.links.length === 0 && this.departures.length === 0
    return html`
      <h2>Links</h2>
      ${this.seat ? html`<grapevine-seat .node=${this.node} .seat=${this.seat} .called=${this.called}></grapevine-seat>` : nothing}
      ${this.links.length === 0 ? html`<p class="none">${this.#whyNone()}</p>` : nothing}
      <ul role="list" aria-label="Links">
        ${repeat(
          this.links,
          (link) => `${link.direction} ${link.peer} ${link.peerId ?? ''}`,
          (link) => this.#item(link),
        )}
      </ul>
      ${
        this.downstreamHref
          ? html`
              <div class="actions ${isAlone ? 'alone' : ''}">
                <a
                  class="button ${isAlone ? 'primary' : 'secondary'}"
                  href=${this.classHref || this.downstreamHref}
                  target="_blank"
                  rel="noopener"
                  >${icons.newTab}${this.classHref ? 'Open the next seat' : 'Open a downstream tab'}</a
                >
                <grapevine-share .href=${this.downstreamHref} .classHref=${this.classHref}></grapevine-share>
              </div>
            `
          : nothing
      }
    `
  }

  #roundTrip({ rttMs, roundTrips }: LinkSnapshot): unknown {
    if (rttMs === undefined) return nothing
    const spread = roundTrips && spreadWords(roundTrips)
    return html`<span>${showMs(rttMs)}<span class="round-trip"> round trip</span></span
      >${spread ? html`<span class="spread">${spread}</span>` : nothing}${
        roundTrips?.isBusy
          ? html`<span class="busy" title="The latest answer waited in this tab, so it does not measure the connection"
              >this tab is busy</span
            >`
          : nothing
      }`
  }

  #calledTemplate(peerId: string | undefined): unknown {
    const called = peerId === undefined ? undefined : this.names.get(peerId)
    return called ? html` <span class="called" dir="auto">${called}</span>` : nothing
  }

  #whyNone(): string {
    if (!this.isRunning) return 'None.'
    const gone = this.departures.length > 0 ? describeDepartures(this.departures, new Date().toDateString()) : undefined
    if (!this.hasServer) return gone ?? 'No links. The server is unreachable, so new links have to wait.'
    if (gone) return `No links now. ${gone}`
    return this.seat
      ? 'No links yet. Open the next seats of the class: they link automatically.'
      : 'No links yet. Open a second tab: it links to this one.'
  }

  #item(link: LinkSnapshot): TemplateResult {
    const { peer, peerId, direction, state, rttMs } = link
    const line = linkLine(link, this.place)
    return html`
      <li
        data-peer=${peer}
        data-direction=${direction}
        data-state=${state}
        data-rtt-ms=${rttMs === undefined ? nothing : Math.round(rttMs)}
      >
        ${nodeBadge(peer)}
        <span class="peer" title=${peerId ?? nothing}
          >${peer}${peerId && this.clashes.has(peer) ? html` <code>${shortPeerId(peerId)}</code>` : nothing}${this.#calledTemplate(peerId)}</span
        >
        <span class="state ${state}">${linkIcons[state]}${linkStateWords[state]}</span>
        <span class="facts">
          <span class="direction">${icons[direction]}${direction}</span>
          ${this.#roundTrip(link)}
        </span>
        ${line ? html`<span class="reason">${line}</span>` : nothing}
        ${
          link.reason === 'key-changed'
            ? html`<button type="button" @click=${() => this.dispatchEvent(new TrustKeyEvent(peer))}>
                Trust the new key
              </button>`
            : nothing
        }
      </li>
    `
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-links': GrapevineLinks
  }
  interface HTMLElementEventMap {
    'trust-key': TrustKeyEvent
  }
}
