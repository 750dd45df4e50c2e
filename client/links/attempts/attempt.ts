import type {
  Answer,
  ReceivedSignal,
  RefusalReason,
  SignalCandidate,
  SignalData,
  SignalRefusal,
} from '../../../signal-server/shared/protocol.ts'
import { protocolLimits } from '../../../signal-server/shared/protocol.ts'
import { CandidateTally } from './candidate-tally.ts'
import { type Introduction, type SessionDescription, signAnswer, signOffer, verifyAnswer } from './introduction.ts'
import type { NetworkLimits } from '../shared/limits.ts'
import type { PeerConnection } from './peer-connection.ts'
import type { TryDiagnosis } from '../../node/api/diagnosis.ts'
import type { LinkReason } from '../../node/api/link-snapshot.ts'
import type { Timers } from '../../node/shared/timers.ts'
import type { Sign, Verify } from '../../node/shared/signatures.ts'

export type AttemptFailure = LinkReason | 'cancelled'

export type SendRefusal = SignalRefusal | 'no-acknowledgement' | 'offline'

export interface AttemptOptions {
  readonly introduction: Introduction
  readonly connection: PeerConnection
  /** The offer to answer, its signature verified; absent for the initiator. */
  readonly offer?: SessionDescription
  readonly sign: Sign
  readonly verify: Verify
  readonly timers: Timers
  readonly limits: NetworkLimits
  send(seq: number, data: SignalData): Promise<Answer<SendRefusal>>
  /** The channel is open; `early` is a message that came before it said so. The connection's events are free. */
  opened(early: Uint8Array<ArrayBuffer> | string | undefined): void
  failed(reason: AttemptFailure): void
  /** `status()` may have changed. */
  progressed(): void
  /** A signal was ignored. */
  dropped(reason: 'late-signal' | 'unexpected-description' | 'too-many-candidates'): void
}

/**
 * One try to make one connection, for either side.
 *  1. It ends once: `opened`, or `failed` with the connection destroyed.
 *  2. The other side's description is given to the connection once, and only with its signature verified.
 *  3. Signals are taken in the order of their seq; one that is not newer than the last is dropped.
 */
export class Attempt {
  readonly #options: AttemptOptions
  readonly #stopDeadline: () => void
  #isOver = false
  #offerSdp: string | undefined
  /** Whether this browser has made this side's description, and whether the server has passed it on. */
  #isDescribed = false
  #isDelivered = false
  /** Whether the other side's description was given to the connection; candidates wait for it. */
  #hasRemote = false
  #early: SignalCandidate[] = []
  #receivedSeq = -1
  /** Signals one after the other, though verifying takes time. */
  #inbox: Promise<void> = Promise.resolve()
  #sentSeq = 0
  #outgoing: { description?: SessionDescription; candidates: SignalCandidate[] } = { candidates: [] }
  #stopGathering: (() => void) | undefined
  #hasGathered = false
  readonly #gathered = new CandidateTally()
  readonly #received = new CandidateTally()

