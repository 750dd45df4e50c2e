import { svg, type SVGTemplateResult } from 'lit'
import type { GraphNode } from '../../words/network-graph.ts'
import { badgeText } from '../../style/node-badge.ts'

/** How a node is drawn: by what is known about it or, while a message is traced, by whether it has the message. */
export type NodeLook =
  | 'alone'
  | 'in-sync'
  | 'out-of-sync'
  | 'quiet'
  | 'out-of-reach'
  | 'down'
  | 'awaited'
  | 'reached'
  | 'not-yet'
  | 'unknown'

export const lookOf = ({ presence, isAlone, isInSync }: GraphNode): NodeLook => {
  if (presence !== 'here') return presence
  if (isAlone) return 'alone'
  return isInSync ? 'in-sync' : 'out-of-sync'
}

/** The node itself, centred on the origin. Every look has its own shape; colours only repeat it. */
export const nodeMark = (look: NodeLook, radius: number): SVGTemplateResult => {
  const inner = radius - 1
  switch (look) {
    case 'alone':
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

const fullLooks: ReadonlySet<NodeLook> = new Set(['alone', 'in-sync', 'reached'])

/** Pixels. In a smaller node nobody can read a number. */
const leastNumberedRadius = 9

/** The node's number, only in filled shapes: all other shapes show states and stay empty. */
export const badgeMark = (name: string, look: NodeLook, radius: number): SVGTemplateResult | undefined => {
  if (radius < leastNumberedRadius || !fullLooks.has(look)) return undefined
  const text = badgeText(name)
  const size = radius * (text.length > 2 ? 0.85 : 1.05)
  return svg`<text class="number" y=${(size * 0.35).toFixed(1)} font-size=${size.toFixed(1)}>${text}</text>`
}
