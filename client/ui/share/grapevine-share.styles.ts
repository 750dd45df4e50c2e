import { css } from 'lit'

export const shareStyles = css`
  :host {
    display: block;
  }

  .open {
    inline-size: 100%;
    font-size: inherit;
  }

  dialog {
    inline-size: min(46rem, 100vw - 2 * var(--gap-3));
    max-inline-size: none;
    max-block-size: calc(100dvh - 2 * var(--gap-3));
    margin: auto;
    padding: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    border: 1px solid var(--line);
    border-radius: var(--round-large);
    background: var(--surface);
    color: var(--text);
    font: var(--size-body) / 1.45 var(--font);
    box-shadow: 0 1rem 4rem oklch(0 0 0 / 0.35);
  }

  dialog::backdrop {
    background: oklch(0.15 0.03 310 / 0.55);
  }

  header {
    position: sticky;
    z-index: 1;
    inset-block-start: 0;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--gap-3);
    padding: var(--gap-3) var(--gap-4);
    border-block-end: 1px solid var(--line);
    background: var(--surface);
  }

  h2 {
    font-size: var(--size-title);
    font-weight: 700;
  }

  .close {
    inline-size: var(--target);
    padding: 0;
    border-color: transparent;
  }

  section {
    display: grid;
    gap: var(--gap-3);
    padding: var(--gap-4);
  }

  section + section {
    border-block-start: 1px solid var(--line);
  }

  .lead {
    color: var(--muted);
  }

  .warning {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: var(--gap-1) var(--gap-3);
    margin: var(--gap-4) var(--gap-4) 0;
    padding: var(--gap-3) var(--gap-4);
    border-radius: var(--round);
    background: var(--warn-soft);
    font-size: var(--size-small);
  }

  .warning svg {
    grid-row: span 2;
    margin-block-start: 0.15em;
    color: var(--warn);
    font-size: 1rem;
  }

  .warning strong {
    font-size: var(--size-body);
    font-weight: 650;
  }

  /* The button has room only for its icon. The hidden word stays its accessible name. */
  @media (max-width: 42rem) {
    .open {
      inline-size: var(--target);
      padding: 0;
    }

    .open .word {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
`
