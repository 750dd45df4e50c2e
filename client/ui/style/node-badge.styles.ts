import { css } from 'lit'

export const badgeStyles = css`
  .badge {
    display: inline-grid;
    flex: none;
    place-items: center;
    min-inline-size: 1.25rem;
    block-size: 1.25rem;
    padding-inline: 0.2rem;
    border-radius: 0.625rem;
    background: var(--hue);
    color: var(--surface);
    font: 700 0.6875rem / 1 var(--font);
    font-variant-numeric: tabular-nums;
  }

  .badge::before {
    content: attr(data-badge) / '';
  }

  /* The system chooses the colours here: the number stays, with a border around it. */
  @media (forced-colors: active) {
    .badge {
      border: 1px solid CanvasText;
    }
  }
`
