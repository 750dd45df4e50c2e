import { html, LitElement, nothing, type PropertyValues, svg, type SVGTemplateResult, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import { repeat } from 'lit/directives/repeat.js'
import { GraphLayout } from '../graph/graph-layout.ts'
import { between, haloMark, hopMark, hopNumber, hopNumberWidth, tokenMark } from './hop-mark.ts'
import { linkMark, linkText, linkTextWidth } from './link-mark.ts'
import { markStyles } from './marks.styles.ts'
import { nameMark } from './name-mark.ts'
import { emptyGraph, type Graph, type GraphLink, type GraphNode, linksAt, otherEnd } from '../../words/network-graph.ts'
import { describeGraph, presenceWords, showMs } from '../../words/network-words.ts'
import { hues, pickHue } from '../../style/node-hue.ts'
import { badgeMark, lookOf, nodeMark, type NodeLook } from './node-mark.ts'
import { createScene, pickTransposed, type Scene, type SceneLink, type Size } from './picture-scene.ts'
import { pictureStyles } from './grapevine-picture.styles.ts'
import { controls } from '../../style/tokens.ts'
import type { Trace, TraceStop } from '../trace/trace.ts'
import type { Positions } from '../graph/positions.ts'
import { prefersReducedMotion } from '../../shared/frame-scheduler.ts'

/** A person selects a node, or deselects it: then `id` is undefined. */
export class SelectNodeEvent extends Event {
  readonly id: string | undefined

  constructor(id: string | undefined) {
    super('select-node', { bubbles: true })
    this.id = id
  }
}

/** Milliseconds for which nodes move to new positions. */
const moveMs = 450
/** Up to this many links all show their round trip; of more links only those of the selected node show it. */
const fewLinks = 14

/** Pixels of the ring around a node that a traced message has reached. */
const haloWidth = 5

/** The id of a hop among the links of the scene, which reserves room for the number at the middle of the line. */
const hopId = (index: number): string => `hop ${index}`

/**
 * Draws the network as nodes and links. Without a trace a dot marks each end of a link that dialled; while a message is
 * traced, arrows and numbers show only its hops.
 * 1. It requests frames only while nodes move to new positions. A picture that stands still costs nothing.
 * 2. Positions and names are computed when nodes, links, selection or box change, not per frame.
 */
@customElement('grapevine-picture')
export class GrapevinePicture extends LitElement {
  static override styles = [controls, hues, markStyles, pictureStyles]

  @property({ attribute: false }) graph: Graph = emptyGraph
  @property({ attribute: false }) selected: string | undefined
  /** For each node that has published, a count: each time it grows, a ring spreads from the node. */
  @property({ attribute: false }) ripples: ReadonlyMap<string, number> = new Map()
  @property({ attribute: false }) trace: Trace | undefined
  /** The playback position of the trace, in its milliseconds. */
  @property({ attribute: false }) position = 0

  readonly #layout = new GraphLayout()
  readonly #resize = new ResizeObserver(([entry]) => this.#fit(entry?.contentRect))
  #size: Size | undefined
  #isTransposed: boolean | undefined
  #scene: Scene | undefined
  /** All inputs of the scene except positions: an equal key needs no new scene. */
  #sceneKey = ''
  #stops: ReadonlyMap<string, TraceStop> = new Map()
  /** The positions from which nodes move to those of the scene, and the time when they started. */
  #move: { readonly from: Positions; readonly since: number } | undefined
  #frame: number | undefined

  /** The current drawing; undefined before the first one. */
  get drawn(): SVGSVGElement | undefined {
    return this.renderRoot.querySelector<SVGSVGElement>('svg') ?? undefined
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#resize.observe(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#resize.disconnect()
    this.#endMove()
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace')) {
      this.#stops = new Map(this.trace?.stops.map((stop) => [stop.id, stop]))
    }
    const hasMoved = changed.has('graph') && this.#layout.update(this.graph)
    const isOther = changed.has('selected') || changed.has('graph') || changed.has('trace')
    if (this.#size && (isOther || !this.#scene)) this.#compose(hasMoved)
  }

  override render(): TemplateResult {
    const scene = this.#scene
    if (!scene) return html`${nothing}`
    const { size, radius } = scene
    const at = this.#places(scene)
    const { links, nodes } = this.graph
    const self = nodes.find(({ isSelf }) => isSelf)?.id ?? ''
    // prettier-ignore
    return html`
      <svg
        role="img"
        aria-label=${describeGraph(this.graph)}
        viewBox="0 0 ${size.width} ${size.height}"
        @click=${() => this.dispatchEvent(new SelectNodeEvent(undefined))}
      >
        ${repeat(links, ({ id }) => id, (link) => this.#link(link, at, radius, self))}
        ${this.trace ? this.#hops(this.trace, at, scene) : links.map((link) => this.#linkText(link, at, scene))}
        ${repeat(nodes, ({ id }) => id, (node) => this.#node(node, at, scene))}
        ${this.trace ? this.trace.hops.map((hop) => tokenMark(hop, at, this.position)) : nothing}
      </svg>
    `
  }

  #link(link: GraphLink, at: Positions, radius: number, self: string): SVGTemplateResult | typeof nothing {
    const [from, to] = [at.get(link.from), at.get(link.to)]
    if (!from || !to) return nothing
    const isAt = (id: string | undefined): boolean => link.from === id || link.to === id
    const kind = this.trace ? '' : isAt(this.selected) ? 'chosen' : isAt(self) ? 'own' : ''
    const dialled = this.trace || link.state === 'awaited' ? 'none' : link.isMutual ? 'both' : 'from'
    return linkMark({ from, to, radius, kind: `${link.state} ${kind}`, dialled })
  }

  #hops({ hops }: Trace, at: Positions, { radius, linkTexts }: Scene): unknown {
    return [
      hops.map((hop) => hopMark(hop, at, radius, this.position)),
      hops.map((hop, index) =>
        linkTexts.has(hopId(index)) ? hopNumber(hop, index, at, radius, this.position) : nothing,
      ),
    ]
  }

  #linkText(link: GraphLink, at: Positions, scene: Scene): SVGTemplateResult | typeof nothing {
    const [from, to] = [at.get(link.from), at.get(link.to)]
    const text = this.#textOf(link)
    if (!from || !to || text === undefined || !scene.linkTexts.has(link.id)) return nothing
    return linkText(text, from, to)
  }

  /** The round trip of a link; absent while a message is traced, since hops then take its place. */
  #textOf(link: GraphLink): string | undefined {
    const { trace, selected } = this
    if (trace) return undefined
    const isShown = this.graph.links.length <= fewLinks || link.from === selected || link.to === selected
    return isShown && link.rttMs !== undefined ? showMs(link.rttMs) : undefined
  }

  #node(node: GraphNode, at: Positions, { radius, fontSize, names }: Scene): SVGTemplateResult | typeof nothing {
    const place = at.get(node.id)
    if (!place) return nothing
    const look = this.#look(node)
    const isReached = look === 'reached'
    const ring = radius + (node.isSelf ? 7 : 4)
    const name = names.get(node.id)
    const copies = this.#copiesAt(node.id)
    const isSelected = node.id === this.selected
    const pick = (event: Event): void => {
      event.stopPropagation()
      this.dispatchEvent(new SelectNodeEvent(isSelected ? undefined : node.id))
    }
    return svg`<g
      class="node ${pickHue(node.name)} ${look} ${node.isSelf ? 'you' : ''} ${isSelected ? 'selected' : ''}"
      transform="translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})"
      @click=${pick}
    >
      <title>${node.label}: ${node.called ? `${node.called}, ` : ''}${presenceWords[node.presence].toLowerCase()}</title>
      <circle class="aim" r=${Math.max(14, radius + 7)} />
      ${this.trace ? nothing : rippleMark(this.ripples.get(node.id), radius)}
      ${nodeMark(look, radius)}
      ${badgeMark(node.name, look, radius) ?? nothing}
      ${node.isSelf ? svg`<circle class="self" r=${radius + 3.5} />` : nothing}
      ${isReached ? haloMark(ring, node.id === this.trace?.author) : nothing}
      ${name ? nameMark(name, fontSize, isReached) : nothing}
      ${copies > 0 ? svg`<text class="copies" x=${radius + 3} y=${-radius - 1}>+${copies}</text>` : nothing}
    </g>`
  }

  #look(node: GraphNode): NodeLook {
    const { trace, position } = this
    if (!trace || node.presence === 'awaited') return lookOf(node)
    const stop = this.#stops.get(node.id)
    if (!stop) return position >= trace.duration ? 'unknown' : 'not-yet'
    const hop = stop.hop === undefined ? undefined : trace.hops[stop.hop]
    return position >= (hop?.end ?? 0) ? 'reached' : 'not-yet'
  }

  #copiesAt(id: string): number {
    const { trace, position } = this
    const stop = this.#stops.get(id)
    const hop = stop?.hop === undefined ? undefined : trace?.hops[stop.hop]
    if (!stop || position < (hop?.end ?? 0)) return 0
    return stop.copies.reduce((sum, { count }) => sum + count, 0)
  }

  #fit(rect: DOMRectReadOnly | undefined): void {
    if (!rect || rect.width < 1 || rect.height < 1) return
    const [width, height] = [Math.round(rect.width), Math.round(rect.height)]
    if (this.#size?.width === width && this.#size.height === height) return
    this.#size = { width, height }
    this.#isTransposed = undefined
    this.#endMove()
    this.#scene = undefined
    this.requestUpdate()
  }

  #compose(hasMoved: boolean): void {
    const { graph, selected } = this
    if (!this.#size) return
    const before = this.#scene && this.#places(this.#scene)
    const { positions } = this.#layout
    if (hasMoved || this.#isTransposed === undefined) {
      this.#isTransposed = pickTransposed(positions, this.#size, this.#isTransposed)
    }
    const links = [...graph.links.map((link) => this.#sceneLink(link)), ...this.#sceneHops()]
    const notes = this.#notes()
    const nodeKeys = graph.nodes.map(({ id, label, called }) => `${id} ${label} ${called ?? ''} ${notes.get(id) ?? ''}`)
    const linkKeys = links.map(({ id, from, to, textWidth }) => `${id} ${from} ${to} ${textWidth ?? ''}`)
    const key = [this.#size.width, this.#size.height, selected, ...nodeKeys, ...linkKeys].join('\n')
    if (this.#scene && !hasMoved && key === this.#sceneKey) return
    this.#sceneKey = key
    const near = selected === undefined ? [] : linksAt(graph, selected).map((link) => otherEnd(link, selected))
    this.#scene = createScene({
      nodes: graph.nodes,
      links,
      positions,
      size: this.#size,
      isTransposed: this.#isTransposed,
      first: new Set(selected === undefined ? [] : [selected, ...near]),
      notes,
      ringWidth: this.trace ? haloWidth : 0,
    })
    if (hasMoved && before && before.size > 0 && !prefersReducedMotion()) this.#startMove(before)
  }

  #sceneLink(link: GraphLink): SceneLink {
    const { id, from, to } = link
    const text = this.#textOf(link)
    return { id, from, to, ...(text !== undefined && { textWidth: linkTextWidth(text) }) }
  }

  #sceneHops(): readonly SceneLink[] {
    return (this.trace?.hops ?? []).map(({ from, to }, index) => ({
      id: hopId(index),
      from,
      to,
      textWidth: hopNumberWidth,
    }))
  }

  /** The note below each node that the message reached: the time since the message was sent. */
  #notes(): ReadonlyMap<string, string> {
    const { trace } = this
    return new Map(trace?.stops.map(({ id, afterMs }) => [id, id === trace.author ? 'sender' : `≈ ${showMs(afterMs)}`]))
  }

  /** The current positions of nodes, also while they move. */
  #places({ centres }: Scene): Positions {
    const move = this.#move
    if (!move) return centres
    const part = ease(Math.min(1, (performance.now() - move.since) / moveMs))
    return new Map([...centres].map(([id, to]) => [id, between(move.from.get(id) ?? to, to, part)]))
  }

  #startMove(from: Positions): void {
    this.#move = { from, since: performance.now() }
    const go = (): void => {
      this.#frame = undefined
      if (this.#move && performance.now() - this.#move.since >= moveMs) this.#move = undefined
      else this.#frame = requestAnimationFrame(go)
      this.requestUpdate()
    }
    this.#frame ??= requestAnimationFrame(go)
  }

  #endMove(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
    this.#move = undefined
  }
}

const rippleMark = (count: number | undefined, radius: number): unknown =>
  count === undefined ? nothing : keyed(count, svg`<circle class="ripple" r=${radius} />`)

const ease = (part: number): number => 1 - (1 - part) ** 3

declare global {
  interface HTMLElementTagNameMap {
    'grapevine-picture': GrapevinePicture
  }
  interface HTMLElementEventMap {
    'select-node': SelectNodeEvent
  }
}