  constructor(options: AttemptOptions) {
    this.#options = options
    const { connection, timers, limits, offer } = options
    this.#stopDeadline = timers.after(limits.connectWithinMs, () => {
      this.#fail(this.#tooLate())
    })
    connection.listen({
      description: ({ sdp }) => void this.#describe(sdp).catch(() => this.#fail('webrtc-failed')),
      candidate: (candidate) => {
        this.#outgoing.candidates.push(candidate)
        this.#gather()
        this.#gathered.add(candidate.candidate)
        options.progressed()
      },
      gathered: () => {
        this.#hasGathered = true
        this.#stopGathering?.()
        void this.#flush()
      },
      open: () => this.#open(undefined),
      message: (message) => this.#open(message),
      closed: (end) => this.#fail(end === 'lost' ? 'no-path' : this.#closedBy()),
    })
    if (!offer) return
    this.#offerSdp = offer.sdp
    this.#hasRemote = true
    this.#received.addDescription(offer.sdp)
    connection.accept({ type: 'offer', sdp: offer.sdp })
  }

  /** Whether the other side has taken part, and proven that it is who it should be. */
  get isAnswered(): boolean {
    return this.#hasRemote
  }

  /** While it is under way; how it ended is told by `opened` and `failed`. */
  status(): Extract<TryDiagnosis, { status: 'offered' | 'connecting' }> {
    const status = this.#hasRemote ? 'connecting' : 'offered'
    return { status, gathered: this.#gathered.counts(), received: this.#received.counts() }
  }

  receive(signal: ReceivedSignal): void {
    this.#inbox = this.#inbox.then(() => this.#take(signal)).catch(() => this.#fail('webrtc-failed'))
  }

  cancel(): void {
    this.#fail('cancelled')
  }

  async #take({ seq, data }: ReceivedSignal): Promise<void> {
    if (this.#isOver) return
    if (seq <= this.#receivedSeq) return this.#options.dropped('late-signal')
    this.#receivedSeq = seq
    if (data.description?.type === 'refusal') return this.#fail(refusalFailures[data.description.reason])
    if (data.description) await this.#takeDescription(data.description)
    this.#takeCandidates(data.candidates)
  }

  async #takeDescription(description: SessionDescription): Promise<void> {
    const { introduction, verify, connection, offer } = this.#options
    if (offer || description.type !== 'answer' || this.#hasRemote || this.#offerSdp === undefined) {
      return this.#options.dropped('unexpected-description')
    }
    const isProven = await verifyAnswer(verify, introduction, this.#offerSdp, description)
    if (this.#isOver) return undefined
    if (!isProven) return this.#fail('bad-signature')
    this.#hasRemote = true
    this.#received.addDescription(description.sdp)
    this.#options.progressed()
    connection.accept({ type: 'answer', sdp: description.sdp })
    const early = this.#early
    this.#early = []
    for (const candidate of early) connection.addCandidate(candidate)
  }

  #takeCandidates(candidates: readonly SignalCandidate[]): void {
    const { connection, limits } = this.#options
    for (const candidate of candidates) {
      if (this.#isOver) return
      this.#received.add(candidate.candidate)
      if (this.#hasRemote) connection.addCandidate(candidate)
      else if (this.#early.length < limits.earlyCandidates) this.#early.push(candidate)
      else this.#options.dropped('too-many-candidates')
    }
    if (candidates.length > 0) this.#options.progressed()
  }

  async #describe(sdp: string): Promise<void> {
    const { introduction, sign } = this.#options
    const offerSdp = this.#offerSdp
    this.#outgoing.description =
      offerSdp === undefined
        ? await signOffer(sign, introduction, sdp)
        : await signAnswer(sign, introduction, offerSdp, sdp)
    this.#offerSdp ??= sdp
    this.#isDescribed = true
    this.#gathered.addDescription(sdp)
    this.#gather()
    this.#options.progressed()
  }

  /** Candidates found within a moment travel with the description, so an introduction takes few messages. */
  #gather(): void {
    if (this.#isOver || this.#stopGathering) return
    const { timers, limits } = this.#options
    this.#stopGathering = timers.after(this.#hasGathered ? 0 : limits.gatherMs, () => void this.#flush())
  }

  async #flush(): Promise<void> {
    this.#stopGathering = undefined
    if (this.#isOver) return
    // A candidate may be found before the description is signed; it has no attempt to go to yet.
    if (this.#sentSeq === 0 && !this.#outgoing.description) return
    const { description } = this.#outgoing
    if (!description && this.#outgoing.candidates.length === 0) return
    const candidates = this.#outgoing.candidates.splice(0, protocolLimits.candidatesPerSignal)
    delete this.#outgoing.description
    if (this.#outgoing.candidates.length > 0) this.#gather()
    const seq = this.#sentSeq
    if (seq >= protocolLimits.signalsPerSide) return
    this.#sentSeq += 1
    const answer = await this.#options.send(seq, { ...(description && { description }), candidates })
    // Candidates that are refused belong to a try that the other side has ended: its deadline or end will tell.
    if (!description) return
    if (answer.ok) this.#isDelivered = true
    else this.#fail(sendFailure(answer.reason))
  }

  #open(early: Uint8Array<ArrayBuffer> | string | undefined): void {
    if (this.#isOver) return
    this.#end()
    this.#options.opened(early)
  }

  #fail(reason: AttemptFailure): void {
    if (this.#isOver) return
    this.#end()
    this.#options.connection.destroy()
    this.#options.failed(reason)
  }

  /** Whose step is missing. */
  #tooLate(): AttemptFailure {
    if (!this.#isDescribed) return 'webrtc-failed'
    if (this.#hasRemote) return 'connect-timeout'
    return this.#isDelivered ? 'no-answer' : 'server-silent'
  }

  /** Nobody but this browser has a part in it before the answer; after it the other side may have given up. */
  #closedBy(): AttemptFailure {
    return this.#hasRemote ? 'connection-lost' : 'webrtc-failed'
  }

  #end(): void {
    this.#isOver = true
    this.#stopDeadline()
    this.#stopGathering?.()
  }
}

/** What it means that the other side refuses the offer. Its refusal is not signed, so it proves nothing. */
const refusalFailures: Readonly<Record<RefusalReason, LinkReason>> = {
  busy: 'peer-busy',
  full: 'peer-full',
  stopping: 'not-there',
  'bad-offer': 'offer-refused',
  // An upstream does not check the keys of nodes that dial it, so none sends this.
  'other-key': 'offer-refused',
}

/** What it means that the server does not pass the offer on. */
const sendFailure = (refusal: SendRefusal): AttemptFailure => {
  switch (refusal) {
    case 'upstream-offline':
    case 'unknown-attempt':
      return 'not-there'
    case 'cluster-unavailable':
      return 'server-divided'
    case 'too-many-attempts':
    case 'too-many-signals':
    case 'too-many-requests':
    case 'too-many-of-address':
    case 'too-many-of-network':
      return 'peer-busy'
    case 'unregistered':
    case 'not-an-upstream':
    case 'wrong-peer-id':
    case 'malformed':
    case 'offline':
      return 'server-offline'
    case 'no-acknowledgement':
      return 'server-silent'
  }
}
