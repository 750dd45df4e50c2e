import { css, html, type TemplateResult } from 'lit'
import type { Entry } from '../gossip/entry.ts'
import { icons } from './icons.ts'
import { TraceMessageEvent } from './trace-message-event.ts'

/** The Tab key comes to the newest one alone: hundreds would bar the way. From there the trace itself leads to the others. */
export const traceButton = (entry: Entry, isNewest: boolean): TemplateResult => html`
  <button
    type="button"
    class="trace"
    aria-label="Trace message ${entry.seq} of ${entry.author}"
    title="Trace: the way this message took"
    tabindex=${isNewest ? 0 : -1}
    @click=${(event: Event) => event.currentTarget?.dispatchEvent(new TraceMessageEvent(entry))}
  >
    ${icons.way}
  </button>
`

export const traceButtonStyles = css`
  .trace {
    position: absolute;
    inset-block-start: calc(var(--gap-2) - 0.15rem);
    inset-inline-end: var(--gap-2);
    inline-size: 1.75rem;
    min-block-size: 1.75rem;
    padding: 0;
    border-color: transparent;
    background: none;
    color: var(--muted);
  }

  .head {
    padding-inline-end: 1.5rem;
  }
`
