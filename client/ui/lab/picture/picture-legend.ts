import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit'
import { arrowMark, haloMark, numberDisc } from './hop-mark.ts'
import { linkMark } from './link-mark.ts'
import type { Graph } from '../../words/network-graph.ts'
import { lookOf, type NodeLook, nodeMark } from './node-mark.ts'

/** The look of a node as a small symbol beside text. */
export const lookMark = (look: NodeLook): SVGTemplateResult =>
  svg`<svg class="look node ${look}" viewBox="-9 -9 18 18" aria-hidden="true">${nodeMark(look, 7)}</svg>`

const sign = (content: unknown, width = 30): SVGTemplateResult =>
  svg`<svg class="sign ${width > 30 ? 'wide' : ''}" viewBox="0 0 ${width} 20" aria-hidden="true">${content}</svg>`

const linkSign = (kind: string, dialled: 'none' | 'from'): SVGTemplateResult =>
  sign(linkMark({ from: { x: -3, y: 10 }, to: { x: 33, y: 10 }, radius: 1, kind, dialled }))

const senderSign = svg`<svg class="look node reached" viewBox="-9 -9 18 18" aria-hidden="true">${nodeMark('reached', 4)}${haloMark(6, true)}</svg>`

const meanings: readonly (readonly [NodeLook, string])[] = [
  ['alone', 'alone'],
  ['in-sync', 'in sync'],
  ['out-of-sync', 'out of sync'],
  ['quiet', 'quiet'],
  ['out-of-reach', 'out of reach'],
  ['down', 'down'],
  ['awaited', 'not there'],
]

const traceMeanings: readonly (readonly [NodeLook, string])[] = [
  ['reached', 'has it'],
  ['not-yet', 'not yet'],
  ['unknown', 'unknown'],
]

const item = (mark: SVGTemplateResult, words: string): TemplateResult => html`<li>${mark}${words}</li>`

/** Explains the symbols: all that a healthy network uses, and the other symbols that this picture contains. */
export const pictureLegend = (graph: Graph, isTracing: boolean, hasCopies: boolean): TemplateResult => html`
  <ul role="list" class="legend" aria-label="Legend">
    ${isTracing ? traceItems(hasCopies) : calmItems(graph)}
  </ul>
`

const calmItems = ({ nodes, links }: Graph): readonly unknown[] => {
  const present = new Set(nodes.map(lookOf))
  const isShown = ([look]: readonly [NodeLook, string]): boolean =>
    present.has(look) || (!present.has('alone') && (look === 'in-sync' || look === 'out-of-sync'))
  return [
    ...meanings.filter(isShown).map(([look, words]) => item(lookMark(look), words)),
    links.length > 0 ? item(linkSign('up', 'from'), 'dialled from the end with the dot') : nothing,
    links.some(({ state }) => state === 'quiet') ? item(linkSign('quiet', 'none'), 'quiet link') : nothing,
  ]
}

const traceItems = (hasCopies: boolean): readonly unknown[] => [
  item(senderSign, 'sender'),
  ...traceMeanings.map(([look, words]) => item(lookMark(look), words)),
  item(
    sign(
      [
        arrowMark({ x: 2, y: 10 }, { x: 45, y: 10 }),
        svg`<g transform="translate(17 10) scale(0.9)">${numberDisc(1)}</g>`,
      ],
      47,
    ),
    'hops, in order of arrival',
  ),
  html`<li><b class="plus">≈ 9 ms</b>since sending, estimated</li>`,
  hasCopies ? html`<li><b class="plus">+1</b>copies dropped</li>` : nothing,
]
