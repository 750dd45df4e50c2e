import { css } from 'lit'

/** A panel beside the messages; on a phone a bar below them, and a sheet that opens over them. */
export const labStyles = css`
  :host {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    min-inline-size: 0;
    overflow: hidden;
    border: 1px solid var(--line);
    border-radius: var(--round-large);
    background: var(--surface);
    box-shadow: var(--shadow);
  }

  .bar {
    display: flex;
    align-items: center;
    padding-inline: var(--gap-2);
    border-block-end: 1px solid var(--line);
  }

  [role='tablist'] {
    display: flex;
    flex: 1 1 0;
    min-inline-size: 0;
    overflow-x: auto;
    scrollbar-width: none;
  }

  [role='tab'] {
    position: relative;
    flex: none;
    min-block-size: 2.75rem;
    padding: 0 var(--gap-3);
    border-color: transparent;
    background: none;
    color: var(--muted);
    font-size: var(--size-body);
  }

  [role='tab']:hover {
    background: none;
    color: var(--accent-strong);
  }

  [role='tab']:focus-visible {
    outline-offset: -4px;
  }

  [role='tab'] svg {
    color: var(--warn);
  }

  [role='tab'][aria-selected='true'] {
    color: var(--text);
  }

  [role='tab'][aria-selected='true']::after {
    content: '';
    position: absolute;
    inset-inline: var(--gap-3);
    inset-block-end: -1px;
    block-size: 3px;
    border-radius: 3px 3px 0 0;
    background: var(--accent);
  }

  @media (forced-colors: active) {
    [role='tab'][aria-selected='true'] {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }

  .panels {
    position: relative;
    min-block-size: 0;
  }

  /* A view is as high as its panel; taller content scrolls. */
  [role='tabpanel'] {
    position: absolute;
    inset: 0;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
  }

  [role='tabpanel']:focus-visible {
    outline-offset: -2px;
  }

  .note {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--gap-3);
    block-size: 100%;
    padding: var(--gap-4);
    color: var(--muted);
    text-align: center;
  }

  [hidden] {
    display: none;
  }

  .toggle {
    display: none;
  }

  @media (max-width: 47.99rem) {
    :host {
      display: grid;
      grid-template-rows: subgrid;
      overflow: visible;
      border: 0;
      border-radius: 0;
      background: none;
      box-shadow: none;
      pointer-events: none;
    }

    .bar,
    .panels {
      border: 1px solid var(--line);
      background: var(--surface);
      pointer-events: auto;
    }

    .bar {
      grid-row: -2 / -1;
      border-radius: var(--round);
    }

    .panels {
      grid-row: 1 / 3;
      overflow: hidden;
      contain: size;
      border-color: var(--edge);
      border-radius: var(--round-large);
      box-shadow: 0 0.25rem 1.5rem light-dark(oklch(0.3 0.05 310 / 0.2), oklch(0 0 0 / 0.6));
    }

    .panels.closed {
      display: none;
    }

    .toggle {
      display: inline-flex;
      min-block-size: 2.25rem;
      padding: 0 var(--gap-3);
      border-color: transparent;
      background: none;
    }

    [role='tab'] {
      padding: 0 var(--gap-2);
      font-size: var(--size-small);
    }

    [role='tab'][aria-selected='true']::after {
      inset-inline: var(--gap-2);
    }

    .closed-bar [role='tab'][aria-selected='true']::after {
      display: none;
    }
  }

  /* All four tabs stay visible: the last one is where a person looks for help. */
  @media (max-width: 23rem) {
    .bar,
    [role='tab'],
    .toggle {
      padding-inline: 0.125rem;
    }
  }

  @media (max-width: 47.99rem) and (prefers-reduced-motion: no-preference) {
    .panels {
      animation: rise 180ms ease-out;
    }
  }

  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(1rem);
    }
  }
`
