import { css } from 'lit'

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

  /* Names and states stay on one line where possible; the links get the remaining width. */
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

  /* Wide enough for an ordinary name and its round trip; a longer name breaks at any character. */
  td li {
    min-inline-size: 6rem;
    overflow-wrap: anywhere;
  }

  @container (max-width: 32rem) {
    .state {
      white-space: normal;
    }

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

  /* There is no room for the time when a node was last heard; the state still shows quiet and down. */
  @media (max-width: 30rem) {
    th:last-child,
    td:last-child {
      display: none;
    }
  }
`
