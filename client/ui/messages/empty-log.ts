import { html, type TemplateResult } from 'lit'
import type { LinkSnapshot, NodeState } from '../../node/api/grapevine.ts'

/** Why there are no messages. Each reason has its own advice. */
export type EmptyReason = 'starting' | 'not-running' | 'linked' | 'waiting' | 'alone' | 'alone-in-class' | 'no-server'

/** `hadNeighbours`: a neighbour was linked before. `isSeat`: the node has a seat in a class. */
export const pickEmptyReason = (
  state: NodeState | undefined,
  links: readonly LinkSnapshot[],
  hadNeighbours: boolean,
  isSeat: boolean,
): EmptyReason => {
  if (!state || state.status === 'starting') return 'starting'
  if (state.status === 'error') return 'not-running'
  if (links.some((link) => link.state === 'up' || link.state === 'quiet')) return 'linked'
  if (links.length > 0) return 'waiting'
  if (state.status === 'offline') return 'no-server'
  if (hadNeighbours) return 'waiting'
  return isSeat ? 'alone-in-class' : 'alone'
}

export const emptyLog = (reason: EmptyReason): TemplateResult => html`<div class="empty">${contents[reason]}</div>`

const firstSteps = (first: TemplateResult): TemplateResult => html`
  <h3>Three steps to the first message</h3>
  <ol role="list">
    <li>${first}</li>
    <li><strong>Press Ping</strong> in either tab. The message appears in both, with its path.</li>
    <li><strong>Open a third tab.</strong> Then close the tab between the two others, and watch.</li>
  </ol>
`

const contents: Readonly<Record<EmptyReason, TemplateResult>> = {
  starting: html``,
  'not-running': html`<p>No messages. This node is not running.</p>`,
  linked: html`<p>Linked, but no messages yet. Press <b>Ping</b>, or write the first message.</p>`,
  waiting: html`<p>No messages yet. They appear here when a node publishes one.</p>`,
  'no-server': html`<p>No messages yet. What you write is stored, and sent over the first link.</p>`,
  alone: firstSteps(html`<strong>Open a downstream tab.</strong> It is a separate node, and links to this one.`),
  'alone-in-class': firstSteps(
    html`<strong>Open the next seat.</strong> Each tab that opens the class gets the next one.`,
  ),
}
