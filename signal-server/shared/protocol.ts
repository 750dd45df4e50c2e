/**
 * The signalling wire, both directions, typed once for the server and the tab.
 *
 * The server introduces tabs and carries nothing else: it proves who holds a name, and passes offers, answers and
 * candidates between two tabs along one attempt. Every payload is rebuilt from the schemas below on both sides.
 */
import * as v from 'valibot'

export const protocolLimits = {
  /** Upstreams of one node: the longest `?peer=` list that an address may carry. */
  upstreams: 8,
  /** Characters of one session description. A data-channel-only description has about 500. */
  descriptionChars: 8_192,
  /** Candidates in one signal; gathered for a moment and sent together. A laptop with VPNs has about 20. */
  candidatesPerSignal: 32,
  /** Characters of one candidate line; the longest seen are about 200 (IPv6 relay). */
  candidateChars: 512,
  /** Signals of one side in one attempt: one description, then a few batches of candidates. */
  signalsPerSide: 64,
  /** Characters of a network's access token, such as an address may hold unescaped. */
  tokenChars: 128,
  /** STUN and TURN servers that a tab is told of. Browsers warn from five on, since each is asked for every link. */
  iceServers: 8,
  /** Urls of one of them: UDP, TCP and TLS, each by name and by address. */
  urlsPerIceServer: 8,
  /** Characters of one such url: the longest host name and what stands around it. */
  iceUrlChars: 288,
  /** Bytes of a user name or credential. Browsers refuse a longer user name (RFC 8489). */
  iceCredentialBytes: 509,
  /** Milliseconds that credentials last: no shorter, so that renewing stays rare, and no longer than a week. */
  iceLifeMinMs: 60_000,
  iceLifeMaxMs: 604_800_000,
  /** Handshakes whose arrival the server remembers; a page asks within the second. Each is some 100 bytes. */
  rememberedHandshakes: 1_024,
  /** Characters of a header that the server tells a page it has seen: a host name and a port. */
  seenHeaderChars: 300,
  /** Bytes of one websocket message. An offer with a full batch of candidates stays below. */
  messageBytes: 32_768,
} as const

/**
 * What a payload is in the eyes of a schema, or undefined. The first thing that does not fit ends it: a stranger pays with
 * a frame, not the reader with a list of everything that is wrong.
 */
export const readPayload = <const Schema extends v.GenericSchema>(
  schema: Schema,
  payload: unknown,
): v.InferOutput<Schema> | undefined => {
  const result = v.safeParse(schema, payload, { abortEarly: true })
  return result.success ? result.output : undefined
}

/** A list whose length is looked at before any of its items. */
export const listSchema = <Item extends v.GenericSchema>(item: Item, maxItems: number, minItems = 0) =>
  v.pipe(
    v.custom<readonly v.InferInput<Item>[]>(
      (list) => Array.isArray(list) && list.length >= minItems && list.length <= maxItems,
    ),
    v.array(item),
  )

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
 * Why a tab turns an offer down; sent back instead of an answer, so that the other side need not wait. `other-key` is sent
 * to an upstream instead of an offer: the sender knows another key under that name, and makes none.
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

/** Whether it is the first step of an attempt, and may go to an upstream of the sender only. */
export const opensAttempt = (description: SignalDescription | undefined): boolean =>
  description?.type === 'offer' || isWithoutOffer(description)

/** Whether it is all that there is of its attempt. */
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
  /** Where the server asks for one: what lets this network's nodes in. */
  token: v.optional(v.pipe(v.string(), v.maxLength(protocolLimits.tokenChars))),
})

/** tab → server: one step of an attempt. `seq` counts 0, 1, 2 … per side and attempt. */
export const signalRequestSchema = v.object({
  to: nameSchema,
  attempt: attemptSchema,
  seq: seqSchema,
  data: signalDataSchema,
})

/** server → tab: the same step, with the sender's name as the server knows it. */
export const receivedSignalSchema = v.object({
  from: nameSchema,
  attempt: attemptSchema,
  seq: seqSchema,
  data: signalDataSchema,
})

/**
 * server → tab: an upstream of yours has just registered, or was registered before you were.
 * `mutual`: it names you as its upstream too, so the lower PeerId dials.
 */
export const upstreamOnlineSchema = v.object({
  name: nameSchema,
  peerId: peerIdSchema,
  mutual: v.boolean(),
})

/**
 * server → tab: `name`, an upstream of yours, is not registered, and `similar` is, which differs from it by case alone.
 * Told when the later of the two registers; of those alike one is told of.
 */
