import { css } from 'lit'

/** The log without its rows: the head, the scrolling view, and the button that leads to the newest message. */
export const logStyles = css`
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    overflow: hidden;
  }

  header {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 var(--gap-3);
    padding: var(--gap-3) var(--gap-4);
    border-block-end: 1px solid var(--line);
  }

  header p {
    color: var(--muted);
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  header .ledger {
    margin-inline-start: auto;
  }

  /* The button must not make the head higher. */
  header grapevine-save {
    align-self: center;
    margin-block: -0.5rem;
    margin-inline-start: auto;
  }

  .ledger + grapevine-save {
    margin-inline-start: 0;
  }

  grapevine-sync {
    flex-basis: 100%;
  }

  .full {
    flex: 1 1 0;
    min-block-size: 0;
    overflow-y: auto;
    /* The scroller alone decides where the reader stays. */
    overflow-anchor: none;
    overscroll-behavior: contain;
  }

  [role='log']:focus-visible {
    outline-offset: -2px;
  }

  grapevine-filter {
    padding: var(--gap-2) var(--gap-4);
    border-block-end: 1px solid var(--line);
  }

  .none {
    padding: var(--gap-6) var(--gap-4);
    color: var(--muted);
    text-align: center;
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
`
