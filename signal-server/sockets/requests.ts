import type { Socket } from 'socket.io'
import type { ProcessEvents } from './join-cluster.ts'
import type { Connection } from './connection.ts'
import type { Introductions } from '../introductions/introductions.ts'
import { KeyedQueue } from './keyed-queue.ts'
import type { SignallingObserver } from '../shared/observer.ts'
import { type Delivery, type Outcome, refuse } from '../introductions/outcome.ts'
import type { ClientEvents, RegisterRefusal, RenewRefusal, ServerEvents, SignalRefusal } from '../shared/protocol.ts'

type TabSocket = Socket<ClientEvents, ServerEvents, ProcessEvents>

/** Refusals that an honest node may get. Every other refusal counts as a fault. */
const honestRefusals: ReadonlySet<string> = new Set<RegisterRefusal | SignalRefusal>([
  'name-taken',
  'name-reserved',
  'server-full',
  'token-missing',
  'access-denied',
  'too-many-of-address',
  'too-many-of-network',
  'socket-ended',
  'upstream-offline',
  'unknown-attempt',
  'cluster-unavailable',
  // Too many offers from all nodes to one upstream. A socket's own excess is counted as a fault where it is refused.
  'too-many-requests',
])

type Request = readonly [event: keyof ClientEvents, payload: unknown, acknowledge: (answer: object) => void]

const isRequest = (packet: readonly unknown[]): packet is Request => {
  const [event, ...args] = packet
  const isKnown = event === 'node:register' || event === 'signal:send' || event === 'ice:renew'
  return isKnown && args.length === 2 && typeof args[1] === 'function'
}

/** The steps of one attempt keep their order, whatever each step waits for. */
const attemptOf = (payload: unknown): string => {
  const attempt = typeof payload === 'object' && payload && 'attempt' in payload ? payload.attempt : undefined
  return typeof attempt === 'string' ? attempt : ''
}

/** The requests of all sockets: their rates, their order, their answers, and the deliveries after an answer. */
export class Requests {
  readonly #introductions: Introductions
  readonly #observer: SignallingObserver
  readonly #deliver: (delivery: Delivery) => void
  readonly #queue = new KeyedQueue()

  constructor(introductions: Introductions, observer: SignallingObserver, deliver: (delivery: Delivery) => void) {
    this.#introductions = introductions
    this.#observer = observer
    this.#deliver = deliver
  }

  serve(socket: TabSocket, connection: Connection): void {
    this.#introductions.socketOpened(socket.id)
    // One middleware instead of a listener per event: a silent tab should cost little more than its socket.
    socket.use((packet) => {
      // The packet was still inside Socket.IO when the socket ended.
      if (!socket.connected) return
      if (isRequest(packet)) this.#accept(socket, connection, packet)
      else connection.end('unknown-event')
    })
    socket.on('disconnect', () => {
      this.#introductions.socketEnded(socket.id)
      connection.finish()
    })
  }

  #accept(socket: TabSocket, connection: Connection, request: Request): void {
    const [event, , acknowledge] = request
    if (connection.allows(event)) {
      void connection.waitFor(this.#answer(socket, connection, request))
    } else {
      this.#conclude(refuse('too-many-requests'), acknowledge, connection, event)
      connection.countFault()
    }
  }

  /** Resolves once it is answered. */
  #answer({ id }: TabSocket, connection: Connection, [event, payload, acknowledge]: Request): Promise<void> {
    const introductions = this.#introductions
    const queue = this.#queue
    const deadline = introductions.deadline()
    switch (event) {
      case 'node:register':
        return queue.run(id, async () => {
          const outcome = await introductions.register(id, connection.address, payload, deadline)
          const { answer } = outcome
          if (answer.ok) connection.registered()
          else if (answer.reason === 'name-taken' || answer.reason === 'name-reserved') connection.awaitRegistration()
          this.#conclude(outcome, acknowledge, connection, event)
        })
      case 'signal:send':
        return queue.run(`${id} ${attemptOf(payload)}`, async () => {
          // A registration that is not answered yet comes first.
          await queue.idle(id)
          const outcome = await introductions.signal(id, connection.address, payload, deadline)
          this.#conclude(outcome, acknowledge, connection, event)
        })
      case 'ice:renew':
        return queue.run(id, async () =>
          this.#conclude(introductions.renew(id, payload), acknowledge, connection, event),
        )
    }
  }

  #conclude<Reason extends RegisterRefusal | SignalRefusal | RenewRefusal, Granted extends object>(
    { answer, deliveries, later }: Outcome<Reason, Granted>,
    acknowledge: (answer: object) => void,
    connection: Connection,
    event: keyof ClientEvents,
  ): void {
    acknowledge(answer)
    this.#observer.answered(event, answer.ok ? undefined : answer.reason)
    if (!answer.ok && !honestRefusals.has(answer.reason)) connection.countFault()
    for (const delivery of deliveries) this.#deliver(delivery)
    void later?.then((all) => all.forEach(this.#deliver))
  }
}
