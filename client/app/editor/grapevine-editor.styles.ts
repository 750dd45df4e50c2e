import { css } from 'lit'

export const editorStyles = css`
  :host {
    display: grid;
    grid-template: auto auto auto minmax(8rem, 1fr) / minmax(0, 60rem);
    justify-content: center;
    gap: var(--gap-3);
    box-sizing: border-box;
    min-block-size: 100dvh;
    padding: var(--gap-4);
    background: var(--ground);
    color: var(--text);
    font: var(--size-body) / 1.5 var(--font);
  }

  header,
  .people {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--gap-2) var(--gap-4);
  }

  h1 {
    font-size: var(--size-title);
    font-weight: 650;
  }

  .state {
    flex: 1;
    color: var(--muted);
  }

  .people li {
    display: flex;
    align-items: baseline;
    gap: var(--gap-2);
    padding: var(--gap-1) var(--gap-3);
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--surface);
  }

  .people b {
    color: var(--hue);
    font-weight: 650;
  }

  .people span {
    color: var(--muted);
    font-size: var(--size-small);
  }

  textarea {
    padding: var(--gap-4);
    border-radius: var(--round-large);
    font: 1.0625rem / 1.6 var(--font);
    resize: none;
  }
`
