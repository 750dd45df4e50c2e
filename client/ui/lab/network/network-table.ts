import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { SelectNodeEvent } from '../picture/grapevine-picture.ts'
import { icons } from '../../style/icons.ts'
import { type Graph, type GraphLink, type GraphNode, linksAt, otherEnd } from '../../words/network-graph.ts'
import { presenceWords, showAgo, showMs } from '../../words/network-words.ts'
import { nodeBadge } from '../../style/node-badge.ts'
import { lookMark } from '../picture/picture-legend.ts'
import { lookOf } from '../picture/node-mark.ts'

/** The content of the picture in words and figures: for keyboards, for screen readers, and for exact values. */
export const networkTable = (graph: Graph, selected: string | undefined): TemplateResult => {
  const labels = new Map(graph.nodes.map(({ id, label }) => [id, label]))
  return html`
    <table>
      <caption class="unseen">
        Nodes of the network
      </caption>
      <thead>
        <tr>
          <th scope="col">Node</th>
          <th scope="col">State</th>
          <th scope="col">Links</th>
          <th scope="col" class="figure">Entries</th>
          <th scope="col" class="figure">Heard</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          graph.nodes,
          ({ id }) => id,
          (node) => row(node, inOrder(linksAt(graph, node.id), node.id, labels), labels, node.id === selected),
        )}
      </tbody>
    </table>
  `
}

/** Sorts node2 before node10. */
const byName = new Intl.Collator('en', { numeric: true })

/** Sorts upstreams first, then by name. */
const inOrder = (
  links: readonly GraphLink[],
  id: string,
  labels: ReadonlyMap<string, string>,
): readonly GraphLink[] => {
  const label = (link: GraphLink): string => labels.get(otherEnd(link, id)) ?? ''
  return [...links].sort(
    (a, b) => Number(isUpstream(b, id)) - Number(isUpstream(a, id)) || byName.compare(label(a), label(b)),
  )
}

const isUpstream = (link: GraphLink, id: string): boolean => link.isMutual || link.from === id

const row = (
  node: GraphNode,
  links: readonly GraphLink[],
  labels: ReadonlyMap<string, string>,
  isSelected: boolean,
): TemplateResult => {
  const { id, label, name, called, presence, isSelf, entries, heardAgoMs } = node
  const isKnown = presence !== 'awaited'
  return html`
    <tr class=${isSelected ? 'selected' : ''} data-node=${name}>
      <th scope="row">
        <button
          type="button"
          class="pick"
          aria-pressed=${isSelected}
          @click=${(event: Event) => event.target?.dispatchEvent(new SelectNodeEvent(isSelected ? undefined : id))}
        >
          ${nodeBadge(name)}<span
            >${label}${isSelf ? ' (you)' : ''}${called ? html` <span class="called" dir="auto">${called}</span>` : nothing}</span
          >
        </button>
      </th>
      <td class="state">${lookMark(lookOf(node))} ${stateWords(node)}</td>
      <td>
        ${
          links.length === 0
            ? 'none'
            : html`<ul role="list">
                ${links.map((link) => html`<li>${linkItem(link, id, labels)}</li>`)}
              </ul>`
        }
      </td>
      <td class="figure">${isKnown ? entries.toLocaleString('en') : ''}</td>
      <td class="figure">${!isKnown ? '' : isSelf ? 'here' : showAgo(heardAgoMs)}</td>
    </tr>
  `
}

const stateWords = (node: GraphNode): TemplateResult => {
  const word = presenceWords[node.presence]
  const sync = node.isAlone ? 'Alone' : node.isInSync ? 'In sync' : 'Out of sync'
  return html`${node.presence === 'here' ? sync : word}${
    node.presence === 'here' && !node.isOnline ? html`<span class="aside">not registered</span>` : nothing
  }`
}

const linkItem = (link: GraphLink, id: string, labels: ReadonlyMap<string, string>): TemplateResult => {
  const direction = isUpstream(link, id) ? 'upstream' : 'downstream'
  const facts = [
    ...(link.state === 'quiet' ? ['quiet'] : []),
    ...(link.state === 'awaited' ? ['waiting'] : []),
    ...(link.rttMs === undefined ? [] : [showMs(link.rttMs)]),
  ]
  return html`<span class="direction"
      >${link.isMutual ? html`${icons.upstream}${icons.downstream}` : icons[direction]}<span class="unseen"
        >${link.isMutual ? 'each dials the other:' : `${direction}:`}</span
      ></span
    >
    ${labels.get(otherEnd(link, id)) ?? ''}${facts.length > 0 ? html` <span class="aside">${facts.join(', ')}</span>` : nothing}`
}

/**
 * Finds the button that gets the focus when the row of the focused button disappears: the button of the same name if
 * there is one (a node that left is then awaited, in another row), else the next button, else the previous one.
 */
export const pickNextFocus = (root: ParentNode, focused: Element): (() => HTMLElement | undefined) => {
  const picks = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>('tr .pick')]
  const nameOf = (pick: Element): string | undefined => pick.closest('tr')?.dataset['node']
  const [before, name] = [picks(), nameOf(focused)]
  const at = before.findIndex((pick) => pick === focused)
  const neighbours = [...before.slice(at + 1), ...before.slice(0, Math.max(0, at)).reverse()]
  return () => {
    const after = picks()
    return after.find((pick) => nameOf(pick) === name) ?? neighbours.find((pick) => after.includes(pick)) ?? after[0]
  }
}
