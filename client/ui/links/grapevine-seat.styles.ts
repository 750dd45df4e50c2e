import { css } from 'lit'

export const seatStyles = css`
  :host {
    display: block;
    color: var(--muted);
    line-height: 1.45;
  }

  b {
    color: var(--text);
    font-weight: 650;
    overflow-wrap: anywhere;
  }

  form {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-1) var(--gap-2);
  }

  input {
    flex: 1 1 7rem;
    min-inline-size: 0;
    min-block-size: 2rem;
    padding: 0 var(--gap-2);
    /* Below 16 px, phones zoom in on focus. */
    font: 1rem var(--font);
  }

  button {
    min-block-size: 2rem;
    padding: 0 var(--gap-3);
    font-size: var(--size-small);
  }

  [role='alert'] {
    color: var(--bad);
  }

  .edit {
    min-block-size: 1.5rem;
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }
`
