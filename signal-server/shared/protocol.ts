/**
 * The signalling wire, both directions, typed once for the server and the tab.
 *
 * The server only introduces tabs: it verifies who holds a name, and passes offers, answers and candidates between two tabs
 * along one attempt. Both sides rebuild every payload from the schemas below.
 */
import * as v from 'valibot'
import { listSchema } from './payload.ts'

export const protocolLimits = {
  /** Upstreams of one node: the longest `?peer=` list that an address may carry. */
  upstreams: 8,
  /** Characters of one session description. A data-channel-only description has about 500. */
  descriptionChars: 8_192,
  /** Candidates in one signal; a tab gathers them for a moment and sends them together. A laptop with VPNs has about 20. */
  candidatesPerSignal: 32,
  /** Characters of one candidate line; the longest seen are about 200 (IPv6 relay). */
  candidateChars: 512,
  /** Signals of one side in one attempt: one description, then a few batches of candidates. */
  signalsPerSide: 64,
  /** Characters of a network's access token. */
  tokenChars: 128,
  /** STUN and TURN servers sent to a tab. Browsers warn from five on, since they query each server for every link. */
  iceServers: 8,
  /** Urls of one such server: UDP, TCP and TLS, each by name and by address. */
  urlsPerIceServer: 8,
  /** Characters of one such url: the longest host name with scheme, port and transport. */
  iceUrlChars: 288,
  /** Bytes of a user name or credential. Browsers refuse a longer user name (RFC 8489). */
  iceCredentialBytes: 509,
  /** Milliseconds that credentials last: at least a minute, so that renewals stay rare, and at most a week. */
  iceLifeMinMs: 60_000,
  iceLifeMaxMs: 604_800_000,
  /** Bytes of one websocket message. An offer with a full batch of candidates stays below. */
  messageBytes: 32_768,
} as const

const nameSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,32}$/))
/** 32 bytes in base64url: an Ed25519 public key. */
const peerIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/))
/** 64 bytes in base64url: an Ed25519 signature. */
const signatureSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/))
/** 128 random bits in base64url, chosen by the initiator. */
const attemptSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/))

const candidateSchema = v.object({
  candidate: v.pipe(v.string(), v.maxLength(protocolLimits.candidateChars)),
  sdpMid: v.nullable(v.pipe(v.string(), v.maxLength(32))),
  sdpMLineIndex: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(64))),
})

/**
 * Why a tab refuses an offer. It sends the reason instead of an answer, so that the other side need not wait. A tab sends
 * `other-key` to an upstream instead of an offer, if it knows another key under that name.
 */
const refusalReasonSchema = v.picklist(['busy', 'full', 'stopping', 'bad-offer', 'other-key'])

const sessionDescriptionSchema = <Type extends 'offer' | 'answer'>(type: Type) =>
  v.object({
    type: v.literal(type),
    sdp: v.pipe(v.string(), v.maxLength(protocolLimits.descriptionChars)),
    /** The signer, and its signature over net, attempt, both PeerIds and the DTLS fingerprint(s) (promise P4). */
    peerId: peerIdSchema,
    signature: signatureSchema,
  })

const descriptionSchema = v.variant('type', [
  sessionDescriptionSchema('offer'),
  sessionDescriptionSchema('answer'),
  v.object({ type: v.literal('refusal'), reason: refusalReasonSchema }),
])

/** Whether the description starts an attempt. Such a description may go to an upstream of the sender only. */
export const opensAttempt = (description: SignalDescription | undefined): boolean =>
  description?.type === 'offer' || isWithoutOffer(description)

/** Whether the description is a refusal without an offer: the attempt consists of this one signal. */
export const isWithoutOffer = (description: SignalDescription | undefined): boolean =>
  description?.type === 'refusal' && description.reason === 'other-key'

/** What one step of an attempt carries. */
export const signalDataSchema = v.object({
  description: v.optional(descriptionSchema),
  candidates: listSchema(candidateSchema, protocolLimits.candidatesPerSignal),
})

const seqSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(protocolLimits.signalsPerSide - 1))

/** tab → server: claims a name. `signature` covers `registrationProof` of the socket that sends it. */
export const registerRequestSchema = v.object({
  net: nameSchema,
  name: nameSchema,
  peerId: peerIdSchema,
  upstreams: listSchema(nameSchema, protocolLimits.upstreams),
  signature: signatureSchema,
  /** The access token of the network, on a private server. */
  token: v.optional(v.pipe(v.string(), v.maxLength(protocolLimits.tokenChars))),
})

