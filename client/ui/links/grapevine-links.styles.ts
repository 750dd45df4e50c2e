import { css } from 'lit'

/** The list of neighbours and the controls that add more; on a phone, all are in one row. */
export const linksStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: var(--gap-3);
    min-block-size: 0;
  }

  ul {
    display: grid;
    align-content: start;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  ul:empty {
    display: block;
  }

  li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: 0 var(--gap-2);
    align-items: baseline;
    padding-block: var(--gap-2);
    line-height: 1.4;
  }

  li + li {
    border-block-start: 1px solid var(--line);
  }

  .peer {
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .called {
    color: var(--muted);
    font-weight: 500;
  }

  .peer code {
    color: var(--muted);
    font: 500 var(--size-small) var(--mono);
  }

  .state {
    --tone: var(--muted);
    display: inline-flex;
    align-items: baseline;
    gap: 0.375rem;
    color: var(--tone);
    font-size: var(--size-small);
    font-weight: 600;
  }

  .state svg,
  .direction svg {
    align-self: center;
  }

  .state svg {
    font-size: 0.75rem;
  }

  .up {
    --tone: var(--good);
  }

  .quiet {
    --tone: var(--warn);
  }

  .down {
    --tone: var(--bad);
  }

  .facts {
    grid-column: 2 / -1;
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--gap-3);
    color: var(--muted);
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  .busy {
    color: var(--warn);
    font-weight: 600;
  }

  .direction {
    display: inline-flex;
    align-items: baseline;
    gap: 0.3rem;
  }

  .reason {
    grid-column: 2 / -1;
    color: var(--muted);
    font-size: var(--size-small);
  }

  li button {
    grid-column: 2 / -1;
    justify-self: start;
    margin-block-start: var(--gap-2);
    font-size: var(--size-small);
  }

  .none {
    color: var(--muted);
    line-height: 1.45;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
  }

  .actions > * {
    flex: 1 0 auto;
  }

  .actions > a {
    padding-inline: var(--gap-3);
  }

  @media (max-width: 42rem) {
    :host {
      display: grid;
      grid-template-columns: 1fr auto;
      grid-template-rows: auto minmax(0, 1fr);
      gap: var(--gap-1) var(--gap-3);
      align-items: center;
    }

    ul {
      align-self: stretch;
    }

    ul,
    .none,
    grapevine-seat {
      grid-column: 1 / -1;
    }

    .actions {
      grid-area: 1 / 2;
      gap: var(--gap-1);
    }

    .actions > a {
      padding-inline: var(--gap-2);
    }

    .actions > .secondary svg {
      display: none;
    }

    .actions > grapevine-share {
      flex: none;
    }

    .secondary {
      min-block-size: var(--target);
      font-size: var(--size-small);
    }

    .alone {
      grid-area: auto;
      grid-column: 1 / -1;
      margin-block-start: var(--gap-2);
    }

    li {
      display: flex;
      flex-wrap: wrap;
      padding-block: var(--gap-1);
    }

    /* A name stays beside its badge, however long it is. */
    .peer {
      max-inline-size: calc(100% - 1.875rem - var(--gap-2));
    }

    .state {
      order: 1;
      margin-inline-start: auto;
    }

    .reason {
      order: 2;
      flex-basis: 100%;
    }

    li button {
      order: 3;
    }

    .round-trip,
    .spread {
      display: none;
    }
  }

  @media (max-width: 23rem) {
    .actions {
      grid-area: auto;
      grid-column: 1 / -1;
    }
  }
`
