import { type LogId, logIdOf, parseEpoch } from './block.ts'
import { parseBody } from './body.ts'
import type { JsonValue } from './entry.ts'
import { isCount, isPositive } from './integers.ts'
import { type NodeName, parseNodeName } from './node-name.ts'
import type { SignedBytes } from './notice.ts'
import { type PeerId, parsePeerIdBytes, peerIdBytes } from './peer-id.ts'
import { parseTopic } from './topic.ts'

/** A message that is spread and never kept, as it is delivered: presence, a cursor. */
export interface Ephemeral {
  /** The author's name, as people type it. */
  readonly author: string
  /** The author's key: what is trusted. */
  readonly peerId: string
  /** The author's page load: a count and 64 random bits. */
  readonly epoch: string
  /** The author's clock, milliseconds since 1970. Shown, never used. */
  readonly time: number
  /** The application's name for a set of messages, 1 to 128 bytes of UTF-8. Absent: none. */
  readonly topic?: string
  readonly body: JsonValue | Uint8Array
  /** Names from the author to here. Unsigned; at most 64. */
  readonly path: readonly string[]
}

/** What the author of an ephemeral message signs. */
export interface EphemeralContent {
  readonly author: PeerId
  readonly name: NodeName
  readonly epoch: string
  /** 1, 2, 3 … per page load. */
  readonly number: number
  /** The author's clock, milliseconds since 1970. */
  readonly time: number
  readonly topic: string | undefined
  readonly body: JsonValue | Uint8Array
}

/** An ephemeral message on a link. `path`: names to the sender, the author first; empty if the sender is the author. */
export interface CarriedEphemeral extends SignedBytes {
  readonly path: readonly NodeName[]
}

/** Its content is unverified until it is part of a `VerifiedEphemeral`. */
export type SignedEphemeral = EphemeralContent & {
  /** The log that its author writes in the same page load: both spread along one tree. */
  readonly log: LogId
  readonly signed: SignedBytes
}

declare const verifiedEphemeralBrand: unique symbol
/** Only the core makes one, once its signature is checked: forgetting to verify does not compile. */
export type VerifiedEphemeral = SignedEphemeral & { readonly [verifiedEphemeralBrand]: true }

/** Why an ephemeral message is dropped. None is a strike: honest nodes send copies, and late ones. */
export type EphemeralDrop =
  /** This one has come before. */
  | 'ephemeral-copy'
  /** Of an earlier page load, or so far behind the latest one of its author that nobody knows whether it has come. */
  | 'old-ephemeral'
  /** More than its author or the link may send in a second. */
  | 'too-many-ephemerals'

/** The content as plain values, in the order in which it is encoded and signed. */
export const ephemeralFields = ({ author, name, epoch, number, time, topic, body }: EphemeralContent): unknown[] => [
  peerIdBytes(author),
  name,
  epoch,
  number,
  time,
  topic ?? '',
  body,
]

/** Rebuilds the content from decoded values, or returns nothing. */
export const parseEphemeralFields = (value: unknown): EphemeralContent | undefined => {
  if (!Array.isArray(value) || value.length !== 7) return undefined
  const [authorField, nameField, epochField, number, time, topicField, bodyField] = value as unknown[]
  const author = parsePeerIdBytes(authorField)
  const name = parseNodeName(nameField)
  const epoch = parseEpoch(epochField)
  const topic = parseTopic(topicField)
  const body = parseBody(bodyField)
  if (!author || !name || !epoch || !isPositive(number) || !isCount(time) || body === undefined) return undefined
  return topic === undefined && topicField !== '' ? undefined : { author, name, epoch, number, time, topic, body }
}

export const signedEphemeral = (content: EphemeralContent, signed: SignedBytes): SignedEphemeral => ({
  ...content,
  log: logIdOf(content),
  signed,
})

/** The message as it is delivered, with its path to here, this node included. */
export const ephemeralOf = (message: VerifiedEphemeral, path: readonly string[]): Ephemeral => {
  const { name: author, author: peerId, epoch, time, topic, body } = message
  return { author, peerId, epoch, time, ...(topic !== undefined && { topic }), body, path }
}
