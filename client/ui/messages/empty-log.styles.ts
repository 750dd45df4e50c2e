import { css } from 'lit'

export const emptyLogStyles = css`
  .empty {
    display: grid;
    flex: 1 1 0;
    align-content: safe center;
    justify-content: center;
    padding: var(--gap-6) var(--gap-4);
    overflow-y: auto;
  }

  .empty p {
    color: var(--muted);
    text-align: center;
  }

  .empty h3 {
    margin-block-end: var(--gap-3);
    font-size: 1.125rem;
  }

  .empty ol {
    counter-reset: step;
  }

  .empty li {
    position: relative;
    max-inline-size: 30rem;
    padding: var(--gap-2) 0 var(--gap-2) 2.75rem;
    color: var(--muted);
    counter-increment: step;
  }

  .empty li::before {
    content: counter(step) / '';
    position: absolute;
    inset-inline-start: 0;
    inset-block-start: var(--gap-2);
    display: grid;
    place-items: center;
    inline-size: 1.75rem;
    block-size: 1.75rem;
    border-radius: 50%;
    background: var(--accent-soft);
    color: var(--accent-strong);
    font-size: var(--size-small);
    font-weight: 650;
  }

  .empty strong {
    color: var(--text);
    font-weight: 600;
  }
`
