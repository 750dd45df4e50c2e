import { html, LitElement, type PropertyValues, type TemplateResult, unsafeCSS } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { createRef, ref } from 'lit/directives/ref.js'
import UPlot from 'uplot'
import uplotStyles from 'uplot/dist/uPlot.min.css?inline'
import type { PlotData, PlotDescription } from './plot-description.ts'
import { heightPx, plotStyles } from './grapevine-plot.styles.ts'

/** The colours for the canvas: a canvas resolves neither custom properties nor `light-dark()`. */
interface Paint {
  readonly first: string
  readonly second: string
  readonly muted: string
  readonly line: string
  readonly font: string
}

/**
 * One plot. It is redrawn when its data, its size or the colour scheme changes; it does not move. It is a picture: the
 * element that contains it gives it a role and a name, and shows the figures in words beside it.
 */
@customElement('grapevine-plot')
export class GrapevinePlot extends LitElement {
  static override styles = [
    // A constructed style sheet: the page's content security policy allows no style elements.
    unsafeCSS(uplotStyles),
    plotStyles,
  ]

  @property({ attribute: false }) description: PlotDescription | undefined
  @property({ attribute: false }) data: PlotData = [[]]

  readonly #box = createRef<HTMLElement>()
  readonly #resize = new ResizeObserver(() => this.#fit())
  readonly #scheme = window.matchMedia('(prefers-color-scheme: dark)')
  #plot: UPlot | undefined
  #paint: Paint | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.#resize.observe(this)
    this.#scheme.addEventListener('change', this.#repaint)
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#resize.disconnect()
    this.#scheme.removeEventListener('change', this.#repaint)
    this.#plot?.destroy()
    this.#plot = undefined
  }

  override render(): TemplateResult {
    return html`
      <div class="box" aria-hidden="true" ${ref(this.#box)}></div>
      <i class="first"></i><i class="second"></i><i class="muted"></i><i class="line"></i>
    `
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('description')) {
      this.#plot?.destroy()
      this.#plot = undefined
    }
    // uPlot keeps a reference to its data, and does not write to it.
    if (this.#plot) this.#plot.setData(this.data as UPlot.AlignedData)
    else this.#draw()
  }

  #draw(): void {
    const box = this.#box.value
    if (!box || !this.description || !this.isConnected) return
    this.#paint = this.#readPaint()
    this.#plot = new UPlot(this.#options(this.description, this.#paint.font), this.data as UPlot.AlignedData, box)
  }

  #options({ series, x, y }: PlotDescription, font: string): UPlot.Options {
    const axis = {
      font,
      stroke: () => this.#paint?.muted ?? '',
      grid: { stroke: () => this.#paint?.line ?? '', width: 1 },
      ticks: { show: false },
    }
    return {
      width: Math.max(1, this.clientWidth),
      height: heightPx,
      padding: [8, 12, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: (_plot, min, max) => x.range(min, max) },
        y: { range: (_plot, min, max) => y.range(min, max) },
      },
      axes: [
        {
          ...axis,
          size: 28,
          ...splits(x.splits),
          values: (plot, values) => {
            // A label of six letters needs some 48 pixels; where there is less room, every second label is left out.
            const step = plot.width / values.length < 56 ? 2 : 1
            return values.map((value, index) => ((values.length - 1 - index) % step === 0 ? x.words(value) : null))
          },
        },
        {
          ...axis,
          size: 60,
          space: 30,
          ...splits(y.splits),
          values: (_plot, values) => values.map((value) => y.words(value)),
        },
      ],
      series: [
        {},
        ...series.map(({ paint, hasPoints }) => {
          const stroke = (): string => this.#paint?.[paint] ?? ''
          return {
            stroke,
            width: 2,
            // The dashes distinguish the line for people who cannot see its colour.
            ...(paint === 'second' && { dash: [5, 4] }),
            points: { show: hasPoints, size: 7, fill: stroke },
          }
        }),
      ],
    }
  }

  readonly #repaint = (): void => {
    this.#paint = this.#readPaint()
    this.#plot?.redraw(false)
  }

  #readPaint(): Paint {
    const of = (name: string): CSSStyleDeclaration => {
      const probe = this.renderRoot.querySelector(`i.${name}`)
      return getComputedStyle(probe ?? this)
    }
    const { fontSize, fontFamily } = of('muted')
    return {
      first: of('first').color,
      second: of('second').color,
      muted: of('muted').color,
      line: of('line').color,
      font: `${fontSize} ${fontFamily}`,
    }
  }

  #fit(): void {
    const width = this.clientWidth
    // A hidden plot has no width; it keeps its last size.
    if (this.#plot && width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: heightPx })
  }
}

const splits = (values: PlotDescription['x']['splits']): Pick<UPlot.Axis, 'splits'> =>
  values ? { splits: (_plot, _axis, min, max) => values(min, max) } : {}

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-plot': GrapevinePlot
  }
}
