import { css } from 'lit'

export const messagesStyles = css`
  :host {
    display: grid;
    grid-template: minmax(16rem, 1fr) auto / minmax(0, 1fr);
    gap: var(--gap-3);
    block-size: 100%;
    min-block-size: 22rem;
    padding: var(--gap-3);
    box-sizing: border-box;
  }

  grapevine-log {
    border: 1px solid var(--line);
    border-radius: var(--round-large);
    background: var(--surface);
    /* The messages scroll inside this element. */
    contain: strict;
  }
`
