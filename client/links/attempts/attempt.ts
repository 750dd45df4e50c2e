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
import { type Introduction, type SessionDescription, signDescription, verifyDescription } from './introduction.ts'
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
  /** The channel is open. `early`: a message that arrived before the open event. The caller may replace the listener. */
  opened(early: Uint8Array<ArrayBuffer> | string | undefined): void
  failed(reason: AttemptFailure): void
  /** `status()` may have changed. */
  progressed(): void
  /** A signal, or a part of it, was ignored. */
  dropped(reason: 'late-signal' | 'unexpected-description' | 'too-many-candidates'): void
}

/**
 * One try to make a connection, for the initiator or the responder.
 *  1. It ends once: with `opened`, or with `failed` and the connection destroyed.
 *  2. The connection gets the other side's description once, and only after its signature has been verified.
 *  3. Signals are handled in the order of their seq; a signal that is not newer than the last one is dropped.
 */
export class Attempt {
  readonly #options: AttemptOptions
  readonly #stopDeadline: () => void
  #isOver = false
  #offerSdp: string | undefined
  /** Whether this browser has made this side's description, and whether the server has acknowledged it. */
  #isDescribed = false
  #isDelivered = false
  /** Whether the connection has the other side's description; candidates wait for it. */
  #hasRemote = false
  #early: SignalCandidate[] = []
  #receivedSeq = -1
  /** Handles signals one after the other, although verifying takes time. */
  #inbox: Promise<void> = Promise.resolve()
  #sentSeq = 0
  #outgoing: { description?: SessionDescription; candidates: SignalCandidate[] } = { candidates: [] }
  #cancelSend: (() => void) | undefined
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
        this.#sendSoon()
        this.#gathered.add(candidate.candidate)
        options.progressed()
      },
      gathered: () => {
        this.#hasGathered = true
        this.#cancelSend?.()
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

  /** Whether the other side has sent a description whose signature verified. */
  get isAnswered(): boolean {
    return this.#hasRemote
  }

  /** For an attempt under way; `opened` and `failed` report the end. */
  status(): Extract<TryDiagnosis, { status: 'offered' | 'connecting' }> {
    const status = this.#hasRemote ? 'connecting' : 'offered'
    return { status, gathered: this.#gathered.counts(), received: this.#received.counts() }
  }

  receive(signal: ReceivedSignal): void {
    this.#inbox = this.#inbox.then(() => this.#handle(signal)).catch(() => this.#fail('webrtc-failed'))
  }

  cancel(): void {
    this.#fail('cancelled')
  }

  async #handle({ seq, data }: ReceivedSignal): Promise<void> {
    if (this.#isOver) return
    if (seq <= this.#receivedSeq) return this.#options.dropped('late-signal')
    this.#receivedSeq = seq
    if (data.description?.type === 'refusal') return this.#fail(refusalFailures[data.description.reason])
    if (data.description) await this.#acceptDescription(data.description)
    this.#acceptCandidates(data.candidates)
  }

  async #acceptDescription(description: SessionDescription): Promise<void> {
    const { introduction, verify, connection, offer } = this.#options
    if (offer || description.type !== 'answer' || this.#hasRemote || this.#offerSdp === undefined) {
      return this.#options.dropped('unexpected-description')
    }
    const isProven = await verifyDescription(verify, introduction, description, this.#offerSdp)
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

  #acceptCandidates(candidates: readonly SignalCandidate[]): void {
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
    this.#outgoing.description = await signDescription(sign, introduction, sdp, offerSdp)
    this.#offerSdp ??= sdp
    this.#isDescribed = true
    this.#gathered.addDescription(sdp)
    this.#sendSoon()
    this.#options.progressed()
  }

  /** Sends soon: candidates found within `gatherMs` share a signal, so an introduction needs few messages. */
  #sendSoon(): void {
    if (this.#isOver || this.#cancelSend) return
    const { timers, limits } = this.#options
    this.#cancelSend = timers.after(this.#hasGathered ? 0 : limits.gatherMs, () => void this.#flush())
  }

  async #flush(): Promise<void> {
    this.#cancelSend = undefined
    if (this.#isOver) return
    // A candidate may be found before the description is signed; the server knows no attempt yet.
    if (this.#sentSeq === 0 && !this.#outgoing.description) return
    const { description } = this.#outgoing
    if (!description && this.#outgoing.candidates.length === 0) return
    const candidates = this.#outgoing.candidates.splice(0, protocolLimits.candidatesPerSignal)
    delete this.#outgoing.description
    if (this.#outgoing.candidates.length > 0) this.#sendSoon()
    const seq = this.#sentSeq
    if (seq >= protocolLimits.signalsPerSide) return
    this.#sentSeq += 1
    const answer = await this.#options.send(seq, { ...(description && { description }), candidates })
    // Refused candidates: the other side has ended this try, which the deadline or the connection reports.
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

  /** The failure at the deadline, by the step that is missing. */
  #tooLate(): AttemptFailure {
    if (!this.#isDescribed) return 'webrtc-failed'
    if (this.#hasRemote) return 'connect-timeout'
    return this.#isDelivered ? 'no-answer' : 'server-silent'
  }

  /** Before the other side's description only this browser can end the connection; afterwards either side can. */
  #closedBy(): AttemptFailure {
    return this.#hasRemote ? 'connection-lost' : 'webrtc-failed'
  }

  #end(): void {
    this.#isOver = true
    this.#stopDeadline()
    this.#cancelSend?.()
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
