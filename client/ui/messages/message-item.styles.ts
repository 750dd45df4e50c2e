import { css } from 'lit'

/** Styles of the rows that `messageItem` creates. */
export const messageStyles = css`
  /* The button sits in the line of the message's head, but is higher than this line. */
  .message > .trace {
    grid-area: 1 / 2;
  }

  .trace {
    inline-size: 1.75rem;
    min-block-size: 1.75rem;
    margin-block: -0.15rem -0.25rem;
    margin-inline-end: calc(-1 * var(--gap-2));
    padding: 0;
    border-color: transparent;
    background: none;
    color: var(--muted);
  }

  /*
   * Hundreds of rows are created and painted. No part of a plain row is positioned, translucent or clipped out of
   * sight, since each such part would get a layer of its own.
   */
  .message {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    padding: var(--gap-2) var(--gap-4) var(--gap-2) calc(var(--gap-4) + var(--gap-4));
    background: linear-gradient(var(--hue), var(--hue)) var(--gap-4) 50% / 0.1875rem calc(100% - 2 * var(--gap-2))
      no-repeat;
    line-height: 1.45;
  }

  .message > * {
    grid-column: 1 / -1;
  }

  .message > .head {
    grid-column: 1;
  }

  .message:hover {
    background-color: var(--raised);
  }

  .own {
    background-color: var(--accent-soft);
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 var(--gap-2);
  }

  .author {
    color: var(--hue);
    font-weight: 650;
    overflow-wrap: anywhere;
  }

  .author code {
    color: var(--muted);
    font: 500 var(--size-small) var(--mono);
  }

  .called {
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .you,
  .late,
  .forked {
    --tone: var(--edge);
    padding-inline: 0.4em;
    border: 1px solid var(--tone);
    border-radius: 1rem;
    color: var(--tone);
    font-size: 0.6875rem;
    font-weight: 650;
    line-height: 1.4;
  }

  .you {
    --tone: var(--accent);
  }

  .late {
    color: var(--muted);
  }

  .topic {
    color: var(--muted);
    font-size: var(--size-small);
    overflow-wrap: anywhere;
  }

  .topic::before {
    content: '# ';
  }

  .forked {
    --tone: var(--warn);
  }

  .fork {
    margin-block: var(--gap-1);
    padding: var(--gap-2) var(--gap-3);
    border-radius: var(--round);
    background: var(--warn-soft);
    font-size: var(--size-small);
  }

  .fork svg {
    color: var(--warn);
    vertical-align: -0.125em;
  }

  .fork .more {
    display: block;
  }

  .fork dl {
    margin: var(--gap-2) 0 0;
  }

  .fork dt {
    font-weight: 600;
  }

  .fork dd {
    max-block-size: 9rem;
    margin: var(--gap-1) 0 var(--gap-2);
    padding: var(--gap-2) var(--gap-3);
    border-radius: var(--round);
    background: var(--surface);
    overflow: auto;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    unicode-bidi: isolate;
  }

  time {
    /* The end keeps clear of the trace button's border. */
    margin-inline: auto 0.25rem;
    color: var(--muted);
    font-size: var(--size-small);
    font-variant-numeric: tabular-nums;
  }

  .body {
    max-inline-size: 80ch;
    overflow: clip;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    /* The text comes from strangers: directions that it sets end where the text ends. */
    unicode-bidi: isolate;
  }

  .json,
  .bytes {
    font: var(--size-small) / 1.5 var(--mono);
  }

  .kind {
    margin-inline-end: var(--gap-2);
    padding: 0.1em 0.45em;
    border: 1px solid var(--line);
    border-radius: 0.375rem;
    background: var(--ground);
    color: var(--muted);
    font: 600 0.6875rem / 1.4 var(--font);
  }

  summary {
    white-space: normal;
    list-style: none;
    cursor: pointer;
  }

  summary::-webkit-details-marker {
    display: none;
  }

  .preview {
    white-space: pre-wrap;
  }

  .path summary {
    padding-block: 0.25rem;
  }

  .path .preview {
    white-space: normal;
  }

  .more,
  .less {
    display: inline-block;
    color: var(--accent);
    font: 600 var(--size-small) / 1.85 var(--font);
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }

  .body .more {
    display: block;
  }

  details[open] .preview,
  details[open] .more,
  details:not([open]) .less {
    display: none;
  }

  .whole {
    max-block-size: 60vh;
    overflow: auto;
    white-space: pre-wrap;
  }

  .path {
    color: var(--muted);
    font-size: var(--size-small);
    overflow-wrap: anywhere;
  }

  .hop {
    display: inline-block;
    max-inline-size: 100%;
    overflow-wrap: anywhere;
  }

  .hop::before {
    content: '';
    display: inline-block;
    inline-size: 0.4375rem;
    block-size: 0.4375rem;
    margin-inline-end: 0.35em;
    border-radius: 50%;
    background: var(--hue);
  }

  .step {
    color: color-mix(in oklab, currentColor 80%, transparent);
  }

  /* Only for screen readers. */
  p.path::before,
  .path summary::before {
    content: '\\200b' / 'Path: ';
  }

  .between {
    color: var(--accent);
    text-decoration: underline;
  }

  /* Nothing on the page shows a path. */
  :host([no-trace]) .trace {
    display: none;
  }

  @media (prefers-reduced-motion: no-preference) {
    .new {
      animation: arrive 900ms ease-out;
    }
  }

  @keyframes arrive {
    from {
      background-color: color-mix(in oklab, var(--hue) 26%, transparent);
    }
  }
`
