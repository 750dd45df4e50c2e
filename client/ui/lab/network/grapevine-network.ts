import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { guard } from 'lit/directives/guard.js'
import type { Entry } from '../../../gossip/wire/entry.ts'
import type { GrapevineNode } from '../../../node/api/grapevine.ts'
import { showTime } from '../../words/entry-time.ts'
import { FocusKeeper } from '../../shared/focus-keeper.ts'
import '../picture/grapevine-picture.ts'
import type { SelectNodeEvent } from '../picture/grapevine-picture.ts'
import '../../shared/grapevine-save.ts'
import type { SaveChoice } from '../../shared/grapevine-save.ts'
import '../trace/grapevine-trace.ts'
import type { TraceActionEvent } from '../trace/grapevine-trace.ts'
import { markStyles } from '../picture/marks.styles.ts'
import { listWords } from '../../words/listing.ts'
import { type FormerNodes, NetworkController } from './network-controller.ts'
import type { Graph } from '../../words/network-graph.ts'
import { describeGraph } from '../../words/network-words.ts'
import { networkTable, pickNextFocus } from './network-table.ts'
import { tableStyles } from './network-table.styles.ts'
import { badgeStyles } from '../../style/node-badge.styles.ts'
import { hues } from '../../style/node-hue.ts'
import { lookMark, pictureLegend } from '../picture/picture-legend.ts'
import { legendStyles } from '../picture/picture-legend.styles.ts'
import { lookOf } from '../picture/node-mark.ts'
import { picturePng, pictureSvg } from '../picture/picture-file.ts'
import { ScrollTabStop } from '../../shared/scroll-tab-stop.ts'
import { controls } from '../../style/tokens.ts'
import { TraceController } from '../trace/trace-controller.ts'
import { networkStyles } from './grapevine-network.styles.ts'

/** Shows the network as a picture and as a table, and the path of a message through it. */
@customElement('grapevine-network')
export class GrapevineNetwork extends LitElement {
  static override styles = [controls, hues, badgeStyles, markStyles, tableStyles, legendStyles, networkStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  /** Whether a person can see the view. */
  @property({ attribute: false }) isShown = true
  /** The address that opens the next node; empty while there is none. */
  @property({ attribute: false }) nextHref = ''
  /** Names that people gave, by PeerId. */
  @property({ attribute: false }) names: ReadonlyMap<string, string> = new Map()
  @state() private selected: string | undefined

  readonly #network = new NetworkController(this)
  readonly #trace = new TraceController(this, () => this.#network.graph)

  constructor() {
    super()
    this.addController(new ScrollTabStop(this))
    this.addController(new ScrollTabStop(this, '.side'))
    this.addController(new FocusKeeper(this, (focused) => pickNextFocus(this.renderRoot, focused)))
  }

  /** Shows the path of a message. */
  async trace(entry: Entry): Promise<void> {
    // A view that was just loaded for this trace first receives its node.
    await this.updateComplete
    this.#trace.choose(entry)
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('node')) this.selected = undefined
    if (changed.has('names')) this.#network.rename(this.names)
    if (changed.has('node') || changed.has('isShown')) {
      this.#network.follow(this.node, this.isShown)
      this.#trace.follow(this.node, this.isShown)
    }
    const { selected } = this
    if (selected !== undefined && !this.#network.graph.nodes.some(({ id }) => id === selected)) {
      this.selected = undefined
    }
  }

