import { css, html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { icons } from './icons.ts'
import { countWords } from './listing.ts'
import { pickHue } from './node-hue.ts'
import type { WireRow } from './wire-record.ts'
import { treeLines } from './wire-tree.ts'
import { summarize, type WireNames } from './wire-words.ts'

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})

/** How many columns there are; details and gaps span them. */
export const wireColumns = 6

export const wireRow = (row: WireRow, isOpen: boolean, names: WireNames): unknown =>
  // Rows do not change: a busy list is worked out for what is new alone.
  guard([row, isOpen], () => (row.kind === 'gap' ? gapRow(row.count) : envelopeRow(row, isOpen, names)))

const gapRow = (count: number | undefined): TemplateResult => html`
  <tr role="row" class="gap">
    <td role="cell" colspan=${wireColumns}>
      ${
        count === undefined
          ? 'Not recorded while this view was out of sight'
          : `${countWords(count, 'envelope', 'envelopes')} passed while paused, not recorded`
      }
    </td>
  </tr>
`

const envelopeRow = (
  { id, envelope }: Extract<WireRow, { kind: 'envelope' }>,
  isOpen: boolean,
  names: WireNames,
): TemplateResult => {
  const { time, direction, peer, peerId, type, bytes, content } = envelope
  const summary = summarize(envelope, names) || 'fields'
  return html`
    <tr role="row" class=${direction}>
      <td role="cell" class="time">${clock.format(time)}</td>
      <td role="cell" class="direction">
        ${direction === 'in' ? icons.downstream : icons.upstream}<span>${direction}</span>
      </td>
      <td role="cell" class="peer ${pickHue(peer)}" title=${peerId}>${peer}</td>
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
  table.rows {
    inline-size: 100%;
    border-collapse: collapse;
    table-layout: fixed;
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  .rows th,
  .rows td {
    overflow: hidden;
    padding: 0 var(--gap-2);
    block-size: 1.75rem;
    text-align: start;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .rows thead th {
    position: sticky;
    z-index: 1;
    inset-block-start: 0;
    background: var(--surface);
    box-shadow: inset 0 -1px var(--line);
    color: var(--muted);
    font-weight: 600;
  }

  .rows th.time {
    inline-size: 7.5rem;
  }

  .rows th.direction {
    inline-size: 3.75rem;
  }

  .rows th.peer {
    inline-size: 7rem;
  }

  .rows th.type {
    inline-size: 7.5rem;
  }

  .rows th.bytes {
    inline-size: 4.5rem;
  }

  .rows .bytes {
    text-align: end;
  }

  .rows tbody tr {
    border-block-end: 1px solid var(--line);
  }

  .rows .time {
    color: var(--muted);
  }

  .rows td.direction svg {
    margin-inline-end: var(--gap-1);
    vertical-align: -0.125em;
  }

  .in td.direction {
    color: var(--good);
  }

  .out td.direction {
    color: var(--accent);
  }

  .rows td.peer {
    color: var(--hue);
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

  .details td {
    padding: 0;
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

  .gap td {
    background: var(--raised);
    color: var(--muted);
    text-align: center;
  }

  /* Two lines a row: what it is, and what it says. The roles keep it a table. */
  @container (inline-size < 40rem) {
    .rows,
    .rows tbody {
      display: block;
    }

    .rows thead {
      position: absolute;
      clip-path: inset(50%);
    }

    .rows tbody tr {
      display: grid;
      grid-template-areas: 'direction peer type bytes time' 'summary summary summary summary summary';
      grid-template-columns: auto minmax(0, max-content) minmax(0, 1fr) auto auto;
      align-items: center;
      padding-block: var(--gap-1);
    }

    .rows tbody tr.details,
    .rows tbody tr.gap {
      display: block;
      padding: 0;
    }

    .rows td {
      padding-inline: var(--gap-1);
      block-size: auto;
    }

    .rows td:first-child,
    .rows td.direction {
      padding-inline-start: var(--gap-2);
    }

    .gap td,
    .details td {
      display: block;
    }

    .rows td.time {
      grid-area: time;
    }

    .rows td.direction {
      grid-area: direction;
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

    .rows td.summary {
      grid-area: summary;
    }

    .unit {
      display: inline;
    }
  }
`
