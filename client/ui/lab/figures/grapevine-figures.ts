import { html, LitElement, nothing, svg, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Entry } from '../../../gossip/wire/entry.ts'
import type { GrapevineNode } from '../../../node/api/grapevine.ts'
import { durationWords } from '../../words/figure-words.ts'
import { figureStyles } from './grapevine-figures.styles.ts'
import { estimateLatencyMs, histogramLimits, LatencyHistogram, type LatencyRow } from '../../words/latency-histogram.ts'
import { latencyData, latencyPlot, type PlotData, type PlotDescription, rateData } from './plot-description.ts'
import { type RateFigure, rateFigures, type RateLine } from './rate-figures.ts'
import { RateRecord, sampleEveryMs } from './rate-record.ts'
import { NodeSubscription } from '../../node/node-subscription.ts'
import { ScrollTabStop } from '../../shared/scroll-tab-stop.ts'
import { controls } from '../../style/tokens.ts'

const { leastForMedian, leastForP99 } = histogramLimits

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
 * Shows cost and speed, as plots and in words.
 * 1. Counting goes on while the element is in the page, shown or hidden. Once a second it reads the node's counters,
 *    and for each message of another node, history excepted, it reads the route once. Drawing happens once a second, and only while it is
 *    shown.
 * 2. The plots are loaded when they are first shown; the tables do not wait for them.
 */
@customElement('grapevine-figures')
export class GrapevineFigures extends LitElement {
  static override styles = [controls, figureStyles]

  @property({ attribute: false }) node: GrapevineNode | undefined
  /** Whether a person can see the view. */
  @property({ attribute: false }) isShown = true
  @state() private havePlotsFailed = false

  readonly #subscription = new NodeSubscription(this, (node) => this.#subscribe(node))
  #latencies = new LatencyHistogram()
  #latenciesSince = Date.now()
  #rates = new RateRecord()
  #sampledAt = 0
  #arePlotsAsked = false

  constructor() {
    super()
    this.addController(new ScrollTabStop(this))
  }

  override willUpdate(): void {
    this.#subscription.follow(this.node)
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
      <div class="figures">${this.#latencyFigure()} ${rateFigures.map((figure) => this.#rateFigure(figure))}</div>
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
          message waited for a link, that time is included. A message that came after later ones of its author does not
          count.
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
      // The server is unreachable; the page shows that the plots failed to load.
      this.havePlotsFailed = true
    }
  }

  #subscribe(node: GrapevineNode): (() => void)[] {
    const timer = window.setInterval(() => this.#sample(node), sampleEveryMs)
    const undos = [
      node.on('entry', (entry) => {
        // The time on the path of history contains the time before this node joined.
        if (!entry.isBackfill) this.#measure(node, entry)
      }),
      () => window.clearInterval(timer),
      () => this.#forget(),
    ]
    this.#sample(node)
    return undos
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

  #forget(): void {
    this.#rates = new RateRecord()
    this.#forgetLatencies()
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
