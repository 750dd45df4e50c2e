import { css } from 'lit'

/** CSS pixels. Four grid lines stay distinguishable, and two plots fit a laptop's screen together with their tables. */
export const heightPx = 156

export const plotStyles = css`
  :host {
    display: block;
    position: relative;
    block-size: ${heightPx}px;
    min-inline-size: 0;
    overflow: hidden;
  }

  .box {
    position: absolute;
    inset: 0;
  }

  i {
    display: none;
  }

  .first {
    color: var(--accent);
  }

  .second {
    color: var(--second);
  }

  .muted {
    color: var(--muted);
    font: 0.6875rem var(--font);
  }

  .line {
    color: var(--line);
  }
`
