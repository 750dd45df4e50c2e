import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { ClassSeat } from '../../app/classroom/class-plan.ts'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type { Fork, GrapevineNode, StorageTrouble, SyncProgress } from '../../node/api/grapevine.ts'
import { classHref } from '../share/class-addresses.ts'
import type { Departure } from '../node/departures.ts'
import { pickEmptyReason } from '../messages/empty-log.ts'
import '../messages/grapevine-composer.ts'
import './grapevine-header.ts'
import '../lab/grapevine-lab.ts'
import type { GrapevineLab, LabCoverEvent } from '../lab/grapevine-lab.ts'
import '../links/grapevine-links.ts'
import '../messages/grapevine-log.ts'
import '../notices/grapevine-notices.ts'
import type { TrustKeyEvent } from '../links/grapevine-links.ts'
import { findNameClashes } from '../node/author-counts.ts'
import { type LedgerView, NodeController, type NodeView } from '../node/node-controller.ts'
import { ancestorOriginsOf, pickFraming } from '../notices/framing.ts'
import { describeNotices } from '../notices/notices.ts'
import { namelessHref, nodeHref, pickPlace, upstreamHref } from '../words/place.ts'
import { controls, tokens } from '../style/tokens.ts'
import type { AddressProblem } from '../../app/address/address-problem.ts'
import type { TraceMessageEvent } from '../messages/message-item.ts'
import { pageStyles } from './grapevine-page.styles.ts'

const noLedger: LedgerView = { entries: [], isHistory: () => false, digest: '', authors: [], names: new Map() }
const noClashes: ReadonlySet<string> = new Set()
const noSync: SyncProgress = { have: 0, need: 0 }
const noForks: readonly Fork[] = []
const noDepartures: readonly Departure[] = []

/** Remembers the focused element of a part that gets covered, and restores the focus when the part is uncovered. */
class CoveredFocus {
  #covered: HTMLElement | undefined

  /** Call before `covered` becomes unreachable: moves the focus from inside it to `cover`. */
  save(root: ShadowRoot, covered: string, cover: HTMLElement): void {
    if (!root.activeElement?.matches(covered)) return
    this.#covered = deepestActiveElement(root)
    cover.focus()
  }

  /** Call once the covered part is reachable again. Focus that has moved elsewhere in the meantime stays there. */
  restore(root: ShadowRoot, cover: HTMLElement): void {
    const covered = this.#covered
    this.#covered = undefined
    if (root.activeElement === null || root.activeElement === cover) covered?.focus()
  }
}

const deepestActiveElement = ({ activeElement }: ShadowRoot): HTMLElement | undefined => {
  const inner = activeElement?.shadowRoot
  if (inner?.activeElement) return deepestActiveElement(inner)
  return activeElement instanceof HTMLElement ? activeElement : undefined
}

