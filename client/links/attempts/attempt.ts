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
import type { Connecting } from './peer-connection.ts'
import type { TryDiagnosis } from '../../node/api/diagnosis.ts'
import type { LinkReason } from '../../node/api/link-snapshot.ts'
import type { Timers } from '../../node/shared/timers.ts'
import type { Sign, Verify } from '../../node/shared/signatures.ts'

export type AttemptFailure = LinkReason | 'cancelled'

export type SendRefusal = SignalRefusal | 'no-acknowledgement' | 'offline'

export interface AttemptOptions {
  readonly introduction: Introduction
  readonly connection: Connecting
  /** The offer to answer, its signature verified; absent for the initiator. */
  readonly offer?: SessionDescription
  readonly sign: Sign
  readonly verify: Verify
  readonly timers: Timers
  readonly limits: NetworkLimits
  /** Milliseconds for which candidates are gathered into one signal, or until all are found. */
  readonly gatherMs: number
  send(seq: number, data: SignalData): Promise<Answer<SendRefusal>>
  /** The channel is open. The caller may replace the listener. */
  opened(): void
  failed(reason: AttemptFailure): void
  /** `status()` may have changed. */
  progressed(): void
  /** A signal, or a part of it, was ignored. */
  dropped(reason: 'late-signal' | 'unexpected-description' | 'too-many-candidates'): void
}

type State =
  /** The initiator's browser makes the offer. `early`: candidates that wait for the other side's description. */
  | { readonly step: 'offering'; readonly early: SignalCandidate[] }
  /** `isDelivered`: the server has acknowledged the offer. */
  | { readonly step: 'offered'; readonly offerSdp: string; readonly early: SignalCandidate[]; isDelivered: boolean }
  /** The responder's browser has the offer and makes the answer. */
  | { readonly step: 'answering' }
  /** Both descriptions are made, and the connection has the other side's. */
  | { readonly step: 'connecting' }
  | { readonly step: 'over'; readonly hadRemote: boolean }

/**
 * One try to make a connection, for the initiator or the responder.
 *  1. It ends once: with `opened`, or with `failed` and the connection destroyed.
 *  2. The connection gets the other side's description once, and only after its signature has been verified.
 *  3. Signals are handled in the order of their seq; a signal that is not newer than the last one is dropped.
 */
export class Attempt {
  readonly #options: AttemptOptions
  readonly #stopDeadline: () => void
  #state: State
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
    this.#state = offer ? { step: 'answering' } : { step: 'offering', early: [] }
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
      open: () => this.#open(),
      closed: (end) => this.#fail(end === 'lost' ? 'no-path' : this.#closedBy()),
    })
    if (!offer) return
    this.#received.addDescription(offer.sdp)
    connection.accept({ type: 'offer', sdp: offer.sdp })
  }

  /** Whether the other side has sent a description whose signature verified. */
  get isAnswered(): boolean {
    const state = this.#state
    return state.step === 'over' ? state.hadRemote : state.step === 'answering' || state.step === 'connecting'
  }

  /** For an attempt under way; `opened` and `failed` report the end. */
  status(): Extract<TryDiagnosis, { status: 'offered' | 'connecting' }> {
    return {
      status: this.isAnswered ? 'connecting' : 'offered',
      gathered: this.#gathered.counts(),
      received: this.#received.counts(),
    }
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
    const { introduction, verify, connection } = this.#options
    const state = this.#state
    if (state.step !== 'offered' || description.type !== 'answer') {
      return this.#options.dropped('unexpected-description')
    }
    const isProven = await verifyDescription(verify, introduction, description, state.offerSdp)
    if (this.#isOver) return undefined
    if (!isProven) return this.#fail('bad-signature')
    this.#state = { step: 'connecting' }
    this.#received.addDescription(description.sdp)
    this.#options.progressed()
    connection.accept({ type: 'answer', sdp: description.sdp })
    for (const candidate of state.early) connection.addCandidate(candidate)
  }

  #acceptCandidates(candidates: readonly SignalCandidate[]): void {
    const { connection, limits } = this.#options
    for (const candidate of candidates) {
      const state = this.#state
      if (state.step === 'over') return
      this.#received.add(candidate.candidate)
      if (!('early' in state)) connection.addCandidate(candidate)
      else if (state.early.length < limits.earlyCandidates) state.early.push(candidate)
      else this.#options.dropped('too-many-candidates')
    }
    if (candidates.length > 0) this.#options.progressed()
  }

  async #describe(sdp: string): Promise<void> {
    const { introduction, sign, offer } = this.#options
    this.#outgoing.description = await signDescription(sign, introduction, sdp, offer?.sdp)
    const state = this.#state
    if (state.step === 'offering') {
      this.#state = { step: 'offered', offerSdp: sdp, early: state.early, isDelivered: false }
    } else if (state.step === 'answering') this.#state = { step: 'connecting' }
    this.#gathered.addDescription(sdp)
    this.#sendSoon()
    this.#options.progressed()
  }

  /** Sends soon: candidates found within `gatherMs` share a signal, so an introduction needs few messages. */
  #sendSoon(): void {
    if (this.#isOver || this.#cancelSend) return
    const { timers } = this.#options
    this.#cancelSend = timers.after(this.#hasGathered ? 0 : this.#options.gatherMs, () => void this.#flush())
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
    if (!answer.ok) this.#fail(sendFailure(answer.reason))
    else if (this.#state.step === 'offered') this.#state.isDelivered = true
  }

  #open(): void {
    if (this.#isOver) return
    this.#end()
    this.#options.opened()
  }

  #fail(reason: AttemptFailure): void {
    if (this.#isOver) return
    this.#end()
    this.#options.connection.destroy()
    this.#options.failed(reason)
  }

  /** The failure at the deadline, by the step that is missing. */
  #tooLate(): AttemptFailure {
    if (this.#state.step === 'offered') return this.#state.isDelivered ? 'no-answer' : 'server-silent'
    return this.#state.step === 'connecting' ? 'connect-timeout' : 'webrtc-failed'
  }

  /** Before the other side's description only this browser can end the connection; afterwards either side can. */
  #closedBy(): AttemptFailure {
    return this.isAnswered ? 'connection-lost' : 'webrtc-failed'
  }

  get #isOver(): boolean {
    return this.#state.step === 'over'
  }

  #end(): void {
    this.#state = { step: 'over', hadRemote: this.isAnswered }
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
