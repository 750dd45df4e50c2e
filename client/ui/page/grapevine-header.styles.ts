import { css } from 'lit'

export const headerStyles = css`
  :host {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-1) var(--gap-3);
  }

  .brand {
    display: flex;
    font-size: 2.25rem;
  }

  .who {
    display: flex;
    flex: 1 1 14rem;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 var(--gap-4);
    min-inline-size: 0;
  }

  h1 {
    font-size: var(--size-title);
    font-weight: 700;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
  }

  h1 .badge {
    min-inline-size: 1.75rem;
    block-size: 1.75rem;
    margin-inline-end: 0.4em;
    border-radius: 1rem;
    font-size: 0.9375rem;
    vertical-align: 0.05em;
  }

  .state {
    display: flex;
    align-items: center;
    gap: var(--gap-2);
    color: var(--muted);
  }

  .state strong {
    font-weight: 600;
  }

  .state svg {
    font-size: 0.8em;
  }

  .online .mark {
    color: var(--good);
  }

  .offline .mark {
    color: var(--warn);
  }

  .error .mark {
    color: var(--bad);
  }

  .mark {
    display: inline-flex;
    align-items: center;
    gap: var(--gap-2);
  }

  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-1) var(--gap-4);
    color: var(--muted);
    font-size: var(--size-small);
  }

  .facts b,
  code {
    color: var(--text);
    font-weight: 600;
  }

  details {
    position: relative;
  }

  summary {
    padding: var(--gap-1) var(--gap-2);
    border-radius: var(--round);
    cursor: pointer;
  }

  summary:hover {
    background: var(--raised);
  }

  .key {
    position: absolute;
    z-index: 2;
    inset-block-start: calc(100% + var(--gap-1));
    inset-inline-end: 0;
    inline-size: min(24rem, calc(100vw - 2 * var(--gap-4)));
    padding: var(--gap-3) var(--gap-4);
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--surface);
    box-shadow: 0 0.5rem 2rem light-dark(oklch(0.3 0.05 310 / 0.18), oklch(0 0 0 / 0.6));
    line-height: 1.5;
  }

  .key code {
    display: block;
    margin-block-start: var(--gap-2);
    overflow-wrap: anywhere;
    user-select: all;
  }

  @media (max-width: 42rem) {
    .facts {
      flex-basis: 100%;
      justify-content: space-between;
      line-height: 1.2;
    }
  }
`
