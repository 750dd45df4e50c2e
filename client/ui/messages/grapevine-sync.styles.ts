import { css } from 'lit'

export const syncStyles = css`
  :host {
    display: block;
    color: var(--muted);
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  .shown {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--gap-2);
  }

  progress {
    appearance: none;
    inline-size: 6rem;
    block-size: 0.5rem;
    border: 1px solid var(--edge);
    border-radius: 1rem;
    background: var(--surface);
    overflow: hidden;
  }

  progress::-webkit-progress-bar {
    background: var(--surface);
  }

  progress::-webkit-progress-value {
    background: var(--accent);
  }

  progress::-moz-progress-bar {
    background: var(--accent);
  }
`
