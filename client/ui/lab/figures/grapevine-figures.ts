import { html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Entry } from '../../../gossip/wire/entry.ts'
import type { GrapevineNode } from '../../../node/api/grapevine.ts'
import { bytesPerSecond, countPerSecond, durationWords, percent } from '../../words/figure-words.ts'
import { figureStyles } from './grapevine-figures.styles.ts'
import { estimateLatencyMs, histogramLimits, LatencyHistogram, type LatencyRow } from '../../words/latency-histogram.ts'
import {
  bytesPlot,
  deliveredPlot,
  duplicatesPlot,
  latencyData,
  latencyPlot,
  type PlotData,
  type PlotDescription,
  rateData,
} from './plot-description.ts'
import { type RateKey, RateRecord, sampleEveryMs } from './rate-record.ts'
import { ScrollReach } from '../../shared/scroll-reach.ts'
import { controls } from '../../style/tokens.ts'

const { leastForMedian, leastForP99 } = histogramLimits

interface RateLine {
  readonly key: RateKey
  readonly name: string
  readonly words: (value: number) => string
  /** The line in the plot; absent if it is not plotted. */
  readonly paint?: 'first' | 'second'
}

interface RateFigure {
  readonly id: string
  readonly title: string
  readonly note: string
  readonly description: PlotDescription
  readonly lines: readonly RateLine[]
}

const deliveredLines: readonly RateLine[] = [
  { key: 'delivered', name: 'Delivered', words: countPerSecond, paint: 'first' },
]
const bytesLines: readonly RateLine[] = [
  { key: 'bytesIn', name: 'In', words: bytesPerSecond, paint: 'first' },
  { key: 'bytesOut', name: 'Out', words: bytesPerSecond, paint: 'second' },
]
const duplicatesLines: readonly RateLine[] = [
  { key: 'duplicateShare', name: 'Share', words: percent, paint: 'first' },
  { key: 'duplicates', name: 'Number', words: countPerSecond },
]

const swatch = (paint: 'first' | 'second'): TemplateResult =>
  html`<svg class="swatch ${paint}" viewBox="0 0 20 8" aria-hidden="true">
    ${svg`<path d="M0 4h20" stroke="currentColor" stroke-width="2.5" stroke-dasharray=${paint === 'second' ? '5 3' : nothing} />`}
  </svg>`

/** `≈ 3 ms to 1.2 s`. */
const estimateWords = (leastMs: number, mostMs: number): string => {
  const [least, most] = [durationWords(leastMs), durationWords(mostMs)]
  return least === most ? `≈ ${least}` : `≈ ${least} to ${most}`
}

const quantileWords = (ms: number | undefined, leastCount: number): TemplateResult | string =>
  ms === undefined ? html`<span class="few">from ${leastCount}</span>` : `≈ ${durationWords(ms)}`

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/**
 * What it costs and how fast it is, as plots and in words.
 * 1. Counting goes on while it is in the page, shown or not: one look a second at the node's counters, and for each
 *    message of another node one at its route. Drawing happens only while it is shown, once a second.
 * 2. The plots are loaded when they are first shown; the tables do not wait for them.
 */
