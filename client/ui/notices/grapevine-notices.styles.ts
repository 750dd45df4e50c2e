import { css } from 'lit'

export const noticesStyles = css`
  :host {
    display: block;
  }

  .notice {
    --tone: var(--muted);
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: var(--gap-1) var(--gap-3);
    align-items: center;
    padding: var(--gap-3) var(--gap-4);
    border: 1px solid var(--line);
    border-inline-start: 0.25rem solid var(--tone);
    border-radius: var(--round);
    background: var(--surface);
    line-height: 1.45;
  }

  .notice + .notice,
  summary + .notice {
    margin-block-start: var(--gap-2);
  }

  /* A region without notices needs no space, but stays in the document so that it can announce the first notice. */
  [role='region'] > :last-child {
    margin-block-end: var(--gap-4);
  }

  summary {
    inline-size: fit-content;
    padding: var(--gap-2);
    border-radius: var(--round);
    color: var(--muted);
    font-size: var(--size-small);
    font-weight: 600;
    cursor: pointer;
  }

  .error {
    --tone: var(--bad);
    background: var(--bad-soft);
  }

  .warning {
    --tone: var(--warn);
    background: var(--warn-soft);
  }

  .notice > svg {
    align-self: start;
    margin-block-start: 0.15em;
    color: var(--tone);
    font-size: 1.125rem;
  }

  .words {
    min-inline-size: 0;
    max-inline-size: 75ch;
    overflow-wrap: anywhere;
  }

  .words p {
    color: var(--muted);
    font-size: var(--size-small);
  }

  .error .words p,
  .warning .words p {
    color: var(--text);
  }

  .words summary {
    margin-inline-start: calc(-1 * var(--gap-2));
    color: var(--text);
  }

  dl {
    margin: 0;
  }

  dt {
    font-size: var(--size-small);
    font-weight: 600;
  }

  dd {
    max-block-size: 9rem;
    margin: var(--gap-1) 0 var(--gap-2);
    padding: var(--gap-2) var(--gap-3);
    border-radius: var(--round);
    background: var(--surface);
    font-size: var(--size-small);
    overflow: auto;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    unicode-bidi: isolate;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
  }

  @media (max-width: 42rem) {
    .notice {
      grid-template-columns: auto minmax(0, 1fr);
    }

    .actions {
      grid-column: 2;
      margin-block-start: var(--gap-1);
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    .notice {
      animation: appear 200ms ease-out;
    }
  }

  @keyframes appear {
    from {
      opacity: 0;
      transform: translateY(-0.25rem);
    }
  }
`
