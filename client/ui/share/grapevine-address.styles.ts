import { css } from 'lit'

export const addressStyles = css`
  :host {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--gap-4);
    align-items: center;
  }

  .qr {
    inline-size: 11rem;
    block-size: 11rem;
    border: 1px solid var(--line);
    border-radius: var(--round);
  }

  :host([large]) .qr {
    inline-size: min(17rem, 100%);
    block-size: auto;
  }

  .actions {
    display: grid;
    gap: var(--gap-2);
    min-inline-size: 0;
  }

  label {
    font-weight: 600;
  }

  input {
    inline-size: 100%;
    min-block-size: var(--target);
    padding: var(--gap-1) var(--gap-3);
    background: var(--ground);
    font: var(--size-small) var(--mono);
    text-overflow: ellipsis;
  }

  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-2);
  }

  .outcome {
    min-block-size: 1.4em;
    color: var(--muted);
    font-size: var(--size-small);
  }

  @media (max-width: 34rem) {
    :host {
      grid-template-columns: minmax(0, 1fr);
    }

    .qr {
      justify-self: center;
    }
  }
`
