import type {
  Answer,
  IceServer,
  ReceivedSignal,
  RefusalReason,
  UpstreamOnline,
} from '../../signal-server/shared/protocol.ts'
import { toBase64url } from '../gossip/wire/base64url.ts'
import { gossipLimits } from '../gossip/bounds/limits.ts'
import type { Link, LinkId, LinkIdentity } from '../gossip/wire/link.ts'
import { type NodeName, parseNodeName } from '../gossip/wire/node-name.ts'
import type { PeerId } from '../gossip/wire/peer-id.ts'
import { Admission, isBarring } from './attempts/admission.ts'
import { Attempt, type AttemptFailure, type SendRefusal } from './attempts/attempt.ts'
import { type PickIceServers, countIceServers } from './webrtc/ice-servers.ts'
import type { Introduction, SessionDescription } from './attempts/introduction.ts'
import type { NetworkLimits } from './shared/limits.ts'
import { OfferAnswerer } from './answering/offer-answerer.ts'
import type { CreatePeerConnection, LinkHandle, PeerConnection } from './attempts/peer-connection.ts'
import type { Signalling } from './signalling/signalling.ts'
import type { TryDiagnosis } from '../node/api/diagnosis.ts'
import { LatestTries } from './attempts/latest-tries.ts'
import { UpstreamDialer } from './dialling/upstream-dialer.ts'
import type { Timers } from '../node/shared/timers.ts'
import type { Sign, Verify } from '../node/shared/signatures.ts'
import type { CloseReason, NetworkPort, NetworkPortEvents, SignallingState } from '../node/shared/node-ports.ts'

export interface Upstream {
  readonly name: NodeName
  /** The key that the address names (`peer=name@PeerId`). */
  readonly pin: PeerId | undefined
  /** The key that the name had last time. */
  readonly trusted: PeerId | undefined
}

export interface NetworkEvents<Handle extends LinkHandle> extends Omit<NetworkPortEvents<Handle>, 'trouble'> {
  /** A key to remember for an upstream's name. */
  remember(name: NodeName, peerId: PeerId): void
}

export interface NetworkOptions<Handle extends LinkHandle = Link> {
  readonly net: string
  readonly self: PeerId
  readonly upstreams: readonly Upstream[]
  readonly signalling: Signalling
  readonly createConnection: CreatePeerConnection<Handle>
  readonly pickIceServers: PickIceServers
  /** `all` by default. `relay` hides this node's addresses from other nodes, and needs a TURN server. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy
  readonly sign: Sign
  readonly verify: Verify
  readonly timers: Timers
  readonly limits: NetworkLimits
  /** In [0, 1). */
  readonly random: () => number
  /** Cryptographically secure. */
  readonly randomBytes: (length: number) => Uint8Array
}

/** Makes the links: dials the upstreams, answers offers, and hands over every link that opens. */
export class Network<Handle extends LinkHandle = Link> implements NetworkPort {
  readonly #options: NetworkOptions<Handle>
  readonly #events: NetworkEvents<Handle>
  readonly #admission: Admission
  readonly #dialers = new Map<NodeName, UpstreamDialer>()
  readonly #answerer: OfferAnswerer
  /** The attempts that this node initiated, by their ids, for the signals that arrive for them. */
  readonly #outgoing = new Map<string, { readonly attempt: Attempt; readonly to: NodeName }>()
  readonly #tries: LatestTries
  readonly #links = new Map<PeerId, Handle>()
  /** The part of the server's latest list that this browser accepts. */
  #iceServers: readonly IceServer[] = []
  #linksMade = 0
  #hasStopped = false

