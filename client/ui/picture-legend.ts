import { css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit'
import type { Graph } from './network-graph.ts'
import { lookOf, type NodeLook, nodeMark } from './picture-marks.ts'

/** A look as a small sign beside words. */
export const lookMark = (look: NodeLook): SVGTemplateResult =>
  svg`<svg class="look node ${look}" viewBox="-9 -9 18 18" aria-hidden="true">${nodeMark(look, 7)}</svg>`

const lineMark = (kind: string, isDirected: boolean): SVGTemplateResult =>
  svg`<svg class="line" viewBox="0 0 30 12" aria-hidden="true"><path class="link ${kind}" d="M2 6H28${isDirected ? 'M21.5 2.4 28 6 21.5 9.6' : ''}" /></svg>`

const meanings: readonly (readonly [NodeLook, string])[] = [
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

/** What the signs mean: all that a healthy network has, and those that this picture has besides. */
export const pictureLegend = ({ nodes, links }: Graph, isTracing: boolean, hasCopies: boolean): TemplateResult => {
  const present = new Set(nodes.map(lookOf))
  const isShown = ([look]: readonly [NodeLook, string]): boolean =>
    look === 'in-sync' || look === 'out-of-sync' || present.has(look)
  const item = (mark: SVGTemplateResult, words: string): TemplateResult => html`<li>${mark}${words}</li>`
  return html`
    <ul role="list" class="legend" aria-label="Legend">
      ${(isTracing ? traceMeanings : meanings.filter(isShown)).map(([look, words]) => item(lookMark(look), words))}
      ${
        isTracing
          ? item(
              svg`<svg class="line" viewBox="0 0 30 12" aria-hidden="true"><path class="way" d="M3 6H27" /></svg>`,
              'the way it took',
            )
          : item(lineMark('up', true), 'points to its upstream')
      }
      ${!isTracing && links.some(({ state }) => state === 'quiet') ? item(lineMark('quiet', true), 'quiet link') : nothing}
      ${hasCopies ? html`<li><b class="plus">+1</b>copies dropped</li>` : nothing}
    </ul>
  `
}

export const legendStyles = css`
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-1) var(--gap-3);
    color: var(--muted);
    font-size: 0.75rem;
  }

  .legend li {
    display: inline-flex;
    align-items: center;
    gap: 0.3rem;
  }

  .legend .node {
    --hue: var(--muted);
  }

  svg.look {
    inline-size: 0.875rem;
    block-size: 0.875rem;
    overflow: visible;
  }

  svg.line {
    inline-size: 1.75rem;
    block-size: 0.75rem;
  }

  .plus {
    color: var(--accent);
    font-weight: 650;
  }
`