/** The whole page of one node: passes each part of the node's view to the element that shows it. */
@customElement('grapevine-page')
export class GrapevinePage extends LitElement {
  static override styles = [controls, tokens, pageStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  @property({ attribute: false }) problems: readonly AddressProblem[] = []
  /** The server has a newer build of this page. */
  @property({ attribute: false }) isOld = false
  @property({ attribute: false }) storageTroubles: ReadonlySet<StorageTrouble> = new Set()
  /** The node's key was made when this page was loaded. */
  @property({ attribute: false }) isKeyNew = false
  /** The address of a new node whose upstream is this one; it keeps the network. */
  @property({ attribute: false }) downstreamHref = ''
  /** This page's address without its invalid parts. */
  @property({ attribute: false }) suggestedHref = ''
  /** The address that the person probably meant; empty if there is none. */
  @property({ attribute: false }) correctedHref = ''
  /** The seat in a class that this page's address assigns. */
  @property({ attribute: false }) seat: ClassSeat | undefined

  /** On a phone the open lab covers links and messages. While they are covered, the keyboard must not reach them. */
  @state() private isCovered = false

  readonly #controller = new NodeController(this)
  readonly #coveredFocus = new CoveredFocus()

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('node')) this.#controller.follow(this.node)
  }

  override render(): TemplateResult {
    const { view } = this.#controller
    const links = view?.links ?? []
    const place = pickPlace(location.hostname)
    const notices = describeNotices({
      state: view?.state,
      links,
      isOutOfConnections: view?.isOutOfConnections ?? false,
      problems: this.problems,
      storageTroubles: this.storageTroubles,
      isPageOld: this.isOld,
      forks: view?.forks ?? [],
      faults: view?.faults ?? [],
      name: view?.name,
      framing: pickFraming(location, ancestorOriginsOf(window)),
      framelessHref: namelessHref(location.href),
      peerId: view?.peerId,
      isKeyNew: this.isKeyNew,
      distrustedBy: view?.distrustedBy ?? [],
      hasNamesakes: view !== undefined && hasNamesakes(view),
      place,
      host: location.host,
      suggestedHref: this.suggestedHref,
      correctedHref: this.correctedHref,
      hrefOf: (name) => nodeHref(this.downstreamHref, name, location.href),
      hrefWithUpstream: (upstream, other) => upstreamHref(location.href, upstream, other),
    })
    const isRunning = view !== undefined && view.state.status !== 'error'
    const isUnusable = !view && this.problems.some(({ severity }) => severity === 'error')
    const clashes = view ? findNameClashes(view, links, view.ledger.authors) : noClashes
    const nextSeatHref =
      view && this.seat ? classHref(new URL(this.downstreamHref, location.href).href, this.seat.plan) : ''
    const hadNeighbours = view !== undefined && view.departures.length > 0
    const emptyReason = isUnusable
      ? 'not-running'
      : pickEmptyReason(view?.state, links, hadNeighbours, nextSeatHref !== '')
    return html`
      <grapevine-header role="banner" .view=${view} .problems=${this.problems}></grapevine-header>
      <grapevine-notices .notices=${notices} @heal=${() => this.node?.disturb([])}></grapevine-notices>
      <main @trace-message=${this.#onTraceMessage}>
        <grapevine-links
          ?inert=${this.isCovered}
          .links=${links}
          .names=${view?.ledger.names ?? noLedger.names}
          .called=${view?.ledger.names.get(view.peerId) ?? ''}
          .node=${this.node}
          .departures=${view?.departures ?? noDepartures}
          .clashes=${clashes}
          .place=${place}
          .isRunning=${isRunning}
          .hasServer=${view?.state.status !== 'offline'}
          .downstreamHref=${view ? this.downstreamHref : ''}
          .seat=${view ? this.seat : undefined}
          .classHref=${nextSeatHref}
          @trust-key=${this.#onTrustKey}
        ></grapevine-links>
        <grapevine-log
          ?inert=${this.isCovered}
          .node=${this.node}
          .ledger=${view?.ledger ?? noLedger}
          .peerId=${view?.peerId ?? ''}
          .clashes=${clashes}
          .emptyReason=${emptyReason}
          .sync=${view?.sync ?? noSync}
          .forks=${view?.forks ?? noForks}
          .routeOf=${this.#routeOf}
        ></grapevine-log>
        <grapevine-composer .node=${this.node} .isRunning=${isRunning}></grapevine-composer>
        <grapevine-lab
          .node=${this.node}
          .phase=${phaseOf(view)}
          .nextHref=${nextSeatHref || (view ? this.downstreamHref : '')}
          .names=${view?.ledger.names ?? noLedger.names}
          @lab-cover=${this.#onLabCover}
        ></grapevine-lab>
      </main>
    `
  }

  protected override updated(): void {
    const name = this.#controller.view?.name
    document.title = name ? `${name} · Grapevine` : 'Grapevine'
  }

  get #lab(): GrapevineLab | null {
    return this.renderRoot.querySelector('grapevine-lab')
  }

  readonly #routeOf = (entry: Entry): readonly Hop[] | undefined => this.node?.route(entry)

  readonly #onTrustKey = ({ peer }: TrustKeyEvent): void => {
    this.node?.trust(peer)
  }

  readonly #onLabCover = async ({ isCovering }: LabCoverEvent): Promise<void> => {
    const [root, lab] = [this.shadowRoot, this.#lab]
    if (!root || !lab) return
    if (isCovering) this.#coveredFocus.save(root, 'grapevine-links, grapevine-log', lab)
    this.isCovered = isCovering
    await this.updateComplete
    if (!this.isCovered) this.#coveredFocus.restore(root, lab)
  }

  readonly #onTraceMessage = ({ entry }: TraceMessageEvent): void => {
    void this.#lab?.trace(entry)
  }
}

const hasNamesakes = ({ name, peerId, ledger: { authors } }: NodeView): boolean =>
  peerId !== '' && authors.some((author) => author.author === name && author.peerId !== peerId)

const phaseOf = (view: NodeView | undefined): GrapevineLab['phase'] => {
  if (!view || view.state.status === 'starting') return 'waiting'
  return view.state.status === 'error' ? 'ended' : 'running'
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-page': GrapevinePage
  }
}
