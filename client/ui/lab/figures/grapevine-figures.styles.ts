import { css } from 'lit'

export const figureStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    min-block-size: 0;
    overflow-y: auto;
    padding: var(--gap-3) var(--gap-4) var(--gap-4);
    color: var(--text);
    font: var(--size-body) / 1.4 var(--font);
  }

  .figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    gap: var(--gap-4);
    margin-block-start: var(--gap-3);
  }

  section {
    display: flex;
    flex-direction: column;
    gap: var(--gap-2);
    min-inline-size: 0;
    padding: var(--gap-3) var(--gap-4);
    border: 1px solid var(--line);
    border-radius: var(--round);
  }

  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    min-block-size: 2rem;
  }

  header button {
    min-block-size: 2rem;
    padding-inline: var(--gap-3);
    font-size: var(--size-small);
  }

  .note {
    color: var(--muted);
    font-size: var(--size-small);
    text-wrap: pretty;
  }

  .none {
    display: grid;
    place-content: center;
    min-block-size: 9.75rem;
    padding: var(--gap-3);
    border: 1px dashed var(--line);
    border-radius: var(--round);
    color: var(--muted);
    text-align: center;
    text-wrap: balance;
  }

  /* Reserves the room of the plots before they are loaded. */
  grapevine-plot {
    display: block;
    block-size: 156px;
  }

  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  th,
  td {
    padding: 0.2rem 0;
    border-block-end: 1px solid var(--line);
    font-weight: 400;
    text-align: end;
    white-space: nowrap;
  }

  th + th,
  td + th,
  th ~ td {
    padding-inline-start: var(--gap-2);
  }

  th:first-child {
    text-align: start;
  }

  thead th {
    color: var(--muted);
    font-weight: 600;
  }

  tbody tr:last-child > * {
    border-block-end: 0;
  }

  tbody td {
    font-weight: 600;
  }

  .few {
    color: var(--muted);
    font-weight: 400;
  }

  abbr {
    text-decoration: none;
  }

  .swatch {
    inline-size: 1.25rem;
    block-size: 0.5rem;
    margin-inline-end: var(--gap-2);
    vertical-align: middle;
  }

  .first {
    color: var(--accent);
  }

  .second {
    color: var(--second);
  }

  @container (inline-size < 26rem) {
    section {
      padding-inline: var(--gap-3);
    }

    .swatch {
      inline-size: 1rem;
      margin-inline-end: var(--gap-1);
    }

    thead th {
      white-space: normal;
    }

    th + th,
    td + th,
    th ~ td {
      padding-inline-start: var(--gap-1);
    }
  }
`
