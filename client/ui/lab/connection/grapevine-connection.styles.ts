import { css } from 'lit'

export const connectionStyles = css`
  :host {
    display: block;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: var(--gap-3) var(--gap-4) var(--gap-4);
    color: var(--text);
    line-height: 1.45;
  }

  h2 {
    margin-block-end: var(--gap-3);
  }

  .summary {
    --tone: var(--good);
    --soft: var(--good-soft);
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--gap-1) var(--gap-3);
    padding: var(--gap-3) var(--gap-4);
    border-radius: var(--round);
    background: var(--soft);
    overflow-wrap: anywhere;
  }

  .summary.waiting {
    --tone: var(--accent);
    --soft: var(--accent-soft);
  }

  .summary.failed {
    --tone: var(--bad);
    --soft: var(--bad-soft);
  }

  .summary svg {
    margin-block-start: 0.2em;
    color: var(--tone);
  }

  .summary p {
    grid-column: 2;
    font-size: var(--size-small);
  }

  .groups > li {
    margin-block-start: var(--gap-4);
  }

  h4 {
    margin: 0 0 var(--gap-1);
    color: var(--muted);
    font: 650 var(--size-small) var(--font);
    overflow-wrap: anywhere;
  }

  .checks li {
    --tone: var(--muted);
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: 0 var(--gap-2);
    align-items: baseline;
    padding-block: var(--gap-2);
  }

  .checks li + li {
    border-block-start: 1px solid var(--line);
  }

  .checks svg {
    align-self: center;
    color: var(--tone);
    font-size: 0.8rem;
  }

  .checks .ok {
    --tone: var(--good);
  }

  .checks .waiting {
    --tone: var(--accent);
  }

  .checks .failed {
    --tone: var(--bad);
  }

  .status {
    color: var(--tone);
    font-size: var(--size-small);
    font-weight: 600;
  }

  .failed .label {
    font-weight: 650;
  }

  .pending .label {
    color: var(--muted);
  }

  .seen {
    grid-column: 2 / -1;
    color: var(--muted);
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
`
