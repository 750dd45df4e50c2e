import type { SignallingLimits } from '../shared/limits.ts'
import type { RemoteNode } from '../cluster/cluster.ts'
import type { SignalData, SignalRefusal } from '../shared/protocol.ts'
import { TokenBucket } from '../shared/token-bucket.ts'

type AttemptLimits = Pick<
  SignallingLimits,
  | 'attemptsPerSocket'
  | 'attemptLifetimeMs'
  | 'signalsPerSide'
  | 'charsPerSide'
  | 'offersPerUpstream'
  | 'offersPerTarget'
>

interface Side {
  signals: number
  chars: number
}

interface Attempt {
  readonly id: string
  readonly initiator: string
  readonly responder: string
  /** The side whose socket is on another process, if there is one. */
  readonly remote: RemoteNode | undefined
  readonly openedAt: number
  readonly sent: { readonly initiator: Side; readonly responder: Side }
  isAnswered: boolean
}

/** The attempts of one socket. */
interface Party {
  /** By attempt id, the oldest first. */
  readonly initiated: Map<string, Attempt>
  readonly answering: Set<Attempt>
  /** By the upstream's name, so at most as many as a node may register. */
  readonly offersTo: Map<string, TokenBucket>
  readonly offersGot: TokenBucket
}

/** A signal between two sockets; `to` is the receiver's name. */
export interface Step {
  readonly sender: string
  readonly receiver: string
  readonly to: string
  readonly attempt: string
  readonly data: SignalData
}

const charsOf = ({ description, candidates }: SignalData): number => {
  const sdp = description && 'sdp' in description ? description.sdp.length : 0
  return candidates.reduce((sum, { candidate }) => sum + candidate.length, sdp)
}

/**
 * Who may send a signal to whom.
 *
 * 1. An attempt is identified by its initiator's socket, its responder's socket and its id. One offer opens it.
 * 2. While it is open, candidates go both ways, and one answer or one refusal goes back. A refusal ends it.
 * 3. It ends with either socket, and by age. An ended attempt is unknown.
 * 4. A refused step changes no attempt.
 * 5. An attempt between two processes has a copy on both; each copy counts the signals, and ends with its own sockets.
 */
export class Attempts {
  readonly #limits: AttemptLimits
  readonly #now: () => number
  readonly #answered: (ms: number) => void
  readonly #parties = new Map<string, Party>()

  /** `answered`: called for each answer to an offer of this process, with the milliseconds since that offer. */
  constructor(limits: AttemptLimits, now: () => number, answered: (ms: number) => void = () => undefined) {
    this.#limits = limits
    this.#now = now
    this.#answered = answered
  }

  /**
   * Opens an attempt with its offer. The caller has checked that the receiver is an upstream of the sender. `remote`: the
   * side whose socket is on another process.
   */
  open(step: Step, remote?: RemoteNode): SignalRefusal | undefined {
    const refusal = this.#open(step, remote)
    if (refusal && remote) this.#forgetIfIdle(remote.socketId)
    return refusal
  }

  /** The receiver's process refused the offer, or the attempt has no offer. */
  withdraw(sender: string, id: string): void {
    const attempt = this.#parties.get(sender)?.initiated.get(id)
    if (attempt) this.#end(attempt)
  }