export const upstreamSimilarSchema = v.object({ name: nameSchema, similar: nameSchema })

const iceTextSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(protocolLimits.iceCredentialBytes))

/**
 * As RTCIceServer, `urls` always a list. Only the sizes are checked here: the server has read its settings more strictly,
 * and what a tab can use its browser decides.
 */
export const iceServerSchema = v.object({
  urls: listSchema(v.pipe(v.string(), v.maxLength(protocolLimits.iceUrlChars)), protocolLimits.urlsPerIceServer, 1),
  username: v.exactOptional(iceTextSchema),
  credential: v.exactOptional(iceTextSchema),
})
export type IceServer = v.InferOutput<typeof iceServerSchema>

/** What the answers to `node:register` and `ice:renew` carry, both absent if the server has nothing to give. */
export interface IceGrant {
  /** For connections made from now on, in place of all that was granted before. */
  readonly iceServers?: readonly IceServer[]
  /** Milliseconds until the credentials among them are good no more; absent: they stay good. A span, since clocks differ. */
  readonly iceLifeMs?: number
}

/** As a tab receives it. */
const iceGrantSchema = v.object({
  /** Read one by one, by `iceServerSchema`: a bad one is left out, and costs nobody the registration. */
  iceServers: v.exactOptional(v.unknown()),
  iceLifeMs: v.exactOptional(
    v.pipe(v.number(), v.integer(), v.minValue(protocolLimits.iceLifeMinMs), v.maxValue(protocolLimits.iceLifeMaxMs)),
  ),
})
export type ReceivedIceGrant = v.InferOutput<typeof iceGrantSchema>

/**
 * server → tab: the server runs in several processes, which can't reach each other (or can again): of an upstream that is
 * not registered with this one nobody knows whether it is there. Told to tabs that have upstreams; while they are not told,
 * an upstream that is not online is not there.
 */
export const divisionSchema = v.object({ isDivided: v.boolean() })
export type Division = v.InferOutput<typeof divisionSchema>

/** What the answer to `node:register` carries. */
export interface Registered extends IceGrant {
  /** Which build of the page the server serves (`build-id.ts`); absent where it serves none that was built. */
  readonly build?: string
}

/** As a tab receives it. */
const registeredSchema = v.object({
  ...iceGrantSchema.entries,
  build: v.exactOptional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,32}$/))),
})

/** tab → server: asks for new credentials before the last ones end. Nothing needs to be said. */
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
  /** A node with another key runs under the name. */
  'name-taken',
  /** Nobody runs under the name; another key did within the last 10 s, and may come back. Ask again. */
  'name-reserved',
  /** This socket holds a name already; one socket is one node. */
  'already-registered',
  /** Too many requests from this socket; wait and try again. */
  'too-many-requests',
  /** The server holds as many names as it may. */
  'server-full',
  /** The server is private, and the request has no token. */
  'token-missing',
  /** The server is private, and the token is not the one of this network, or nobody may join this network. */
  'access-denied',
  /** Too many registrations from this address within a minute, by whatever process; wait and try again. */
  'too-many-of-address',
  /** Too many registrations in this network within a minute, by whatever process; wait and try again. */
  'too-many-of-network',
  /** The socket ended before it could be registered: nobody hears this. */
  'socket-ended',
] as const

/** Why a signal is refused. */
export const signalRefusals = [
  /** The payload does not fit the schema. */
  'malformed',
  /** Register first. */
  'unregistered',
  /** An offer or answer that names another key as its signer than the one that this node registered with. */
  'wrong-peer-id',
  /** An offer to a name that this node did not register as an upstream. */
  'not-an-upstream',
  /** The upstream is not registered; `upstream:online` will say when it is. */
  'upstream-offline',
  /** An answer, refusal or candidate for an attempt that is not open between these two, or is over. */
  'unknown-attempt',
  /** This node has as many attempts open as it may. */
  'too-many-attempts',
  /** The attempt has used up its signals or bytes, or has its one offer or its one answer already. */
  'too-many-signals',
  /** Too many requests from this socket, or too many offers to this upstream; wait and try again. */
  'too-many-requests',
  /** Too many offers from this address within a minute; wait and try again. */
  'too-many-of-address',
  /** Too many offers in this network within a minute; wait and try again. */
  'too-many-of-network',
  /** The other node is on another process of the server, which can't be reached now; try again. */
  'cluster-unavailable',
] as const

/** Why no new credentials are given. What was granted before stays good for its time. */
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