const stepEntries = { attempt: attemptSchema, seq: seqSchema, data: signalDataSchema }

/** tab → server: one step of an attempt. `seq` counts 0, 1, 2 … per side and attempt. */
export const signalRequestSchema = v.object({ to: nameSchema, ...stepEntries })

/** server → tab: the same step, with the sender's name as the server knows it. */
export const receivedSignalSchema = v.object({ from: nameSchema, ...stepEntries })

/**
 * server → tab: an upstream of this tab has just registered, or was registered when this tab registered. `mutual`: the two
 * name each other as upstream, so the lower PeerId dials.
 */
export const upstreamOnlineSchema = v.object({ name: nameSchema, peerId: peerIdSchema, mutual: v.boolean() })

/**
 * server → tab: `name`, an upstream of this tab, is not registered, but `similar` is, which differs by case alone. Sent when
 * the later of the two nodes registers, for one similar name only.
 */
export const upstreamSimilarSchema = v.object({ name: nameSchema, similar: nameSchema })

const iceTextSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(protocolLimits.iceCredentialBytes))

/**
 * An RTCIceServer whose `urls` is always a list. Only the sizes are checked here: the server parses its settings more
 * strictly, and the browser decides what a tab can use.
 */
export const iceServerSchema = v.object({
  urls: listSchema(v.pipe(v.string(), v.maxLength(protocolLimits.iceUrlChars)), protocolLimits.urlsPerIceServer, 1),
  username: v.exactOptional(iceTextSchema),
  credential: v.exactOptional(iceTextSchema),
})
export type IceServer = v.InferOutput<typeof iceServerSchema>

/** Part of the answers to `node:register` and `ice:renew`; both fields are absent if the server has no such servers. */
export interface IceGrant {
  /** For new connections; replaces every earlier grant. */
  readonly iceServers?: readonly IceServer[]
  /** Milliseconds until the credentials expire; absent: they do not expire. A duration, since clocks differ. */
  readonly iceLifeMs?: number
}

/** An `IceGrant` as a tab receives it. */
const iceGrantSchema = v.object({
  /** Each item is parsed on its own by `iceServerSchema`: an invalid one is left out, and the registration still counts. */
  iceServers: v.exactOptional(v.unknown()),
  iceLifeMs: v.exactOptional(
    v.pipe(v.number(), v.integer(), v.minValue(protocolLimits.iceLifeMinMs), v.maxValue(protocolLimits.iceLifeMaxMs)),
  ),
})
export type ReceivedIceGrant = v.InferOutput<typeof iceGrantSchema>

/**
 * server → tab: the server runs in several processes, which can't reach each other (or can again). Meanwhile this process
 * does not know whether an upstream is registered with another one. Sent to tabs that have upstreams.
 */
export const divisionSchema = v.object({ isDivided: v.boolean() })
export type Division = v.InferOutput<typeof divisionSchema>

/** Part of the answer to `node:register`. */
export interface Registered extends IceGrant {
  /** The build of the page that the server serves (`build-id.ts`); absent if that page has no build id. */
  readonly build?: string
}

/** tab → server: asks for new credentials before the last ones expire. */
export const renewRequestSchema = v.object({})

export type RegisterRequest = v.InferOutput<typeof registerRequestSchema>
export type SignalRequest = v.InferOutput<typeof signalRequestSchema>
export type ReceivedSignal = v.InferOutput<typeof receivedSignalSchema>
export type SignalData = v.InferOutput<typeof signalDataSchema>
export type SignalDescription = v.InferOutput<typeof descriptionSchema>
export type SignalCandidate = v.InferOutput<typeof candidateSchema>
export type RefusalReason = v.InferOutput<typeof refusalReasonSchema>
export type UpstreamOnline = v.InferOutput<typeof upstreamOnlineSchema>
export type UpstreamSimilar = v.InferOutput<typeof upstreamSimilarSchema>

/** Why a registration is refused. */
export const registerRefusals = [
  /** The payload does not fit the schema. */
  'malformed',
  /** The signature does not prove the key for this socket, net and name. */
  'bad-signature',
  /** A node with another key holds the name. */
  'name-taken',
  /** Nobody holds the name, but another key held it within the last 10 s, and may come back. Try again. */
  'name-reserved',
  /** This socket already holds a name; one socket is one node. */
  'already-registered',
  /** Too many requests from this socket; wait and try again. */
  'too-many-requests',
  /** The server holds as many names as it may. */
  'server-full',
  /** The server is private, and the request has no token. */
  'token-missing',
  /** The server is private, and the token is not this network's, or nobody may join this network. */
  'access-denied',
  /** Too many registrations from this address within a minute, counted over all processes; wait and try again. */
  'too-many-of-address',
  /** Too many registrations in this network within a minute, counted over all processes; wait and try again. */
  'too-many-of-network',
  /** The socket ended before it was registered: nobody receives this answer. */
  'socket-ended',
] as const

