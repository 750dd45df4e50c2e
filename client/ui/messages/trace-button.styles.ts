import { css } from 'lit'

export const traceButtonStyles = css`
  /* The button sits in the line of the message's head, but is higher than this line. */
  .message > .trace {
    grid-area: 1 / 2;
  }

  .trace {
    inline-size: 1.75rem;
    min-block-size: 1.75rem;
    margin-block: -0.15rem -0.25rem;
    margin-inline-end: calc(-1 * var(--gap-2));
    padding: 0;
    border-color: transparent;
    background: none;
    color: var(--muted);
  }
`
