import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { Diagnosis, IceServerCounts, TryDiagnosis } from '../api/diagnosis.ts'
import type { GrapevineNode, LinkSnapshot, NodeEvents } from '../api/grapevine.ts'
import { DiagnosisRecord } from './diagnosis-record.ts'
import type { EventEmitter } from '../shared/event-emitter.ts'
import type { ServerContact } from '../api/server-contact.ts'
import type { Timers } from '../shared/timers.ts'

/** Milliseconds for which changes are gathered: a try makes dozens in a second, more than a person can read. */
const diagnosisEveryMs = 250

type DiagnosedNode = Pick<GrapevineNode, 'name' | 'peerId' | 'state' | 'links'>

/** Records the facts of a diagnosis, and emits it after changes: at most once in `diagnosisEveryMs`, if it has listeners. */
export class DiagnosisFeed {
  readonly #record: DiagnosisRecord
  readonly #timers: Timers
  readonly #emitter: EventEmitter<NodeEvents>
  readonly #node: DiagnosedNode
  #isDue = false

  constructor(timers: Timers, emitter: EventEmitter<NodeEvents>, node: DiagnosedNode) {
    this.#record = new DiagnosisRecord(timers.now())
    this.#timers = timers
    this.#emitter = emitter
    this.#node = node
  }

  contact(contact: ServerContact): void {
    this.#record.contact(contact, this.#timers.now())
    this.changed()
  }

  thread(thread: Diagnosis['thread']): void {
    this.#record.thread = thread
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

  /** Name, key, state or links of the node have changed. */
  changed(): void {
    if (this.#isDue || !this.#emitter.hasListeners('diagnosis')) return
    this.#isDue = true
    this.#timers.after(diagnosisEveryMs, () => {
      this.#isDue = false
      this.#emitter.emit('diagnosis', this.snapshot())
    })
  }

  snapshot(): Diagnosis {
    const { name, peerId } = this.#node
    const node = { name, peerId, state: this.#node.state(), links: this.#node.links() }
    return this.#record.snapshot(node, this.#timers.now())
  }
}
