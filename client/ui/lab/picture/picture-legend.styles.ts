import { css } from 'lit'

export const legendStyles = css`
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--gap-1) var(--gap-3);
    color: var(--muted);
    font-size: 0.75rem;
  }

  .legend li {
    display: inline-flex;
    align-items: center;
    gap: 0.3rem;
  }

  .legend .node {
    --hue: var(--muted);
  }

  svg.look {
    inline-size: 0.875rem;
    block-size: 0.875rem;
    overflow: visible;
  }

  svg.sign {
    inline-size: 1.875rem;
    block-size: 1.25rem;
  }

  svg.sign.wide {
    inline-size: 2.9375rem;
  }

  .plus {
    color: var(--accent);
    font-weight: 650;
  }
`
