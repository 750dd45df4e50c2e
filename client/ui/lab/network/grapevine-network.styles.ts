import { css } from 'lit'

export const networkStyles = css`
  :host {
    /* The fill of hollow marks, and the background of texts. */
    --paper: var(--surface);
    display: block;
    container-type: inline-size;
    block-size: 100%;
    overflow-y: auto;
    overscroll-behavior: contain;
    color: var(--text);
  }

  .content {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap-3);
    padding: var(--gap-3) var(--gap-4) var(--gap-4);
  }

  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--gap-3);
  }

  .summary {
    display: inline-flex;
    align-items: center;
    gap: var(--gap-2);
    font-weight: 600;
  }

  .summary .look {
    --hue: var(--good);
    inline-size: 1rem;
    block-size: 1rem;
  }

  .summary .look.alone {
    --hue: var(--muted);
  }

  .summary .look.out-of-sync {
    --hue: var(--warn);
  }

  header {
    position: relative;
    min-block-size: 2rem;
    padding-inline-end: 2.5rem;
  }

  header grapevine-save {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: 0;
  }

  .partial,
  .last-change {
    color: var(--muted);
    font-size: var(--size-small);
    line-height: 1.45;
  }

  .board {
    display: grid;
    gap: var(--gap-2);
    min-inline-size: 0;
  }

  .paper {
    --paper: color-mix(in oklab, var(--surface), var(--raised) 45%);
    position: relative;
    border-radius: var(--round);
    background: radial-gradient(circle at 1px 1px, var(--line) 1px, transparent 1.5px) 0 0 / 1.5rem 1.5rem var(--paper);
  }

  grapevine-picture {
    block-size: clamp(12rem, 46cqi, 15rem);
  }

  .several grapevine-picture {
    block-size: clamp(15rem, 64cqi, 24rem);
  }

  .many grapevine-picture {
    block-size: clamp(18rem, 80cqi, 32rem);
  }

  p.alone {
    position: absolute;
    inset-block-end: 0;
    inset-inline: 0;
    padding: 0 var(--gap-4) var(--gap-2);
    color: var(--muted);
    text-align: center;
    line-height: 1.45;
  }

  p.alone a {
    font-weight: 600;
  }

  .side,
  grapevine-trace {
    padding-block-start: var(--gap-3);
    border-block-start: 1px solid var(--line);
  }

  .side {
    min-inline-size: 0;
    overflow-x: auto;
  }

  @container (min-width: 52rem) {
    .content {
      grid-template-columns: minmax(0, 3fr) minmax(20rem, 2fr);
      align-items: start;
    }

    header {
      grid-column: 1 / -1;
    }

    .side {
      grid-column: 1;
    }

    grapevine-trace {
      grid-area: 2 / 2 / span 2;
      padding-block-start: 0;
      border-block-start: 0;
    }
  }
`
