import type { Socket } from 'socket.io'
import type { ProcessEvents } from './cluster/join-cluster.ts'
import type { Connection } from './connection.ts'
import type { Introductions } from './introductions.ts'
import { KeyedQueue } from './keyed-queue.ts'
import type { SignallingObserver } from './observer.ts'
import type { Delivery, Outcome } from './outcome.ts'
import type { Answer, ClientEvents, RegisterRefusal, RenewRefusal, ServerEvents, SignalRefusal } from './protocol.ts'

type TabSocket = Socket<ClientEvents, ServerEvents, ProcessEvents>

/** Refusals that a node meets that does all it should. Every other one counts as a fault. */
const honestRefusals: ReadonlySet<string> = new Set<RegisterRefusal | SignalRefusal>([
  'name-taken',
  'server-full',
  'access-denied',
  'too-many-of-address',
  'too-many-of-network',
  'socket-ended',
  'upstream-offline',
  'unknown-attempt',
  'cluster-unavailable',
  // Of an upstream that is asked too often by all together. Too many of one's own are counted where they are refused.
  'too-many-requests',
])

const isRequest = ([event, ...args]: readonly unknown[]): boolean =>
  (event === 'node:register' || event === 'signal:send' || event === 'ice:renew') &&
  args.length === 2 &&
  typeof args[1] === 'function'

/** The steps of one attempt keep their order, whatever each of them waits for. */
const attemptOf = (payload: unknown): string => {
  const attempt = typeof payload === 'object' && payload && 'attempt' in payload ? payload.attempt : undefined
  return typeof attempt === 'string' ? attempt : ''
}

/** What the sockets ask for: the rate of each, the order, the answers, and what an answer leads to. */
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
    const introductions = this.#introductions
    const queue = this.#queue
    introductions.open(socket.id)
    socket.use((event, next) => (isRequest(event) ? next() : connection.end('unknown-event')))
    socket.on('node:register', (payload: unknown, acknowledge) => {
      if (!connection.allows('node:register')) {
        this.#refuseTooMany('node:register', acknowledge, connection)
        return
      }
      const deadline = introductions.deadline()
      const answered = queue.run(socket.id, async () => {
        const outcome = await introductions.register(socket.id, connection.address, payload, deadline)
        if (outcome.answer.ok) connection.registered()
        else if (outcome.answer.reason === 'name-taken') connection.awaitRegistration()
        this.#conclude(outcome, acknowledge, connection, 'node:register')
      })
      void connection.waitFor(answered)
    })
    socket.on('signal:send', (payload: unknown, acknowledge) => {
      if (!connection.allows('signal:send')) {
        this.#refuseTooMany('signal:send', acknowledge, connection)
        return
      }
      const deadline = introductions.deadline()
      const answered = queue.run(`${socket.id} ${attemptOf(payload)}`, async () => {
        // A registration under way comes first.
        await queue.idle(socket.id)
        const outcome = await introductions.signal(socket.id, connection.address, payload, deadline)
        this.#conclude(outcome, acknowledge, connection, 'signal:send')
      })
      void connection.waitFor(answered)
    })
    socket.on('ice:renew', (payload: unknown, acknowledge) => {
      if (!connection.allows('ice:renew')) {
        this.#refuseTooMany('ice:renew', acknowledge, connection)
        return
      }
      const answered = queue.run(socket.id, async () => {
        this.#conclude(introductions.renew(socket.id, payload), acknowledge, connection, 'ice:renew')
      })
      void connection.waitFor(answered)
    })
    socket.on('disconnect', () => {
      introductions.leave(socket.id)
      connection.finish()
    })
  }

  #conclude<Reason extends RegisterRefusal | SignalRefusal | RenewRefusal, Granted extends object>(
    { answer, deliveries, later }: Outcome<Reason, Granted>,
    acknowledge: (answer: Answer<Reason, Granted>) => void,
    connection: Connection,
    event: keyof ClientEvents,
  ): void {
    acknowledge(answer)
    this.#observer.answered(event, answer.ok ? undefined : answer.reason)
    if (!answer.ok && !honestRefusals.has(answer.reason)) connection.countFault()
    for (const delivery of deliveries) this.#deliver(delivery)
    void later?.then((all) => all.forEach(this.#deliver))
  }

  #refuseTooMany(
    event: keyof ClientEvents,
    acknowledge: (answer: { ok: false; reason: 'too-many-requests' }) => void,
    connection: Connection,
  ): void {
    acknowledge({ ok: false, reason: 'too-many-requests' })
    this.#observer.answered(event, 'too-many-requests')
    connection.countFault()
  }
}
