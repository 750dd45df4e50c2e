import type { SendRefusal } from '../../client/links/attempts/attempt.ts'
import type { Signalling, SignallingEvents } from '../../client/links/signalling/signalling.ts'
import type { Answer, ReceivedSignal, SignalData } from '../../signal-server/shared/protocol.ts'

interface Registered {
  readonly name: string
  readonly peerId: string
  readonly upstreams: readonly string[]
  readonly events: SignallingEvents
}

/** What a lying server changes on the way: a signal (or nothing, to lose it), or the key it announces for a name. */
export interface Lies {
  signal?(signal: ReceivedSignal, to: string): ReceivedSignal | undefined
  peerId?(name: string, peerId: string, askedBy: string): string
}

/** The signalling server's part, in one process and without a wire. */
export class MemorySignalling {
  readonly #registered = new Map<string, Registered>()
  readonly #lies: Lies
  /** Signals passed on, for tests that count. */
  readonly passed: { readonly to: string; readonly signal: ReceivedSignal }[] = []

  constructor(lies: Lies = {}) {
    this.#lies = lies
  }

  connect(name: string, peerId: string, upstreams: readonly string[]): Signalling {
    return {
      start: (events) => {
        this.#registered.set(name, { name, peerId, upstreams, events })
        queueMicrotask(() => {
          events.state({ status: 'registered' })
          this.#announce()
        })
      },
      send: async (to, attempt, seq, data) => this.#pass(name, to, attempt, seq, data),
      stop: () => {
        this.#registered.delete(name)
      },
    }
  }

  /** Hands a signal to a node as the server would, whoever made it. */
  inject(to: string, signal: ReceivedSignal): void {
    this.#registered.get(to)?.events.signal(signal)
  }

  grantIceServers(to: string, servers: readonly unknown[]): void {
    this.#registered.get(to)?.events.iceServers(servers)
  }

  /** Reports to all nodes again who is registered, as after a restart of the server. */
  restart(): void {
    for (const { events } of this.#registered.values()) {
      events.state({ status: 'offline', reason: 'server-unreachable' })
      events.state({ status: 'registered' })
    }
    this.#announced.clear()
    this.#announce()
  }

  readonly #announced = new Set<string>()

  #announce(): void {
    for (const node of this.#registered.values()) {
      for (const name of node.upstreams) {
        const upstream = this.#registered.get(name)
        const key = `${node.name} ${name} ${upstream?.upstreams.includes(node.name)}`
        if (!upstream || this.#announced.has(key)) continue
        this.#announced.add(key)
        node.events.upstreamOnline({
          name,
          peerId: this.#lies.peerId?.(name, upstream.peerId, node.name) ?? upstream.peerId,
          mutual: upstream.upstreams.includes(node.name),
        })
      }
    }
  }

  #pass(from: string, to: string, attempt: string, seq: number, data: SignalData): Answer<SendRefusal> {
    const signal = { from, attempt, seq, data }
    const changed = this.#lies.signal ? this.#lies.signal(signal, to) : signal
    const receiver = this.#registered.get(to)
    if (!receiver) return { ok: false, reason: 'upstream-offline' }
    if (changed) {
      this.passed.push({ to, signal: changed })
      queueMicrotask(() => receiver.events.signal(changed))
    }
    return { ok: true }
  }
}
