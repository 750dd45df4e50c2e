import { css, html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { repeat } from 'lit/directives/repeat.js'
import type { WireEnvelope } from '../../../node/api/grapevine.ts'
import { icons } from '../../style/icons.ts'
import { nodeBadge } from '../../style/node-badge.ts'
import type { RowSlots } from './row-slots.ts'
import { treeLines } from './wire-tree.ts'
import { summarize, type WireNames } from './wire-words.ts'

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})

/** How many columns there are; details span them. */
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
  // Envelopes do not change: a busy list is worked out, and decoded, for what is new alone.
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

export const wireRowStyles = css`
  /* Rows are grids, not rows of a table's layout, which is worked out anew for all of them with each that comes. */
  .rows:not([hidden]),
  .rows thead,
  .rows tbody {
    display: block;
  }

  .rows {
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  .rows tr {
    display: grid;
    grid-template-columns: 7rem 4.5rem minmax(0, 7rem) 7.5rem 4rem minmax(0, 1fr);
    align-items: center;
  }

  /* A row is laid out and painted when it comes into view. */
  .rows tbody tr {
    content-visibility: auto;
    contain-intrinsic-block-size: 1.75rem;
    border-block-end: 1px solid var(--line);
  }

  .rows th,
  .rows td {
    overflow: hidden;
    padding: 0 var(--gap-2);
    block-size: 1.75rem;
    line-height: 1.75rem;
    text-align: start;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .rows thead {
    position: sticky;
    z-index: 1;
    inset-block-start: 0;
    background: var(--surface);
    box-shadow: inset 0 -1px var(--line);
    color: var(--muted);
  }

  .rows th {
    font-weight: 600;
  }

  .rows .bytes {
    text-align: end;
  }

  .rows .time {
    color: var(--muted);
  }

  .rows td.direction svg {
    margin-inline-end: var(--gap-1);
    vertical-align: -0.125em;
  }

  .in td.direction {
    color: var(--second);
  }

  .out td.direction {
    color: var(--accent);
  }

  .rows td.peer {
    font-weight: 600;
  }

  .rows td.type {
    font-family: var(--mono);
  }

  .unit {
    display: none;
  }

  .rows td.summary {
    padding: 0;
  }

  .summary button {
    justify-content: start;
    gap: var(--gap-1);
    inline-size: 100%;
    min-block-size: 1.75rem;
    padding: 0 var(--gap-2);
    border: 0;
    border-radius: 0.25rem;
    background: none;
    font: inherit;
    text-align: start;
    transition: none;
  }

  .summary button span {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .summary button::before {
    content: '▸' / '';
    flex: none;
    inline-size: 1em;
    color: var(--muted);
  }

  .summary button[aria-expanded='true']::before {
    content: '▾' / '';
  }

  .summary button:focus-visible {
    outline-offset: -2px;
  }

  .rows tr.details {
    display: block;
    content-visibility: visible;
  }

  .rows .details td {
    display: block;
    padding: 0;
    block-size: auto;
    white-space: normal;
  }

  .details pre {
    padding: var(--gap-2) var(--gap-3);
    border-inline-start: 3px solid var(--accent);
    background: var(--raised);
    font-family: var(--mono);
    font-size: 0.75rem;
    line-height: 1.5;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  /* Two lines a row: what it is, and what it says. The roles keep it a table. */
  @container (inline-size < 40rem) {
    .rows thead {
      position: absolute;
      clip-path: inset(50%);
    }

    .rows tbody tr {
      grid-template-areas: 'direction peer type bytes time' 'summary summary summary summary summary';
      grid-template-columns: auto minmax(0, max-content) minmax(0, 1fr) auto auto;
      contain-intrinsic-block-size: 3.25rem;
    }

    .rows td {
      padding-inline: var(--gap-1);
      block-size: 1.5rem;
      line-height: 1.5rem;
    }

    .rows td.direction {
      grid-area: direction;
      padding-inline-start: var(--gap-2);
    }

    .rows td.peer {
      grid-area: peer;
    }

    .rows td.type {
      grid-area: type;
    }

    .rows td.bytes {
      grid-area: bytes;
    }

    .rows td.time {
      grid-area: time;
      padding-inline-end: var(--gap-2);
    }

    .rows td.summary {
      grid-area: summary;
      block-size: 1.75rem;
    }

    .unit {
      display: inline;
    }
  }
`
