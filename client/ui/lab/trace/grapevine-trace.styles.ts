import { css } from 'lit'

export const traceStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-2);
    line-height: 1.45;
  }

  .top,
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-1) var(--gap-2);
  }

  .top h3 {
    flex: 1 1 auto;
  }

  .hint,
  .what,
  .path-title {
    color: var(--muted);
    font-size: var(--size-small);
  }

  .what {
    flex: 1 1 0;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .what b {
    color: var(--text);
  }

  button {
    min-block-size: 2rem;
    padding: 0 var(--gap-2);
    font-size: var(--size-small);
  }

  button[aria-disabled='true'] {
    border-color: var(--line);
    background: var(--raised);
    color: var(--muted);
    cursor: not-allowed;
  }

  @media (forced-colors: active) {
    button[aria-disabled='true'] {
      border-color: GrayText;
      color: GrayText;
    }
  }

  .bar .hint {
    flex: 1 1 12rem;
  }

  .icon {
    inline-size: 2rem;
    padding: 0;
  }

  .live {
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
    min-block-size: 2rem;
    font-size: var(--size-small);
    cursor: pointer;
  }

  input {
    inline-size: 1.125rem;
    block-size: 1.125rem;
    margin: 0;
    accent-color: var(--accent);
  }

  .step {
    color: var(--muted);
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  .reach {
    font-weight: 600;
  }

  .path {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-1);
    font-size: var(--size-small);
  }

  .path li {
    display: inline-flex;
    align-items: center;
    gap: 0.35rem;
    min-inline-size: 0;
  }

  .stop {
    display: inline-flex;
    align-items: center;
    gap: 0.3rem;
    padding: 0.1rem 0.5rem 0.1rem 0.1rem;
    border: 1px solid var(--line);
    border-radius: 1rem;
    background: var(--raised);
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .ms,
  .arrow,
  .hops {
    color: var(--muted);
    font-variant-numeric: tabular-nums;
  }

  .ms {
    white-space: nowrap;
  }

  .hops {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr));
    gap: 0 var(--gap-4);
    font-size: var(--size-small);
    counter-reset: hop;
  }

  .hops li {
    counter-increment: hop;
    display: flex;
    gap: 0 var(--gap-2);
    padding: 0.1rem var(--gap-1);
    border-radius: 0.375rem;
  }

  /* The number of the hop in the picture. */
  .hops li::before {
    content: counter(hop);
    flex: none;
    align-self: start;
    min-inline-size: 1.25rem;
    border-radius: 0.625rem;
    background: var(--raised);
    color: var(--muted);
    font-size: 0.6875rem;
    font-weight: 700;
    line-height: 1.25rem;
    text-align: center;
  }

  .hops .done::before {
    background: var(--accent);
    color: var(--on-accent);
  }

  .hops li > span:first-of-type {
    flex: 1;
    overflow-wrap: anywhere;
  }

  .hops .done {
    color: var(--text);
  }

  .hops [aria-current] {
    background: var(--accent-soft);
    color: var(--accent-strong);
    font-weight: 600;
  }

  summary {
    min-block-size: 1.5rem;
    color: var(--accent);
    font-size: var(--size-small);
    font-weight: 600;
    cursor: pointer;
  }
`
