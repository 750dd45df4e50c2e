import { css } from 'lit'

export const saveStyles = css`
  :host {
    display: inline-flex;
    align-items: center;
    gap: var(--gap-2);
  }

  .open {
    inline-size: 2rem;
    min-block-size: 2rem;
    padding: 0;
    font-size: var(--size-small);
  }

  [role='menu'] {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: var(--gap-1);
    border: 1px solid var(--edge);
    border-radius: var(--round);
    background: var(--surface);
    color: var(--text);
    box-shadow: var(--shadow);
  }

  [role='menu'] button {
    display: flex;
    justify-content: start;
    inline-size: 100%;
    min-block-size: 2rem;
    border-color: transparent;
    background: none;
    font-size: var(--size-small);
    white-space: nowrap;
  }

  [role='menu'] button:focus-visible {
    outline-offset: -2px;
  }

  .problem {
    color: var(--bad);
    font-size: var(--size-small);
  }

  @media (pointer: coarse) {
    .open,
    [role='menu'] button {
      min-block-size: var(--target);
    }

    .open {
      inline-size: var(--target);
    }
  }
`
