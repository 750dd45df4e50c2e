import type { Entry } from '../../gossip/wire/entry.ts'

/** A person wants to see the way that a message took. Bubbles out to the page. */
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
