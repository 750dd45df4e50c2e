import { html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { repeat } from 'lit/directives/repeat.js'
import type { WireEnvelope } from '../../../node/api/grapevine.ts'
import { icons } from '../../style/icons.ts'
import { nodeBadge } from '../../style/node-badge.ts'
import type { RowSlots } from '../../shared/row-slots.ts'
import { treeLines } from './wire-tree.ts'
import { summarize, type WireNames } from './wire-words.ts'

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})

/** The number of columns; the row with details spans all of them. */
const wireColumns = 6

export const wireTable = (
  rows: readonly WireEnvelope[],
  openRows: ReadonlySet<number>,
  names: WireNames,
  slots: RowSlots,
): TemplateResult => html`
  <table class="rows" role="table" aria-label="Envelopes" ?hidden=${rows.length === 0}>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col" class="time">Time</th>
        <th role="columnheader" scope="col" class="direction">Direction</th>
        <th role="columnheader" scope="col" class="peer">Neighbour</th>
        <th role="columnheader" scope="col" class="type">Type</th>
        <th role="columnheader" scope="col" class="bytes">Bytes</th>
        <th role="columnheader" scope="col" class="summary">Content</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${repeat(
        rows,
        ({ id }) => slots.of(id),
        (row) => wireRow(row, openRows.has(row.id), names),
      )}
    </tbody>
  </table>
`

const wireRow = (envelope: WireEnvelope, isOpen: boolean, names: WireNames): unknown =>
  // Envelopes do not change, so `guard` renders and decodes only new rows of a busy list.
  guard([envelope, isOpen, names], () => envelopeRow(envelope, isOpen, names))

const envelopeRow = (envelope: WireEnvelope, isOpen: boolean, names: WireNames): TemplateResult => {
  const { id, time, direction, peer, peerId, type, bytes, content } = envelope
  const summary = summarize(envelope, names) || 'fields'
  return html`
    <tr role="row" class=${direction}>
      <td role="cell" class="time">${clock.format(time)}</td>
      <td role="cell" class="direction">
        ${direction === 'in' ? icons.downstream : icons.upstream}<span>${direction}</span>
      </td>
      <td role="cell" class="peer" title=${peerId}>${nodeBadge(peer)} ${peer}</td>
      <td role="cell" class="type">${type}</td>
      <td role="cell" class="bytes">${bytes.toLocaleString('en')}<span class="unit"> B</span></td>
      <td role="cell" class="summary">
        <button type="button" data-row=${id} aria-expanded=${isOpen}><span>${summary}</span></button>
      </td>
    </tr>
    ${
      isOpen
        ? html`<tr role="row" class="details">
            <td role="cell" colspan=${wireColumns}><pre>${treeLines(content).join('\n') || 'no fields'}</pre></td>
          </tr>`
        : nothing
    }
  `
}