/** Why a signal is refused. */
export const signalRefusals = [
  /** The payload does not fit the schema. */
  'malformed',
  /** Register first. */
  'unregistered',
  /** The offer or answer names a signer other than the key that this node registered with. */
  'wrong-peer-id',
  /** The offer goes to a name that this node did not register as an upstream. */
  'not-an-upstream',
  /** The upstream is not registered; `upstream:online` follows when it is. */
  'upstream-offline',
  /** The answer, refusal or candidates belong to no open attempt between these two nodes. */
  'unknown-attempt',
  /** This node has too many open attempts. */
  'too-many-attempts',
  /** The attempt has used up its signals or bytes, or already has its one offer or its one answer. */
  'too-many-signals',
  /** Too many requests from this socket, or too many offers to this upstream; wait and try again. */
  'too-many-requests',
  /** Too many offers from this address within a minute; wait and try again. */
  'too-many-of-address',
  /** Too many offers in this network within a minute; wait and try again. */
  'too-many-of-network',
  /** The other node is on another process of the server, which is out of reach; try again. */
  'cluster-unavailable',
] as const

/** Why the server grants no new credentials. Earlier credentials stay valid until they expire. */
export const renewRefusals = [
  /** The payload does not fit the schema. */
  'malformed',
  /** Register first. */
  'unregistered',
  /** Too many renewals from this socket (see `renewalsPerSocket`); wait and try again. */
  'too-many-requests',
] as const

export type RenewRefusal = (typeof renewRefusals)[number]
export type RegisterRefusal = (typeof registerRefusals)[number]
export type SignalRefusal = (typeof signalRefusals)[number]

export type Answer<Reason extends string, Granted extends object = object> =
  | ({ ok: true } & Granted)
  | { ok: false; reason: Reason }

const answerSchema = <const Reasons extends readonly string[], Granted extends v.ObjectEntries>(
  reasons: Reasons,
  granted: Granted,
) =>
  v.variant('ok', [
    v.object({ ok: v.literal(true), ...granted }),
    v.object({ ok: v.literal(false), reason: v.picklist(reasons) }),
  ])

/** server → tab: the acknowledgements. */
export const registerAnswerSchema = answerSchema(registerRefusals, {
  ...iceGrantSchema.entries,
  build: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,32}$/))),
})
export const signalAnswerSchema = answerSchema(signalRefusals, {})
export const renewAnswerSchema = answerSchema(renewRefusals, iceGrantSchema.entries)

/** tab → server. Every event is acknowledged; a refusal says why. */
export interface ClientEvents {
  /**
   * The answer carries the STUN and TURN servers for this node's connections, if there are any, and the build of the server's
   * page, so that a tab of an earlier build can report a newer one.
   */
  'node:register': (request: RegisterRequest, answer: (answer: Answer<RegisterRefusal, Registered>) => void) => void
  'signal:send': (request: SignalRequest, answer: (answer: Answer<SignalRefusal>) => void) => void
  /**
   * The answer carries the same servers with new credentials. A tab asks after a random part, between a half and three
   * quarters, of the life of the last credentials, so that tabs that registered together do not ask together. After a
   * refusal or without an answer, it asks again within a minute. A socket that registers again needs no renewal.
   */
  'ice:renew': (request: Record<string, never>, answer: (answer: Answer<RenewRefusal, IceGrant>) => void) => void
}

/** server → tab. */
export interface ServerEvents {
  'signal:receive': (signal: ReceivedSignal) => void
  'upstream:online': (upstream: UpstreamOnline) => void
  'upstream:similar': (upstream: UpstreamSimilar) => void
  'server:divided': (division: Division) => void
  /** The same key registered this name on another socket: this socket is closed, and its tab must not reconnect by itself. */
  'node:replaced': () => void
}

/**
 * What a node signs to register. It contains the socket's id, which the server creates once and never reuses, so a recorded
 * registration proves nothing later. The label keeps the signature from serving any other purpose.
 */
export const registrationProof = (socketId: string, net: string, name: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(`grapevine register 1\n${JSON.stringify([socketId, net, name])}`)
