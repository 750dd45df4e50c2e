import { css } from 'lit'

/**
 * The page's measures and colours. They are set once, on the root element: shadow roots inherit custom properties.
 * Text colours keep 4.5:1 and control borders 3:1 on `--ground`, `--surface` and `--raised`, in light and in dark.
 */
export const tokens = css`
  :host {
    color-scheme: light dark;

    --font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
    --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'Liberation Mono', monospace;
    --size-small: 0.8125rem;
    --size-body: 0.9375rem;
    --size-title: 1.375rem;

    --gap-1: 0.25rem;
    --gap-2: 0.5rem;
    --gap-3: 0.75rem;
    --gap-4: 1rem;
    --gap-6: 1.5rem;
    --round: 0.625rem;
    --round-large: 1rem;
    /* WCAG 2.2 requires 24 px; a thumb needs more. */
    --target: 2.5rem;

    --ground: light-dark(oklch(0.972 0.008 315), oklch(0.175 0.018 310));
    --surface: light-dark(oklch(1 0 0), oklch(0.215 0.022 310));
    --raised: light-dark(oklch(0.962 0.014 315), oklch(0.262 0.028 310));
    --line: light-dark(oklch(0.905 0.014 315), oklch(0.325 0.028 310));
    --edge: light-dark(oklch(0.6 0.03 315), oklch(0.62 0.03 310));
    --text: light-dark(oklch(0.25 0.035 310), oklch(0.945 0.01 310));
    --muted: light-dark(oklch(0.47 0.03 310), oklch(0.76 0.022 310));

    --accent: light-dark(oklch(0.46 0.19 312), oklch(0.82 0.115 312));
    --accent-strong: light-dark(oklch(0.39 0.18 312), oklch(0.89 0.08 312));
    --on-accent: light-dark(oklch(1 0 0), oklch(0.2 0.06 312));
    --accent-soft: light-dark(oklch(0.955 0.028 312), oklch(0.275 0.058 312));

    --good: light-dark(oklch(0.5 0.13 150), oklch(0.8 0.15 150));
    --warn: light-dark(oklch(0.52 0.115 70), oklch(0.84 0.13 80));
    --bad: light-dark(oklch(0.5 0.185 25), oklch(0.77 0.135 22));
    --good-soft: light-dark(oklch(0.965 0.03 150), oklch(0.27 0.045 150));
    --warn-soft: light-dark(oklch(0.97 0.035 85), oklch(0.275 0.045 75));
    --bad-soft: light-dark(oklch(0.965 0.022 22), oklch(0.275 0.06 22));

    /* Colours of nodes: cyan, blue, violet and magenta in three depths each. Green, amber and red belong to states. */
    --hue-0: light-dark(oklch(0.525 0.088 208), oklch(0.7 0.115 208));
    --hue-1: light-dark(oklch(0.425 0.15 256), oklch(0.81 0.09 256));
    --hue-2: light-dark(oklch(0.325 0.15 296), oklch(0.905 0.05 296));
    --hue-3: light-dark(oklch(0.525 0.19 330), oklch(0.7 0.17 330));
    --hue-4: light-dark(oklch(0.425 0.072 208), oklch(0.81 0.11 208));
    --hue-5: light-dark(oklch(0.325 0.115 256), oklch(0.905 0.045 256));
    --hue-6: light-dark(oklch(0.525 0.2 296), oklch(0.7 0.16 296));
    --hue-7: light-dark(oklch(0.425 0.16 330), oklch(0.81 0.12 330));
    --hue-8: light-dark(oklch(0.325 0.055 208), oklch(0.905 0.07 208));
    --hue-9: light-dark(oklch(0.525 0.15 256), oklch(0.7 0.13 256));
    --hue-10: light-dark(oklch(0.425 0.2 296), oklch(0.81 0.105 296));
    --hue-11: light-dark(oklch(0.325 0.115 330), oklch(0.905 0.06 330));

    /* The colour of a plot's second line. */
    --second: light-dark(oklch(0.53 0.14 255), oklch(0.78 0.11 250));

    --shadow: 0 1px 2px light-dark(oklch(0.3 0.05 310 / 0.07), oklch(0 0 0 / 0.3));
  }
`

/** The base styles of every element of the page. */
export const controls = css`
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }

  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  pre {
    margin: 0;
    padding: 0;
    font: inherit;
  }

  h2,
  h3 {
    font-weight: 650;
  }

  ul,
  ol {
    list-style: none;
  }

  code {
    font-family: var(--mono);
  }

  input:where(:not([type='checkbox'], [type='radio'])),
  select,
  textarea {
    border: 1px solid var(--edge);
    border-radius: var(--round);
    background: var(--surface);
    color: var(--text);
  }

  ::placeholder {
    color: var(--muted);
    opacity: 1;
  }

  a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--gap-2);
    min-block-size: var(--target);
    padding: var(--gap-1) var(--gap-4);
    border: 1px solid var(--edge);
    border-radius: var(--round);
    background: var(--surface);
    color: var(--text);
    font: 600 var(--size-body) / 1.2 var(--font);
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    touch-action: manipulation;
  }

  button:hover,
  .button:hover {
    border-color: var(--accent);
    background: var(--accent-soft);
    color: var(--accent-strong);
  }

  .primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }

  .primary:hover {
    border-color: transparent;
    background: var(--accent-strong);
    color: var(--on-accent);
  }

  button:disabled {
    border-color: var(--line);
    background: var(--raised);
    color: var(--muted);
    cursor: not-allowed;
  }

  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  svg {
    flex: none;
    inline-size: 1em;
    block-size: 1em;
  }

  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: no-preference) {
    button,
    .button {
      transition:
        background-color 120ms,
        border-color 120ms,
        color 120ms;
    }

    .turning {
      transform-origin: center;
      animation: turn 4s linear infinite;
    }
  }

  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
`
