import { css } from 'lit'

export const wireRowStyles = css`
  /* Each row is a grid. In a table layout every new row would make the browser lay out all rows again. */
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

  /* The browser lays out and paints a row only when it comes into view. */
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

  /* Each row has two lines: its facts, and its summary. The ARIA roles keep it a table. */
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
