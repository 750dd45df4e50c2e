import { css } from 'lit'

export const filterStyles = css`
  :host {
    display: block;
  }

  form {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
  }

  input,
  select {
    min-inline-size: 0;
    min-block-size: 2rem;
    padding: var(--gap-1) var(--gap-2);
    font: var(--size-small) / 1.3 var(--font);
  }

  input {
    flex: 1 1 8rem;
  }

  select {
    flex: 0 1 11rem;
  }

  button {
    min-block-size: 2rem;
    padding: var(--gap-1) var(--gap-3);
    font-size: var(--size-small);
  }

  @media (pointer: coarse) {
    input,
    select,
    button {
      min-block-size: var(--target);
      font-size: 1rem;
    }

    /* Leaves at least half of a phone's width to the placeholder of the text field. */
    select {
      flex-basis: 8rem;
    }
  }
`
