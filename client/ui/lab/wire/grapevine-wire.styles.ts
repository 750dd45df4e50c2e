import { css } from 'lit'

/** The styles of the wire view except its rows: the controls, the totals at the side, and the explanations. */
export const wireStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    min-block-size: 0;
    overflow: hidden;
    color: var(--text);
    font: var(--size-body) / 1.4 var(--font);
  }

  .view {
    display: grid;
    grid-template: 'header header' auto 'rows side' minmax(0, 1fr) / minmax(0, 1fr) 17rem;
    block-size: 100%;
  }

  header {
    display: flex;
    grid-area: header;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2) var(--gap-3);
    padding: var(--gap-3) var(--gap-4);
    border-block-end: 1px solid var(--line);
  }

  header p {
    color: var(--muted);
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
    margin-inline-start: auto;
  }

  header grapevine-save {
    order: 1;
  }

  .controls label {
    display: flex;
    min-inline-size: 0;
    align-items: center;
    gap: var(--gap-2);
    color: var(--muted);
    font-size: var(--size-small);
  }

  select {
    min-block-size: 2rem;
    max-inline-size: 11rem;
    padding: 0 var(--gap-2);
    font: var(--size-small) / 1.2 var(--font);
  }

  .controls button {
    min-block-size: 2rem;
    padding-inline: var(--gap-3);
    font-size: var(--size-small);
  }

  .list {
    position: relative;
    display: grid;
    grid-area: rows;
    min-block-size: 0;
  }

  .scroller {
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    /* ScrollPosition keeps the scroll position, so the browser must not. */
    overflow-anchor: none;
  }

  .scroller:focus-visible {
    outline-offset: -2px;
  }

  .scroller > .earlier {
    display: block;
    margin: var(--gap-2) auto;
    min-block-size: 2rem;
    font-size: var(--size-small);
  }

  .none {
    padding: var(--gap-6) var(--gap-4);
    color: var(--muted);
    text-align: center;
    text-wrap: balance;
  }

  .latest {
    position: absolute;
    inset-block-end: var(--gap-3);
    inset-inline: 0;
    inline-size: fit-content;
    margin-inline: auto;
    border-radius: 2rem;
    box-shadow: 0 0.25rem 1rem light-dark(oklch(0.3 0.05 310 / 0.25), oklch(0 0 0 / 0.6));
    font-size: var(--size-small);
  }

  .side {
    grid-area: side;
    min-block-size: 0;
    overflow-y: auto;
    padding: var(--gap-3) var(--gap-4);
    border-inline-start: 1px solid var(--line);
    font-size: var(--size-small);
  }

  .totals {
    inline-size: 100%;
    margin-block: var(--gap-2) var(--gap-3);
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }

  .totals th,
  .totals td {
    padding: 0;
    block-size: 1.75rem;
    border-block-end: 1px solid var(--line);
    font-weight: 400;
    text-align: end;
  }

  .totals th:first-child {
    text-align: start;
  }

  .totals thead th,
  .totals thead td {
    padding-block: var(--gap-1);
    color: var(--muted);
    font-weight: 600;
  }

  .totals label {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
    min-block-size: 1.75rem;
    font-family: var(--mono);
    cursor: pointer;
  }

  input[type='checkbox'] {
    inline-size: 1rem;
    block-size: 1rem;
    margin: 0;
    accent-color: var(--accent);
  }

  summary {
    min-block-size: 1.5rem;
    color: var(--accent);
    font-weight: 600;
    cursor: pointer;
  }

  dl {
    margin: var(--gap-2) 0 0;
  }

  dt {
    font-family: var(--mono);
    font-weight: 600;
  }

  dd {
    margin: 0 0 var(--gap-2);
    color: var(--muted);
  }

  @container (inline-size < 56rem) {
    .view {
      grid-template: 'header' auto 'rows' minmax(22rem, 1fr) 'side' auto / minmax(0, 1fr);
      overflow-y: auto;
    }

    .side {
      overflow: visible;
      border-block-start: 1px solid var(--line);
      border-inline-start: 0;
    }

    .controls {
      margin-inline-start: 0;
    }

    /* At the end of the line with the title. */
    header grapevine-save {
      order: 0;
      margin-inline-start: auto;
    }
  }

  @container (inline-size < 26rem) {
    .controls {
      display: grid;
      grid-template-columns: 1fr 1fr;
      inline-size: 100%;
    }

    select {
      inline-size: 100%;
      max-inline-size: none;
    }
  }
`
