import { css } from 'lit'

export const pictureStyles = css`
  :host {
    display: block;
    min-block-size: 0;
    overflow: hidden;
    /* A separate layer: movement in it repaints neither the background nor the panel around it. */
    contain: layout paint;
    will-change: transform;
  }

  svg {
    display: block;
    inline-size: 100%;
    block-size: 100%;
  }

  .node {
    cursor: pointer;
  }

  .aim {
    fill: transparent;
  }

  .ripple {
    fill: none;
    stroke: var(--hue);
    stroke-width: 3;
    opacity: 0;
  }

  .node:hover .aim,
  .node.selected .aim {
    fill: color-mix(in oklab, var(--accent) 16%, transparent);
  }

  @media (prefers-reduced-motion: no-preference) {
    .node,
    .link {
      animation: appear 400ms ease-out;
    }

    .ripple {
      animation: spread 700ms ease-out;
    }

    .halo {
      animation: reach 500ms ease-out;
    }
  }

  /* A copy from which the styles for a file are read: always in light colours, and without motion. */
  .still {
    position: absolute;
    inset-block-start: 100%;
    background: var(--paper);
    color-scheme: light;
  }

  .still * {
    animation: none;
    transition: none;
  }

  @keyframes appear {
    from {
      opacity: 0;
    }
  }

  @keyframes spread {
    from {
      opacity: 0.9;
    }

    to {
      opacity: 0;
      transform: scale(2.6);
    }
  }

  @keyframes reach {
    from {
      opacity: 0;
      transform: scale(1.8);
    }
  }
`
