import { css } from 'lit'

/** All marks of the picture and its legend. An element that uses these styles sets `--paper`, its background. */
export const markStyles = css`
  .solid {
    fill: var(--tone);
  }

  .hollow {
    fill: var(--paper);
    stroke: var(--tone);
    stroke-width: 2;
  }

  .stroke {
    fill: none;
    stroke: var(--tone);
    stroke-width: 2;
    stroke-linecap: round;
  }

  .dashed {
    stroke-dasharray: 4 3;
  }

  .dotted {
    stroke-dasharray: 0.1 4;
    stroke-linecap: round;
  }

  .query,
  .number {
    font-weight: 700;
    text-anchor: middle;
  }

  .query {
    fill: var(--text);
  }

  .number {
    fill: var(--paper);
    font-variant-numeric: tabular-nums;
  }

  .node {
    --tone: var(--hue);
  }

  .node.quiet,
  .node.out-of-reach,
  .node.awaited,
  .node.unknown {
    --tone: var(--muted);
  }

  .node.down {
    --tone: var(--bad);
  }

  .self {
    fill: none;
    stroke: var(--text);
    stroke-width: 1.75;
  }

  .node text {
    font-family: var(--font);
  }

  .name,
  .note,
  .copies {
    fill: var(--text);
    stroke: var(--paper);
    stroke-width: 3.5;
    stroke-linejoin: round;
    paint-order: stroke;
  }

  .note {
    fill: var(--accent);
    font-weight: 650;
    font-variant-numeric: tabular-nums;
  }

  .node.you .name {
    font-weight: 700;
  }

  .link {
    --line-tone: var(--edge);
    fill: none;
    stroke: var(--line-tone);
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .dial {
    --line-tone: var(--edge);
    fill: var(--line-tone);
  }

  .link.own,
  .link.chosen,
  .dial.own,
  .dial.chosen {
    --line-tone: var(--accent);
    stroke-width: 2;
  }

  .link.quiet,
  .dial.quiet {
    --line-tone: var(--warn);
  }

  .link.quiet {
    stroke-dasharray: 5 4;
  }

  .link.awaited {
    stroke-dasharray: 2 4;
    stroke-linecap: butt;
  }

  .link.chosen {
    stroke-width: 3;
  }

  .fact rect {
    fill: var(--paper);
  }

  .fact text,
  .hop-number text {
    fill: var(--muted);
    font: 11px var(--font);
    font-variant-numeric: tabular-nums;
    text-anchor: middle;
  }

  .hop-line {
    fill: none;
    stroke: var(--accent);
    stroke-width: 3.5;
    stroke-linecap: round;
  }

  .hop-head {
    fill: var(--accent);
    stroke: var(--accent);
    stroke-width: 1.5;
    stroke-linejoin: round;
  }

  .token,
  .hop-number circle {
    fill: var(--accent);
    stroke: var(--paper);
    stroke-width: 2;
  }

  .hop-number text {
    fill: var(--on-accent);
    font-weight: 700;
  }

  .halo {
    fill: none;
    stroke: var(--accent);
    stroke-width: 2;
  }

  .halo.sender {
    stroke-width: 4;
  }

  .copies {
    fill: var(--accent);
    font-size: 11px;
    font-weight: 650;
  }
`
