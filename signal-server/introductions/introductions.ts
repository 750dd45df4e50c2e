import type { Cluster, ClusterEvents, ClusterNode, RelayedStep, RemoteNode } from '../cluster/cluster.ts'
import { clusterLimits } from '../cluster/limits.ts'
import { Deadline } from '../shared/deadline.ts'
import type { SignallingLimits } from '../shared/limits.ts'
import type { SignallingObserver } from '../shared/observer.ts'
import {
  type IceGrant,
  type Registered,
  type RegisterRefusal,
  type RenewRefusal,
  renewRequestSchema,
  type SignalRefusal,
} from '../shared/protocol.ts'
import { readPayload } from '../shared/payload.ts'
import type { AccessTokens } from './access-tokens.ts'
import { DivisionNotices } from './division-notices.ts'
import type { IceServers } from './ice-servers.ts'
import { type Delivery, type Outcome, refuse } from './outcome.ts'
import { isProven } from './proof.ts'
import { Registrar } from './registrar.ts'
import { Registry } from './registry.ts'
import type { SharedRates } from './shared-rates.ts'
import { SignalRouting } from './signal-routing.ts'

export interface IntroductionsOptions {
  readonly limits: SignallingLimits
  /** Milliseconds, never backwards. */
  readonly now: () => number
  readonly rates: SharedRates
  readonly tokens: AccessTokens
  readonly iceServers: IceServers
  /** The build of the page that the server serves; undefined if that page has no build id. */
  readonly build: string | undefined
  /** For deliveries that no request of this process causes. */
  readonly deliver: (delivery: Delivery) => void
  readonly observer: Pick<SignallingObserver, 'nameChanged' | 'introduced' | 'clusterChanged'>
}

/**
 * What the server does with a request, without any socket: payload in, answer and deliveries out. Payloads arrive as the
 * tab sent them; only what the schemas rebuild is used.
 *
 * What concerns this process alone is decided and delivered at once, with or without a cluster, whatever its state.
 */
export class Introductions implements ClusterEvents {
  readonly #registry: Registry
  readonly #registrar: Registrar
  readonly #signals: SignalRouting
  readonly #divisions: DivisionNotices
  readonly #iceServers: IceServers
  readonly #now: () => number
  readonly #observer: IntroductionsOptions['observer']
  #cluster: Cluster | undefined

  constructor({ limits, now, rates, tokens, iceServers, build, deliver, observer }: IntroductionsOptions) {
    const registry = new Registry(limits, now, isProven)
    const cluster = (): Cluster | undefined => this.#cluster
    this.#now = now
    this.#observer = observer
    this.#registry = registry
    this.#iceServers = iceServers
    this.#divisions = new DivisionNotices(() => this.nodes().filter(({ upstreams }) => upstreams.length > 0), deliver)
    this.#registrar = new Registrar({
      now,
      registry,
      rates,
      tokens,
      divisions: this.#divisions,
      cluster,
      deadline: () => this.deadline(),
      grant: (name) => ({ ...iceServers.grant(name), ...(build !== undefined && { build }) }),
      deliver,
      observer,
    })
    const introduced = (ms: number): void => observer.introduced(ms)
    this.#signals = new SignalRouting({ limits, now, registry, rates, cluster, deliver, introduced })
  }

  /** From now on this process is one of several. */
  join(cluster: Cluster): void {
    this.#cluster = cluster
  }

  /** Registered names of this process. */
  get names(): number {
    return this.#registry.size
  }

  /** For a request that arrives now. */
  deadline(): Deadline {
    return new Deadline(this.#cluster?.now() ?? this.#now(), clusterLimits.answerWithinMs)
  }

  /** Must be called before the socket's first request. */
  socketOpened(socketId: string): void {
    this.#registrar.socketOpened(socketId)
  }

  socketEnded(socketId: string): void {
    this.#registrar.socketEnded(socketId)
    this.#signals.socketEnded(socketId)
  }

  /** `address`: the group of addresses that the socket's address is counted with. */
  register(
    socketId: string,
    address: string,
    payload: unknown,
    deadline: Deadline,
  ): Promise<Outcome<RegisterRefusal, Registered>> {
    return this.#registrar.register(socketId, address, payload, deadline)
  }

  signal(socketId: string, address: string, payload: unknown, deadline: Deadline): Promise<Outcome<SignalRefusal>> {
    return this.#signals.pass(socketId, address, payload, deadline)
  }

  renew(socketId: string, payload: unknown): Outcome<RenewRefusal, IceGrant> {
    if (!readPayload(renewRequestSchema, payload)) return refuse('malformed')
    const node = this.#registry.nodeOf(socketId)
    if (!node) return refuse('unregistered')
    return { answer: { ok: true, ...this.#iceServers.grant(node.name) }, deliveries: [] }
  }

  nodes(): readonly ClusterNode[] {
    return [...this.#registry.nodes()]
  }

  holds(socketId: string): boolean {
    return this.#registry.nodeOf(socketId) !== undefined
  }

  registered(nodes: readonly RemoteNode[]): void {
    this.#registrar.registeredElsewhere(nodes)
  }

  lost(socketId: string, why: 'replaced' | 'taken'): void {
    this.#registrar.lost(socketId, why)
  }

  relayed(step: RelayedStep): SignalRefusal | undefined {
    return this.#signals.relayed(step)
  }

  changed(state: 'up' | 'down', why?: string): void {
    this.#observer.clusterChanged(state, why)
    if (state === 'down') this.#divisions.begin()
    else this.#divisions.pause()
  }

  caughtUp(): void {
    this.#divisions.end()
  }
}