const answerSchema = <const Reasons extends readonly string[]>(reasons: Reasons) =>
  v.variant('ok', [v.object({ ok: v.literal(true) }), v.object({ ok: v.literal(false), reason: v.picklist(reasons) })])

const grantSchema = <const Reasons extends readonly string[], Entries extends v.ObjectEntries>(
  reasons: Reasons,
  granted: Entries,
) =>
  v.variant('ok', [
    v.object({ ok: v.literal(true), ...granted }),
    v.object({ ok: v.literal(false), reason: v.picklist(reasons) }),
  ])

/** server → tab: the acknowledgements. */
export const registerAnswerSchema = grantSchema(registerRefusals, registeredSchema.entries)
export const signalAnswerSchema = answerSchema(signalRefusals)
export const renewAnswerSchema = grantSchema(renewRefusals, iceGrantSchema.entries)

/**
 * A page that got no websocket asks why with `POST /socket.io/?handshake=ID`, where ID is what the websocket's own url had as
 * `handshake`. A browser does not tell the page. The same path, since a proxy may treat every path in its own way; a POST,
 * since a browser sends no Origin with a GET to the page's own host. The answer is 200 or, for a refusal, 403 or 503.
 */
export const socketRefusals = [
  /** The Host header is none of the server's own names. */
  'host-not-allowed',
  'origin-not-allowed',
  'too-many-sockets',
  'too-many-sockets-of-this-address',
  /** The server is about to end; another one, or its next start, takes over. */
  'draining',
] as const
export type SocketRefusal = (typeof socketRefusals)[number]

/** How the websocket's handshake came to this process of the server. */
const handshakes = [
  /** Not at all, as far as this process knows: it may have come to another. */
  'missing',
  /** As a plain request: what asks for a websocket was taken out on the way. */
  'plain',
  /** As it should, and the server refused it or let it in. */
  'refused',
  'admitted',
] as const
export type Handshake = (typeof handshakes)[number]

const seenHeaderSchema = v.nullable(v.pipe(v.string(), v.maxLength(protocolLimits.seenHeaderChars)))

/** What of the asking request came to the server: a proxy may have changed it. Nothing that the page does not know. */
const seenRequestSchema = v.object({
  host: seenHeaderSchema,
  origin: seenHeaderSchema,
  /** `1.1`, or what the last proxy speaks. */
  httpVersion: v.pipe(v.string(), v.maxLength(8)),
  handshake: v.picklist(handshakes),
})
export type SeenRequest = v.InferOutput<typeof seenRequestSchema>

export const socketHealthSchema = v.variant('status', [
  v.object({ status: v.literal('ok'), seen: seenRequestSchema }),
  v.object({ status: v.literal('refused'), reason: v.picklist(socketRefusals), seen: seenRequestSchema }),
])
export type SocketHealth = v.InferOutput<typeof socketHealthSchema>

/** tab → server. Every event is acknowledged; a refusal says why. */
export interface ClientEvents {
  /**
   * Granted with the STUN and TURN servers for this node's connections, if the server has any to give, and with the build
   * of the server's page, so that a tab of an earlier one can say that there is a newer.
   */
  'node:register': (request: RegisterRequest, answer: (answer: Answer<RegisterRefusal, Registered>) => void) => void
  'signal:send': (request: SignalRequest, answer: (answer: Answer<SignalRefusal>) => void) => void
  /**
   * The same servers with credentials that last anew. A tab asks once a random part, between a half and three quarters,
   * of the life of the last ones is over, so that tabs that came together don't ask together; after a refusal or without
   * an answer, again within the minute. A socket that was lost needs none: who registers again is granted anew.
   */
  'ice:renew': (request: Record<string, never>, answer: (answer: Answer<RenewRefusal, IceGrant>) => void) => void
}

/** server → tab. */
export interface ServerEvents {
  'signal:receive': (signal: ReceivedSignal) => void
  'upstream:online': (upstream: UpstreamOnline) => void
  'upstream:similar': (upstream: UpstreamSimilar) => void
  'server:divided': (division: Division) => void
  /** The same key registered this name on another socket: this one is closed and must not come back by itself. */
  'node:replaced': () => void
}

/**
 * What a node signs to register: bound to the socket's own id, which the server made and never gives out twice, so a
 * recorded registration proves nothing later. The label keeps the signature from serving any other purpose.
 */
export const registrationProof = (socketId: string, net: string, name: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(`grapevine register 1\n${JSON.stringify([socketId, net, name])}`)
