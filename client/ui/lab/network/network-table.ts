import { css, html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { SelectNodeEvent } from '../picture/grapevine-picture.ts'
import { icons } from '../../style/icons.ts'
import { type Graph, type GraphLink, type GraphNode, linksAt, otherEnd } from '../../words/network-graph.ts'
import { presenceWord, showAgo, showMs } from '../../words/network-words.ts'
import { nodeBadge } from '../../style/node-badge.ts'
import { lookMark } from '../picture/picture-legend.ts'
import { lookOf } from '../picture/node-mark.ts'

/** What the picture shows, in words and figures: for a keyboard, a screen reader, and whoever wants it exactly. */
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

/** node2 before node10. */
const byName = new Intl.Collator('en', { numeric: true })

/** Upstreams first, then by name. */
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
  const word = presenceWord(node)
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
 * The button that comes in the place of one whose row goes: that of the same name where there is one (a node that left is
 * waited for from then on, in another row), else the next, else the one before.
 */
export const pickHeir = (root: ParentNode, focused: Element): (() => HTMLElement | undefined) => {
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

export const tableStyles = css`
  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
    line-height: 1.4;
  }

  th,
  td {
    padding: var(--gap-1) var(--gap-2);
    text-align: start;
    vertical-align: top;
  }

  td {
    padding-block: calc(var(--gap-1) + 0.15rem);
  }

  th:first-child {
    padding-inline-start: 0;
  }

  th:last-child,
  td:last-child {
    padding-inline-end: 0;
  }

  /* Names and states keep to a line where they can; the links take what is left. */
  thead th:nth-child(1) {
    inline-size: 8.5rem;
    min-inline-size: 8.5rem;
  }

  thead th:nth-child(2) {
    inline-size: 6rem;
    min-inline-size: 5rem;
  }

  thead th {
    color: var(--muted);
    font-weight: 600;
  }

  tbody tr {
    border-block-start: 1px solid var(--line);
  }

  tbody th {
    font-weight: 600;
  }

  .figure {
    text-align: end;
    white-space: nowrap;
  }

  .called {
    color: var(--muted);
    font-weight: 500;
  }

  .selected {
    background: var(--accent-soft);
  }

  .state {
    white-space: nowrap;
  }

  .state .look {
    --hue: var(--good);
    vertical-align: -0.125em;
  }

  .state .look.alone {
    --hue: var(--muted);
  }

  .state .look.out-of-sync,
  .state .look.quiet {
    --hue: var(--warn);
    --tone: var(--warn);
  }

  .pick {
    min-inline-size: 5rem;
    justify-content: flex-start;
    gap: var(--gap-2);
    min-block-size: 1.5rem;
    padding: 0 var(--gap-2) 0 var(--gap-1);
    border-color: transparent;
    background: none;
    font-size: var(--size-small);
    text-align: start;
    overflow-wrap: anywhere;
  }

  td ul {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-3);
  }

  /* Wide enough for an ordinary name and its round trip; a longer name breaks anywhere. */
  td li {
    min-inline-size: 6rem;
    overflow-wrap: anywhere;
  }

  @container (max-width: 26rem) {
    th,
    td {
      padding-inline: var(--gap-1);
    }

    thead th:nth-child(1) {
      inline-size: 7rem;
      min-inline-size: 6.5rem;
    }

    thead th:nth-child(2) {
      inline-size: 4.5rem;
      min-inline-size: 4.5rem;
    }

    .pick {
      min-inline-size: 0;
      gap: var(--gap-1);
      padding-inline: 0.1rem;
    }

    td li {
      min-inline-size: 5rem;
    }
  }

  .direction {
    color: var(--muted);
    font-size: 0.75rem;
  }

  .aside {
    color: var(--muted);
    white-space: nowrap;
  }

  td > .aside {
    display: block;
  }

  /* No room for when a node was heard; that it is quiet or down, its state says. */
  @media (max-width: 30rem) {
    th:last-child,
    td:last-child {
      display: none;
    }
  }
`
