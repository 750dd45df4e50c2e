import { css } from 'lit'

/** The controls for shape and size, and the addresses of the seats. */
export const classShareStyles = css`
  :host {
    display: grid;
    gap: var(--gap-4);
  }

  fieldset {
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend,
  .size label {
    padding: 0;
    font-weight: 600;
  }

  .shapes {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
    margin-block: var(--gap-2);
  }

  .shapes label {
    display: inline-flex;
    align-items: center;
    gap: var(--gap-2);
    min-block-size: 2.25rem;
    padding-inline: var(--gap-3);
    border: 1px solid var(--edge);
    border-radius: var(--round);
    cursor: pointer;
  }

  .shapes label:has(:checked) {
    border-color: var(--accent);
    background: var(--accent-soft);
    color: var(--accent-strong);
    font-weight: 600;
  }

  .shapes label:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  input[type='radio'] {
    margin: 0;
    accent-color: var(--accent);
    outline: none;
  }

  .hint {
    color: var(--muted);
    font-size: var(--size-small);
  }

  .hint.bad {
    color: var(--bad);
  }

  .size {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2) var(--gap-3);
  }

  input[type='number'],
  .seats input,
  textarea {
    min-block-size: 2.25rem;
    padding: var(--gap-1) var(--gap-3);
    background: var(--ground);
    font: var(--size-body) var(--font);
  }

  input[type='number'] {
    inline-size: 5.5rem;
  }

  summary {
    min-block-size: 1.75rem;
    font-weight: 600;
    cursor: pointer;
  }

  .seats {
    display: grid;
    max-block-size: 18rem;
    overflow-y: auto;
    margin-block: var(--gap-2);
    border-block: 1px solid var(--line);
  }

  .seats li {
    display: grid;
    grid-template-columns: 4.5rem minmax(0, 1fr) auto auto;
    gap: var(--gap-2);
    align-items: center;
    padding-block: var(--gap-1);
    padding-inline: 2px;
  }

  .seats li + li {
    border-block-start: 1px solid var(--line);
  }

  .seats input,
  textarea {
    inline-size: 100%;
    min-inline-size: 0;
    font: var(--size-small) var(--mono);
    text-overflow: ellipsis;
  }

  .seats button,
  .seats .button {
    min-block-size: 2rem;
    padding-inline: var(--gap-3);
    font-size: var(--size-small);
  }

  textarea {
    block-size: 5rem;
    white-space: pre;
    resize: vertical;
  }

  .all {
    display: grid;
    justify-items: start;
    gap: var(--gap-2);
  }

  .outcome {
    min-block-size: 1.4em;
  }

  @media (max-width: 34rem) {
    .seats li {
      grid-template-columns: minmax(0, 1fr) auto auto;
    }

    .seats input {
      grid-row: 2;
      grid-column: 1 / -1;
    }
  }
`
