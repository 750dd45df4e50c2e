import type { Entry } from '../../gossip/wire/entry.ts'
import type { EntryRef, FileOrigin, GrapevineNode, MessagesExportOptions, WireExportOptions } from '../api/grapevine.ts'
import { gatherText } from './file-text.ts'
import { messagesCsv, messagesJson } from './message-export.ts'
import { traceJson } from './trace-export.ts'
import { wireJson } from './wire-export.ts'

interface NodeExportsOptions {
  readonly node: Pick<GrapevineNode, 'name' | 'peerId' | 'net' | 'entries' | 'route' | 'receipts' | 'wire'>
  readonly wallClock: () => number
  /** Resolves in a task of its own. */
  readonly breathe: () => Promise<void>
}

const isSame = (one: EntryRef, other: EntryRef): boolean =>
  one.seq === other.seq && one.epoch === other.epoch && one.peerId === other.peerId

/** The files of a node's API, from what else the API tells. */
export class NodeExports {
  readonly #options: NodeExportsOptions

  constructor(options: NodeExportsOptions) {
    this.#options = options
  }

  messages({ format = 'json', select }: MessagesExportOptions = {}): Promise<string> {
    const held: readonly Entry[] = this.#options.node.entries()
    const entries = select ? held.filter((entry) => select(entry)) : held
    return this.#gather(format === 'csv' ? messagesCsv(entries) : messagesJson(this.#origin, entries))
  }

  trace(ref: EntryRef): string | undefined {
    const { node } = this.#options
    const entry = node.entries().find((held) => isSame(held, ref))
    const route = node.route(ref)
    return entry && route && traceJson(this.#origin, entry, route, node.receipts(ref))
  }

  wire({ select }: WireExportOptions = {}): Promise<string> {
    const { envelopes, totals } = this.#options.node.wire()
    const selected = select ? envelopes.filter((envelope) => select(envelope)) : envelopes
    return this.#gather(wireJson(this.#origin, { envelopes: selected, totals }))
  }

  get #origin(): FileOrigin {
    const { node, wallClock } = this.#options
    const { name, peerId, net } = node
    return { node: { name, peerId, net }, exportedAt: wallClock() }
  }

  #gather(text: Parameters<typeof gatherText>[0]): Promise<string> {
    return gatherText(text, this.#options.breathe)
  }
}
