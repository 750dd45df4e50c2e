import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { Diagnosis, IceServerCounts, TryDiagnosis } from '../api/diagnosis.ts'
import type { LinkSnapshot, NodeEvents } from '../api/grapevine.ts'
import { DiagnosisRecord, type Seen } from './diagnosis-record.ts'
import type { EventEmitter } from '../shared/event-emitter.ts'
import type { ServerContact } from '../api/server-contact.ts'
import type { Timers } from '../shared/timers.ts'

/** Milliseconds that changes are gathered for: a try has dozens within a second, and nobody reads as fast. */
const diagnosisEveryMs = 250

/** Records what a diagnosis tells, and tells that it is another one: once for all changes of a moment, if anybody listens. */
export class DiagnosisFeed {
  readonly #record: DiagnosisRecord
  readonly #timers: Timers
  readonly #emitter: EventEmitter<NodeEvents>
  readonly #seen: () => Seen
  #isDue = false

  /** `seen`: what the node is at that moment. */
  constructor(timers: Timers, emitter: EventEmitter<NodeEvents>, seen: () => Seen) {
    this.#record = new DiagnosisRecord(timers.now())
    this.#timers = timers
    this.#emitter = emitter
    this.#seen = seen
  }

  contact(contact: ServerContact): void {
    this.#record.contact(contact, this.#timers.now())
    this.changed()
  }

  iceServers(counts: IceServerCounts): void {
    this.#record.iceServers(counts)
    this.changed()
  }

  tried(upstream: NodeName, status: TryDiagnosis | undefined): void {
    this.#record.tried(upstream, status)
    this.changed()
  }

  links(links: readonly LinkSnapshot[]): void {
    this.#record.links(links, this.#timers.now())
    this.changed()
  }

  /** What the node is, is something else. */
  changed(): void {
    if (this.#isDue || !this.#emitter.hasListeners('diagnosis')) return
    this.#isDue = true
    this.#timers.after(diagnosisEveryMs, () => {
      this.#isDue = false
      this.#emitter.emit('diagnosis', this.snapshot())
    })
  }

  snapshot(): Diagnosis {
    return this.#record.snapshot(this.#seen(), this.#timers.now())
  }
}
