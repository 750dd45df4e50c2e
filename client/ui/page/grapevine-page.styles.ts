import { css } from 'lit'

export const pageStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto auto 1fr;
    grid-template-columns: minmax(0, 1fr);
    box-sizing: border-box;
    inline-size: 100%;
    max-inline-size: 120rem;
    /* The messages get the remaining height. If that is too little, the page scrolls: at high zoom, in landscape. */
    min-block-size: 100dvh;
    margin-inline: auto;
    padding: var(--gap-4) max(var(--gap-6), env(safe-area-inset-right)) var(--gap-6)
      max(var(--gap-6), env(safe-area-inset-left));
    color: var(--text);
    font: var(--size-body) / 1.4 var(--font);
  }

  grapevine-header {
    margin-block-end: var(--gap-4);
  }

  /* Links, messages and lab are side by side. */
  main {
    display: grid;
    grid-template:
      'links messages lab' minmax(18rem, 1fr)
      'links composer lab' auto / minmax(17rem, 19rem) minmax(19rem, 1fr) minmax(24rem, 1.2fr);
    gap: var(--gap-3) var(--gap-4);
  }

  grapevine-links,
  grapevine-log {
    border: 1px solid var(--line);
    border-radius: var(--round-large);
    background: var(--surface);
    box-shadow: var(--shadow);
  }

  grapevine-links {
    grid-area: links;
    align-self: start;
    max-block-size: max(20rem, 70dvh);
    padding: var(--gap-3) var(--gap-4) var(--gap-4);
  }

  grapevine-log {
    grid-area: messages;
    /* The messages scroll inside this element: they may neither stretch the page nor cause a new layout of the page. */
    contain: strict;
  }

  grapevine-composer {
    grid-area: composer;
  }

  grapevine-lab {
    grid-area: lab;
    contain: strict;
  }

  /* The lab is under the links. */
  @media (max-width: 74.99rem) {
    main {
      grid-template:
        'links messages' auto
        'lab messages' minmax(9rem, 1fr)
        'lab composer' auto / minmax(19rem, 27rem) minmax(22.5rem, 1fr);
    }

    grapevine-log {
      min-block-size: 16rem;
    }

    grapevine-links {
      max-block-size: 14rem;
    }
  }

  /* The lab is a bar at the end and opens over links and messages; the composer stays reachable. */
  @media (max-width: 47.99rem) {
    :host {
      padding: var(--gap-3);
    }

    grapevine-header {
      margin-block-end: var(--gap-3);
    }

    main {
      grid-template:
        'links' auto
        'messages' minmax(16rem, 1fr)
        'composer' auto
        'bar' auto / minmax(0, 1fr);
      gap: var(--gap-3);
    }

    grapevine-lab {
      z-index: 1;
      grid-area: 1 / 1 / -1 / -1;
      contain: none;
    }

    grapevine-links {
      max-block-size: 13rem;
    }
  }
`
