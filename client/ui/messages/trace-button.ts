import { html, type TemplateResult } from 'lit'
import type { Entry } from '../../gossip/wire/entry.ts'
import { icons } from '../style/icons.ts'

/** The Tab key reaches only the newest message's button: hundreds would be too many. The trace leads to the others. */
export const traceButton = (entry: Entry, isNewest: boolean): TemplateResult => html`
  <button
    type="button"
    class="trace"
    aria-label="Trace message ${entry.seq} of ${entry.author}"
    title="Trace the path of this message"
    tabindex=${isNewest ? 0 : -1}
    @click=${(event: Event) => event.currentTarget?.dispatchEvent(new TraceMessageEvent(entry))}
  >
    ${icons.way}
  </button>
`

/** The person wants to see the path of a message. Bubbles up to the page. */
export class TraceMessageEvent extends Event {
  static readonly type = 'trace-message'
  readonly entry: Entry

  constructor(entry: Entry) {
    super(TraceMessageEvent.type, { bubbles: true, composed: true })
    this.entry = entry
  }
}

declare global {
  interface HTMLElementEventMap {
    'trace-message': TraceMessageEvent
  }
}
