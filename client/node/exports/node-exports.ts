import type { Entry } from '../../gossip/wire/entry.ts'
import type { Hop } from '../../gossip/wire/hop.ts'
import type {
  EntryRef,
  FileOrigin,
  GrapevineNode,
  MessagesExportOptions,
  ReceiptsSnapshot,
  TraceFile,
  WireEnvelope,
  WireExportOptions,
  WireFile,
  WireSnapshot,
} from '../api/grapevine.ts'
import { type FileText, gatherText, listText } from './file-text.ts'
import { exportedMessage, messagesCsv, messagesJson } from './message-export.ts'

interface NodeExportsOptions {
  readonly node: Pick<GrapevineNode, 'name' | 'peerId' | 'net' | 'entries' | 'route' | 'receipts' | 'wire'>
  readonly wallClock: () => number
  /** Resolves in a later task. */
  readonly breathe: () => Promise<void>
}

const isSame = (one: EntryRef, other: EntryRef): boolean =>
  one.seq === other.seq && one.epoch === other.epoch && one.peerId === other.peerId

/** The files that a node's API exports, made from the other results of the API. */
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

  #gather(text: FileText): Promise<string> {
    return gatherText(text, this.#options.breathe)
  }
}

const traceJson = (
  origin: FileOrigin,
  entry: Entry,
  route: readonly Hop[],
  { isAsked, receipts }: ReceiptsSnapshot,
): string => {
  const file: TraceFile = {
    format: 'grapevine-trace',
    version: 1,
    ...origin,
    message: exportedMessage(entry),
    route,
    isAsked,
    receipts,
  }
  return `${JSON.stringify(file, undefined, 2)}\n`
}

/** Each envelope is decoded when its line is made. */
const wireJson = (origin: FileOrigin, { envelopes, totals }: WireSnapshot): FileText => {
  const head: Omit<WireFile, 'envelopes'> = {
    format: 'grapevine-wire',
    version: 1,
    ...origin,
    totals: Object.fromEntries(totals),
  }
  return listText(head, 'envelopes', envelopes, (envelope: WireEnvelope) => envelope)
}
