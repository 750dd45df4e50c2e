import { css } from 'lit'

export const composerStyles = css`
  :host {
    display: block;
  }

  form {
    display: flex;
    align-items: flex-end;
    gap: var(--gap-2);
  }

  textarea {
    flex: 1 1 0;
    min-inline-size: 0;
    min-block-size: var(--target);
    max-block-size: 8.5rem;
    padding: 0.5rem var(--gap-3);
    /* Below 16 px, phones zoom in on focus. */
    font: 1rem / 1.4 var(--font);
    resize: none;
    field-sizing: content;
  }

  textarea[aria-invalid='true'] {
    border-color: var(--bad);
  }

  .problem {
    margin-block-end: var(--gap-2);
    color: var(--bad);
    font-size: var(--size-small);
    line-height: 1.45;
    overflow-wrap: anywhere;
  }

  @media (max-width: 30rem) {
    button {
      padding-inline: var(--gap-3);
    }

    button svg {
      display: none;
    }
  }
`