  constructor(options: NetworkOptions<Handle>, events: NetworkEvents<Handle>) {
    this.#options = options
    this.#events = events
    this.#admission = new Admission(options.limits, options.timers.now())
    this.#tries = new LatestTries((upstream, status) => events.tried(upstream, status))
    for (const upstream of options.upstreams) {
      const { name } = upstream
      const dialer: UpstreamDialer = new UpstreamDialer({
        ...options,
        ...upstream,
        admission: this.#admission,
        linkTo: (peerId) => this.#links.get(peerId),
        remember: (peerId) => events.remember(name, peerId),
        createAttempt: (peerId, attemptEvents) => this.#dial(name, peerId, attemptEvents),
        distrust: () => void this.#refuse(name, this.#attemptId(), 'other-key'),
        changed: () => events.upstream(dialer.status()),
      })
      this.#dialers.set(name, dialer)
    }
    this.#answerer = new OfferAnswerer({
      ...options,
      admission: this.#admission,
      hasRoomFor: (peerId, otherAnswers) => this.#hasRoomFor(peerId, otherAnswers),
      winsGlare: (from, peerId) => this.#dialers.get(from)?.winsGlare(peerId) ?? false,
      giveWay: (from, peerId) => this.#dialers.get(from)?.giveWay(peerId),
      createAttempt: ({ from, introduction, offer }, attemptEvents) =>
        this.#createAttempt(from, introduction, offer, attemptEvents),
      refuse: (to, attempt, reason) => void this.#refuse(to, attempt, reason),
      dropped: (reason, from) => events.dropped(reason, from),
    })
  }

  start(): void {
    for (const dialer of this.#dialers.values()) this.#events.upstream(dialer.status())
    this.#options.signalling.start({
      state: (state) => this.#signallingChanged(state),
      contact: (contact) => this.#events.contact(contact),
      iceServers: (granted) => {
        const picked = this.#options.pickIceServers(granted)
        this.#iceServers = picked.servers
        this.#events.iceServers(countIceServers(picked))
      },
      signal: (signal) => this.#receive(signal),
      upstreamOnline: (presence) => this.#upstreamOnline(presence),
      upstreamSimilar: ({ name, similar }) => this.#dialers.get(name as NodeName)?.similar(similar),
      divided: (isDivided) => {
        for (const dialer of this.#dialers.values()) dialer.divided(isDivided)
      },
      dropped: (reason) => this.#events.dropped(reason, undefined),
    })
  }

  /** Ends attempts and the signalling; links are the caller's to close. */
  stop(): void {
    this.#hasStopped = true
    this.#options.signalling.stop()
    for (const dialer of this.#dialers.values()) dialer.stop()
    this.#answerer.stop()
    this.#links.clear()
  }

  closed(link: LinkIdentity, reason: CloseReason): void {
    const { peerId } = link
    if (isBarring(reason)) this.#admission.ban(peerId, this.#options.timers.now())
    if (this.#links.get(peerId)?.id === link.id) this.#links.delete(peerId)
    if (this.#hasStopped) return
    for (const dialer of this.#dialers.values()) {
      if (dialer.closed(link.id, reason)) this.#tries.linkChanged(dialer.name, undefined)
    }
    // An upstream with the same key may have waited for that link to close.
    for (const dialer of this.#dialers.values()) dialer.evaluate()
  }

  setQuiet(id: LinkId, isQuiet: boolean): void {
    for (const dialer of this.#dialers.values()) dialer.setQuiet(id, isQuiet)
  }

  trust(name: string): void {
    this.#dialers.get(name as NodeName)?.trust()
  }

  #signallingChanged(state: SignallingState): void {
    for (const dialer of this.#dialers.values()) {
      if (state.status === 'registered') dialer.registered()
      else dialer.unregistered()
    }
    this.#events.signalling(state)
  }

  #upstreamOnline(presence: UpstreamOnline): void {
    const dialer = this.#dialers.get(presence.name as NodeName)
    if (!dialer) return this.#events.dropped('unasked-upstream', presence.name)
    const linkToProbe = dialer.online(presence)
    if (linkToProbe !== undefined) this.#events.suspect(linkToProbe)
  }

  #receive(signal: ReceivedSignal): void {
    const from = parseNodeName(signal.from)
    if (!from) return
    const outgoing = this.#outgoing.get(signal.attempt)
    if (outgoing) {
      if (outgoing.to === from) outgoing.attempt.receive(signal)
      else this.#events.dropped('unknown-attempt', from)
      return
    }
    const { description } = signal.data
    if (description?.type === 'refusal' && description.reason === 'other-key') return this.#events.distrusted(from)
    if (this.#answerer.receive(from, signal)) return
    if (description?.type === 'offer') this.#answerer.offered(from, description, signal)
    else this.#events.dropped('unknown-attempt', from)
  }

  #dial(to: NodeName, responder: PeerId, events: { failed(reason: AttemptFailure): void }): Attempt {
    const { net, self } = this.#options
    const attempt = this.#attemptId()
    const introduction = { net, attempt, initiator: self, responder }
    const dialling = this.#createAttempt(to, introduction, undefined, events)
    this.#outgoing.set(attempt, { attempt: dialling, to })
    return dialling
  }

  #createAttempt(
    other: NodeName,
    introduction: Introduction,
    offer: SessionDescription | undefined,
    events: { failed(reason: AttemptFailure): void },
  ): Attempt {
    const { createConnection, iceTransportPolicy = 'all', timers, limits, signalling } = this.#options
    const connection = createConnection(offer === undefined, { iceServers: this.#iceServers, iceTransportPolicy })
    const peerId = offer ? introduction.initiator : introduction.responder
    const attempt: Attempt = new Attempt({
      ...this.#options,
      introduction,
      connection,
      ...(offer && { offer }),
      gatherMs: this.#iceServers.length === 0 ? limits.gatherHostMs : limits.gatherMs,
      send: async (seq, data): Promise<Answer<SendRefusal>> => signalling.send(other, introduction.attempt, seq, data),
      opened: () => {
        this.#outgoing.delete(introduction.attempt)
        if (this.#hasStopped) return connection.destroy()
        const open = { ...attempt.status(), status: 'open' } as const
        this.#tries.end(other, attempt, open)
        const link = this.#adopt(connection, other, peerId)
        if (link.direction === 'upstream') void this.#reportPath(connection, link, open)
        if (offer) timers.after(limits.steadyAfterMs, () => this.#steady(link))
        this.#answerer.ended(peerId, attempt)
      },
      failed: (reason) => {
        this.#outgoing.delete(introduction.attempt)
        const result = reason === 'cancelled' ? undefined : { ...attempt.status(), status: 'failed' as const, reason }
        this.#tries.end(other, attempt, result)
        events.failed(reason)
      },
      progressed: () => this.#tries.progress(other, attempt),
      dropped: (reason) => this.#events.dropped(reason, other),
    })
    if (this.#dialers.get(other)?.isKey(peerId)) this.#tries.begin(other, attempt)
    return attempt
  }

  #adopt(connection: PeerConnection<Handle>, name: NodeName, peerId: PeerId): Handle {
    const dialer = this.#dialers.get(name)
    const upstream = dialer?.isKey(peerId) ? dialer : undefined
    this.#linksMade += 1
    const id = this.#linksMade as LinkId
    const direction = upstream ? 'upstream' : 'downstream'
    const link = connection.link({ id, peerId, name, direction })
    const replaced = this.#links.get(peerId)
    this.#links.set(peerId, link)
    upstream?.linked(link)
    this.#events.linked(link)
    // Last, so that the end of the replaced link finds the new one in its place and changes nothing.
    replaced?.close()
    return link
  }

  async #reportPath(
    connection: PeerConnection<Handle>,
    link: Handle,
    open: TryDiagnosis & { status: 'open' },
  ): Promise<void> {
    const path = await connection.path()
    if (path && this.#links.get(link.peerId) === link) this.#tries.linkChanged(link.name, { ...open, path })
  }

  #steady(link: Handle): void {
    if (this.#links.get(link.peerId) === link) this.#admission.succeeded(link.peerId, this.#options.timers.now())
  }

  #hasRoomFor(peerId: PeerId, otherAnswers: number): boolean {
    if (this.#links.has(peerId)) return true
    // Places are reserved for all upstreams, linked or not.
    const upstreams = [...this.#dialers.values()]
    const downstreams = [...this.#links.values()].filter((link) => link.direction === 'downstream').length
    const isUpstream = upstreams.some((dialer) => dialer.isKey(peerId))
    return isUpstream || downstreams + otherAnswers < gossipLimits.maxLinks - upstreams.length
  }

  #attemptId(): string {
    return toBase64url(this.#options.randomBytes(16))
  }

  async #refuse(to: NodeName, attempt: string, reason: RefusalReason): Promise<void> {
    await this.#options.signalling.send(to, attempt, 0, { description: { type: 'refusal', reason }, candidates: [] })
  }
}