  /** Admits an answer, a refusal or candidates to an open attempt. */
  pass({ sender, receiver, attempt: id, data }: Step): SignalRefusal | undefined {
    const attempt = this.#find(sender, receiver, id)
    if (!attempt) return 'unknown-attempt'
    const isResponder = attempt.responder === sender
    const type = data.description?.type
    if (type && !isResponder) return 'unknown-attempt'
    if (type && attempt.isAnswered) return 'too-many-signals'
    const side = isResponder ? attempt.sent.responder : attempt.sent.initiator
    const chars = side.chars + charsOf(data)
    if (side.signals >= this.#limits.signalsPerSide || chars > this.#limits.charsPerSide) return 'too-many-signals'

    side.signals += 1
    side.chars = chars
    if (type === 'answer') {
      attempt.isAnswered = true
      if (attempt.remote?.socketId !== attempt.initiator) this.#answered(this.#now() - attempt.openedAt)
    }
    if (type === 'refusal') this.#end(attempt)
    return undefined
  }

  /** The other side of the socket's open attempt, if it has this name and is on another process. */
  remoteOf(socketId: string, id: string, name: string): RemoteNode | undefined {
    const party = this.#parties.get(socketId)
    if (!party) return undefined
    const own = party.initiated.get(id)?.remote
    if (own?.name === name) return own
    for (const attempt of party.answering) {
      if (attempt.id === id && attempt.remote?.name === name) return attempt.remote
    }
    return undefined
  }

  socketEnded(socketId: string): void {
    const party = this.#parties.get(socketId)
    if (!party) return
    for (const attempt of [...party.initiated.values(), ...party.answering]) this.#end(attempt)
    this.#parties.delete(socketId)
  }

  #open({ sender, receiver, to, attempt: id, data }: Step, remote: RemoteNode | undefined): SignalRefusal | undefined {
    // Before the parties are looked up: a party of another process is deleted with its last attempt.
    this.#endOld(this.#party(sender).initiated.values())
    this.#endOld(this.#party(receiver).answering)
    const initiator = this.#party(sender)
    const isOpen = initiator.initiated.has(id) || this.#party(receiver).initiated.get(id)?.responder === sender
    if (isOpen) return 'too-many-signals'
    if (initiator.initiated.size >= this.#limits.attemptsPerSocket) return 'too-many-attempts'
    const chars = charsOf(data)
    if (chars > this.#limits.charsPerSide) return 'too-many-signals'
    if (!this.#offersTo(initiator, to).consume()) return 'too-many-requests'
    // For a receiver on another process, that process counts the offers of all senders.
    const isHere = remote?.socketId !== receiver
    if (isHere && !this.#party(receiver).offersGot.consume()) return 'too-many-requests'

    const attempt: Attempt = {
      id,
      initiator: sender,
      responder: receiver,
      remote,
      openedAt: this.#now(),
      sent: { initiator: { signals: 1, chars }, responder: { signals: 0, chars: 0 } },
      isAnswered: false,
    }
    initiator.initiated.set(id, attempt)
    this.#party(receiver).answering.add(attempt)
    return undefined
  }

  #find(sender: string, receiver: string, id: string): Attempt | undefined {
    const own = this.#parties.get(sender)?.initiated.get(id)
    const attempt = own?.responder === receiver ? own : this.#parties.get(receiver)?.initiated.get(id)
    const isBetween = attempt && (attempt === own || attempt.responder === sender)
    return isBetween && !this.#isOld(attempt) ? attempt : undefined
  }

  #party(socketId: string): Party {
    const known = this.#parties.get(socketId)
    if (known) return known
    const party: Party = {
      initiated: new Map(),
      answering: new Set(),
      offersTo: new Map(),
      offersGot: new TokenBucket(this.#limits.offersPerTarget, this.#now),
    }
    this.#parties.set(socketId, party)
    return party
  }

  #offersTo(initiator: Party, to: string): TokenBucket {
    const known = initiator.offersTo.get(to)
    if (known) return known
    const bucket = new TokenBucket(this.#limits.offersPerUpstream, this.#now)
    initiator.offersTo.set(to, bucket)
    return bucket
  }

  #isOld(attempt: Attempt): boolean {
    return this.#now() - attempt.openedAt >= this.#limits.attemptLifetimeMs
  }

  /** `attempts`: the oldest first. */
  #endOld(attempts: Iterable<Attempt>): void {
    for (const attempt of attempts) {
      if (!this.#isOld(attempt)) return
      this.#end(attempt)
    }
  }

  #end(attempt: Attempt): void {
    this.#parties.get(attempt.initiator)?.initiated.delete(attempt.id)
    this.#parties.get(attempt.responder)?.answering.delete(attempt)
    if (attempt.remote) this.#forgetIfIdle(attempt.remote.socketId)
  }

  /** The end of a socket on another process is not reported here. */
  #forgetIfIdle(socketId: string): void {
    const party = this.#parties.get(socketId)
    if (party?.initiated.size === 0 && party.answering.size === 0) this.#parties.delete(socketId)
  }
}