@customElement('grapevine-figures')
export class GrapevineFigures extends LitElement {
  static override styles = [controls, figureStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  /** Whether anybody can see it. */
  @property({ attribute: false }) isShown = true
  @state() private havePlotsFailed = false

  #followed: GrapevineNode | undefined
  #latencies = new LatencyHistogram()
  #latenciesSince = Date.now()
  #rates = new RateRecord()
  #sampledAt = 0
  #undo: (() => void) | undefined
  #timer: number | undefined
  #arePlotsAsked = false

  constructor() {
    super()
    this.addController(new ScrollReach(this))
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#follow()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#unfollow()
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('node')) this.#follow()
    if (!this.isShown || this.#arePlotsAsked) return
    this.#arePlotsAsked = true
    void this.#loadPlots()
  }

  override render(): TemplateResult {
    return html`
      <h2>Figures</h2>
      ${
        this.havePlotsFailed
          ? html`<p class="note">
              The plots could not be loaded. The tables show the figures. Reload this tab to try again.
            </p>`
          : nothing
      }
      <div class="figures">
        ${this.#latencyFigure()}
        ${this.#rateFigure({
          id: 'messages',
          title: 'Messages per second',
          note: 'Messages delivered to this tab, including its own.',
          description: deliveredPlot,
          lines: deliveredLines,
        })}
        ${this.#rateFigure({
          id: 'bytes',
          title: 'Bytes per second',
          note: 'All links together, including heartbeats.',
          description: bytesPlot,
          lines: bytesLines,
        })}
        ${this.#rateFigure({
          id: 'duplicates',
          title: 'Duplicates',
          note: 'Copies of blocks that this tab already held, as a share of all blocks received: the cost of redundant paths.',
          description: duplicatesPlot,
          lines: duplicatesLines,
        })}
      </div>
    `
  }

  #latencyFigure(): TemplateResult {
    const rows = this.#latencies.rows()
    const since = clock.format(this.#latenciesSince)
    return html`
      <section aria-labelledby="latency">
        <header>
          <h3 id="latency">Delivery latency, estimated</h3>
          <button type="button" @click=${this.#startAgain}>Start again</button>
        </header>
        <p class="note">
          Time from the author to this tab, by the number of links crossed, since ${since}. It is an estimate, since no
          clock is trusted: the time that each node held the message, plus half the round trip of each link. If a
          message waited for a link, that time is included.
        </p>
        ${
          rows.length === 0
            ? html`<p class="none">No message of another node has arrived since ${since}.</p>`
            : html`${this.#latencyPlot(rows)}${this.#latencyTable(rows)}`
        }
      </section>
    `
  }

  #latencyPlot(rows: readonly LatencyRow[]): unknown {
    return rows.some(({ medianMs }) => medianMs !== undefined)
      ? this.#plot('Plot of the delivery latency by path length', latencyPlot, latencyData(rows))
      : html`<p class="none">The plot needs ${leastForMedian} messages with the same number of links.</p>`
  }

  #latencyTable(rows: readonly LatencyRow[]): TemplateResult {
    return html`
      <table aria-label="Delivery latency by path length">
        <thead>
          <tr>
            <th scope="col">Links</th>
            <th scope="col">Messages</th>
            <th scope="col">Least to most</th>
            <th scope="col">${swatch('first')}Median</th>
            <th scope="col"><abbr title="99 of 100 messages were at least as fast">${swatch('second')}p99</abbr></th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ pathLength, count, leastMs, mostMs, medianMs, p99Ms }) => html`
              <tr>
                <th scope="row">${pathLength}</th>
                <td>${count.toLocaleString('en')}</td>
                <td>${estimateWords(leastMs, mostMs)}</td>
                <td>${quantileWords(medianMs, leastForMedian)}</td>
                <td>${quantileWords(p99Ms, leastForP99)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `
  }

  #rateFigure({ id, title, note, description, lines }: RateFigure): TemplateResult {
    const data = rateData(
      this.#rates.samples,
      this.#sampledAt,
      ...lines.flatMap(({ key, paint }) => (paint ? [key] : [])),
    )
    return html`
      <section aria-labelledby=${id}>
        <header><h3 id=${id}>${title}</h3></header>
        <p class="note">${note}</p>
        ${
          this.#rates.samples.length === 0
            ? html`<p class="none">
                ${this.node ? 'The first figures appear in a second.' : 'No node runs in this page.'}
              </p>`
            : html`
                ${this.#plot(`Plot of the last 5 minutes: ${title.toLowerCase()}`, description, data)}
                <table aria-label=${title}>
                  <thead>
                    <tr>
                      <td></td>
                      <th scope="col">Now</th>
                      <th scope="col">Last minute</th>
                      <th scope="col">Peak</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${lines.map((line) => this.#rateRow(line))}
                  </tbody>
                </table>
              `
        }
      </section>
    `
  }

  #rateRow({ key, name, words, paint }: RateLine): TemplateResult {
    const summary = this.#rates.summary(key)
    return html`
      <tr>
        <th scope="row">${paint ? swatch(paint) : nothing}${name}</th>
        ${[summary?.now, summary?.lastMinute, summary?.peak].map((value) => html`<td>${words(value ?? 0)}</td>`)}
      </tr>
    `
  }

  #plot(name: string, description: PlotDescription, data: PlotData): TemplateResult {
    return html`
      <grapevine-plot
        role="img"
        aria-label="${name}. The table that follows contains the figures."
        .description=${description}
        .data=${data}
      ></grapevine-plot>
    `
  }

  async #loadPlots(): Promise<void> {
    try {
      await import('./grapevine-plot.ts')
    } catch {
      // The server is gone: the page says so.
      this.havePlotsFailed = true
    }
  }

  #follow(): void {
    const node = this.isConnected ? this.node : undefined
    if (node === this.#followed) return
    this.#unfollow()
    this.#followed = node
    this.#rates = new RateRecord()
    this.#forgetLatencies()
    if (!node) return
    this.#undo = node.on('entry', (entry) => this.#measure(node, entry))
    this.#timer = window.setInterval(() => this.#sample(node), sampleEveryMs)
    this.#sample(node)
  }

  #unfollow(): void {
    this.#undo?.()
    this.#undo = undefined
    window.clearInterval(this.#timer)
    this.#followed = undefined
  }

  #measure(node: GrapevineNode, entry: Entry): void {
    const route = node.route(entry)
    if (route && route.length > 0) this.#latencies.add(route.length, estimateLatencyMs(route))
  }

  #sample(node: GrapevineNode): void {
    this.#sampledAt = performance.now()
    this.#rates.sample(this.#sampledAt, node.stats())
    if (this.isShown) this.requestUpdate()
  }

  readonly #startAgain = (): void => {
    this.#forgetLatencies()
    this.requestUpdate()
  }

  #forgetLatencies(): void {
    this.#latencies = new LatencyHistogram()
    this.#latenciesSince = Date.now()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-figures': GrapevineFigures
  }
}
