import { css, svg, type SVGTemplateResult } from 'lit'
import type { Point } from './graph-layout.ts'
import type { GraphNode } from './network-graph.ts'
import { badgeText } from './node-badge.ts'
import { linkTextWidth, type NamePlace } from './picture-scene.ts'

/** How a node is drawn: by what is known of it, or, while a message is traced, by whether it has that. */
export type NodeLook =
  | 'in-sync'
  | 'out-of-sync'
  | 'quiet'
  | 'out-of-reach'
  | 'down'
  | 'awaited'
  | 'reached'
  | 'not-yet'
  | 'unknown'

export const lookOf = ({ presence, isInSync }: GraphNode): NodeLook =>
  presence === 'here' ? (isInSync ? 'in-sync' : 'out-of-sync') : presence

/** The node itself, about its own origin. Every look has a shape of its own: colours only repeat it. */
export const nodeMark = (look: NodeLook, radius: number): SVGTemplateResult => {
  const inner = radius - 1
  switch (look) {
    case 'in-sync':
    case 'reached':
      return svg`<circle class="solid" r=${radius} />`
    case 'out-of-sync':
      return svg`<circle class="hollow" r=${inner} /><path class="solid" d="M0 ${-inner}a${inner} ${inner} 0 0 1 0 ${2 * inner}z" />`
    case 'quiet':
      return svg`<circle class="hollow dashed" r=${inner} /><circle class="solid" r=${radius * 0.38} />`
    case 'out-of-reach':
      return svg`<circle class="hollow" r=${inner} /><path class="stroke" d="M${-radius * 0.5} 0H${radius * 0.5}" />`
    case 'down': {
      const arm = radius * 0.42
      return svg`<circle class="hollow" r=${inner} /><path class="stroke" d="M${-arm} ${-arm}L${arm} ${arm}M${arm} ${-arm}L${-arm} ${arm}" />`
    }
    case 'awaited':
      return svg`<circle class="hollow dotted" r=${inner} />`
    case 'not-yet':
      return svg`<circle class="hollow" r=${inner} />`
    case 'unknown':
      return svg`<circle class="hollow dashed" r=${inner} /><text class="query" y=${radius * 0.42} font-size=${radius * 1.2}>?</text>`
  }
}

/** Its number, in a node that is drawn full and has room for it: the other shapes are states, and stay clear. */
export const numberMark = (name: string, radius: number): SVGTemplateResult =>
  svg`<text class="number" y=${radius * 0.36} font-size=${radius * 1.05}>${badgeText(name)}</text>`

export const nameMark = ({ text, x, y, anchor }: NamePlace, fontSize: number): SVGTemplateResult =>
  svg`<text class="name" x=${x} y=${y} text-anchor=${anchor} font-size=${fontSize}>${text}</text>`

const arrowLength = 7
const arrowHalf = 3.6

/** A line between two nodes with a head at the upstream's end, at both where each names the other. */
export const linkPath = (from: Point, to: Point, radius: number, isMutual: boolean): string => {
  const run = Math.hypot(to.x - from.x, to.y - from.y)
  const gap = radius + 3
  if (run <= 2 * gap + 2) return ''
  const [ux, uy] = [(to.x - from.x) / run, (to.y - from.y) / run]
  const start = { x: from.x + ux * gap, y: from.y + uy * gap }
  const end = { x: to.x - ux * gap, y: to.y - uy * gap }
  return `M${at(start)}L${at(end)}${head(end, ux, uy)}${isMutual ? head(start, -ux, -uy) : ''}`
}

const at = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`

const head = (tip: Point, ux: number, uy: number): string => {
  const back = { x: tip.x - ux * arrowLength, y: tip.y - uy * arrowLength }
  const left = { x: back.x - uy * arrowHalf, y: back.y + ux * arrowHalf }
  const right = { x: back.x + uy * arrowHalf, y: back.y - ux * arrowHalf }
  return `M${at(left)}L${at(tip)}L${at(right)}`
}

/** What is written at the middle of a link, on a ground of its own that the line goes under. */
export const linkText = (text: string, from: Point, to: Point, kind = ''): SVGTemplateResult => {
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2]
  const width = linkTextWidth(text)
  return svg`<g class="fact ${kind}" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})"><rect x=${-width / 2} y="-8" width=${width} height="16" rx="8" /><text y="4">${text}</text></g>`
}

/** A bare line, for what has no direction of dialling. */
export const segment = (from: Point, to: Point): string => `M${at(from)}L${at(to)}`

export const markStyles = css`
  .solid {
    fill: var(--tone);
  }

  .hollow {
    fill: var(--paper);
    stroke: var(--tone);
    stroke-width: 2;
  }

  .stroke {
    fill: none;
    stroke: var(--tone);
    stroke-width: 2;
    stroke-linecap: round;
  }

  .dashed {
    stroke-dasharray: 4 3;
  }

  .dotted {
    stroke-dasharray: 0.1 4;
    stroke-linecap: round;
  }

  .query {
    fill: var(--text);
    font-weight: 700;
    text-anchor: middle;
  }

  .number {
    fill: var(--paper);
    font-weight: 700;
    font-variant-numeric: tabular-nums;
    text-anchor: middle;
  }

  .node {
    --tone: var(--hue);
  }

  .node.quiet,
  .node.out-of-reach,
  .node.awaited,
  .node.unknown {
    --tone: var(--muted);
  }

  .node.down {
    --tone: var(--bad);
  }

  .link {
    fill: none;
    stroke: var(--edge);
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .link.quiet {
    stroke: var(--warn);
    stroke-dasharray: 5 4;
  }

  .link.awaited {
    stroke-dasharray: 2 4;
    stroke-linecap: butt;
  }

  .link.own,
  .link.chosen {
    stroke: var(--accent);
    stroke-width: 2;
  }

  .link.own.quiet {
    stroke: var(--warn);
  }

  .link.chosen {
    stroke-width: 3;
  }

  .way {
    fill: none;
    stroke: var(--accent);
    stroke-width: 4;
    stroke-linecap: round;
  }

  .way.later {
    stroke-width: 1.5;
    stroke-dasharray: 2 5;
  }

  .halo {
    fill: none;
    stroke: var(--accent);
    stroke-width: 2;
  }

  .self {
    fill: none;
    stroke: var(--text);
    stroke-width: 1.75;
  }

  .token {
    fill: var(--accent);
    stroke: var(--paper);
    stroke-width: 2;
  }

  text {
    font-family: var(--font);
  }

  .name,
  .copies {
    fill: var(--text);
    stroke: var(--paper);
    stroke-width: 3.5;
    stroke-linejoin: round;
    paint-order: stroke;
  }

  .node.you .name {
    font-weight: 700;
  }

  .fact rect {
    fill: var(--paper);
  }

  .fact text {
    fill: var(--muted);
    font-size: 11px;
    font-variant-numeric: tabular-nums;
    text-anchor: middle;
  }

  .estimate text,
  .copies {
    fill: var(--accent);
    font-weight: 650;
  }

  .estimate rect {
    stroke: var(--accent);
  }

  .copies {
    font-size: 11px;
  }
`