  override render(): TemplateResult {
    const { graph, lastChange, ripples } = this.#network
    const { trace, position, isMoving, isLive } = this.#trace
    const self = graph.nodes.find(({ isSelf }) => isSelf)
    const isAlone = graph.nodes.length === 1
    if (graph.nodes.length === 0 && this.node?.state().status === 'error') {
      return html`<div class="content"><p class="summary">No network. This node is not running.</p></div>`
    }
    const hasCopies = trace?.stops.some(({ copies }) => copies.length > 0) ?? false
    return html`
      <div class="content" @select-node=${this.#onSelect} @keydown=${this.#onKeydown}>
        <header>
          <h2 class="unseen">Network</h2>
          <p class="summary">${guard([graph], () => summaryTemplate(graph))}</p>
          <p class="last-change" aria-live="polite">
            ${lastChange ? html`<time>${showTime(lastChange.at, new Date().toDateString()).short}</time> ${lastChange.text}` : nothing}
          </p>
          ${
            graph.nodes.length > 0
              ? html`<grapevine-save
                  .node=${this.node}
                  .what=${'picture'}
                  .choices=${this.#saveChoices}
                ></grapevine-save>`
              : nothing
          }
        </header>
        <div class="board">
          <div class="paper ${sizeClass(graph)}">
            <grapevine-picture
              .graph=${graph}
              .selected=${this.selected}
              .ripples=${ripples}
              .trace=${trace}
              .position=${position}
            ></grapevine-picture>
            ${isAlone ? this.#aloneTemplate() : nothing}
          </div>
          ${guard([graph, trace], () => pictureLegend(graph, trace !== undefined, hasCopies))}
          ${
            graph.isPartial
              ? html`<p class="partial">
                  The network is larger than shown. It has more nodes than a tab remembers, or so many that each one
                  announces itself rarely.
                </p>`
              : nothing
          }
        </div>
        <grapevine-trace
          .node=${this.node}
          .trace=${trace}
          .played=${this.#trace.played}
          .isAtStart=${position === 0}
          .isPlaying=${isMoving}
          .isLive=${isLive}
          .hasMessages=${this.#trace.hasMessages}
          .target=${this.selected ?? self?.id ?? ''}
          @trace-action=${this.#onTraceAction}
        ></grapevine-trace>
        <div class="side">${guard([graph, this.selected], () => networkTable(graph, this.selected))}</div>
      </div>
    `
  }

  readonly #saveChoices: readonly SaveChoice[] = [
    { label: 'SVG', extension: 'svg', make: async () => new Blob([this.#picture()], { type: 'image/svg+xml' }) },
    { label: 'PNG', extension: 'png', make: () => picturePng(this.#picture()) },
  ]

  #picture(): string {
    const drawn = this.renderRoot.querySelector('grapevine-picture')?.drawn
    if (!drawn || !this.node) throw new Error('no picture is drawn')
    const { net, name } = this.node
    return pictureSvg(drawn, `Network ${net} as ${name} sees it, ${new Date().toLocaleString()}`)
  }

  #aloneTemplate(): TemplateResult {
    if (this.node?.state().status === 'offline') {
      return html`<p class="alone">No other nodes. The server is unreachable, so new links have to wait.</p>`
    }
    return html`<p class="alone">
      ${this.#network.formerNodes ? describeFormerNodes(this.#network.formerNodes) : 'No other nodes yet.'}
      ${
        this.nextHref
          ? html`<a href=${this.nextHref} target="_blank" rel="noopener">Open another tab</a>, and watch it join.`
          : nothing
      }
    </p>`
  }

  readonly #onSelect = ({ id }: SelectNodeEvent): void => {
    this.selected = id
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.selected === undefined) return
    event.stopPropagation()
    this.selected = undefined
  }

  readonly #onTraceAction = ({ action }: TraceActionEvent): void => {
    this.#trace.act(action)
  }
}

/** `No other nodes now. node2 and node3 were here until 12:31:05.` */
const describeFormerNodes = ({ labels, until }: FormerNodes): string =>
  `No other nodes now. ${listWords(labels)} ${labels.length === 1 ? 'was' : 'were'} here until ${showTime(until, new Date().toDateString()).short}.`

const summaryTemplate = (graph: Graph): TemplateResult => {
  const looks = graph.nodes.map(lookOf).filter((look) => look !== 'awaited')
  const look = looks.includes('alone') ? 'alone' : looks.every((each) => each === 'in-sync') ? 'in-sync' : 'out-of-sync'
  return graph.nodes.length === 0 ? html`Starting` : html`${lookMark(look)}${describeGraph(graph)}`
}

/** Many nodes need more room; a few nodes look lost in a large picture. */
const sizeClass = ({ nodes: { length } }: Graph): string => (length > 14 ? 'many' : length > 4 ? 'several' : 'few')

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-network': GrapevineNetwork
  }
}
