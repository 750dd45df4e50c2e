/**
 * Why a page got no websocket. The browser does not report the cause, so the page asks with
 * `POST /socket.io/?handshake=ID`, where ID is the `handshake` of the websocket's own url. The path is the same, since a
 * proxy may treat each path differently. The method is POST, since a browser sends no Origin with a GET to the page's own
 * host. The answer is 200 or, for a refusal, 403 or 503.
 */
import * as v from 'valibot'

export const socketHealthLimits = {
  /** Handshakes whose arrival the server remembers; a page asks within a second. Each takes some 100 bytes. */
  rememberedHandshakes: 1_024,
  /** Characters of a header that the server reports: a host name and a port. */
  headerChars: 300,
} as const

export const socketRefusals = [
  /** The Host header is none of the server's own names. */
  'host-not-allowed',
  'origin-not-allowed',
  'too-many-sockets',
  'too-many-sockets-of-this-address',
  /** The server is about to end; another process, or the next start, replaces it. */
  'draining',
] as const
export type SocketRefusal = (typeof socketRefusals)[number]

/** How the websocket's handshake arrived at this process of the server. */
const handshakes = [
  /** It did not arrive at this process; it may have arrived at another. */
  'missing',
  /** It arrived as a plain request: something on the path removed its `Upgrade`. */
  'plain',
  /** It arrived intact, and the server refused or admitted it. */
  'refused',
  'admitted',
] as const
export type Handshake = (typeof handshakes)[number]

const headerSchema = v.nullable(v.pipe(v.string(), v.maxLength(socketHealthLimits.headerChars)))

/** The asking request as the server received it: a proxy may have changed it. It contains nothing that the page does not know. */
const seenRequestSchema = v.object({
  host: headerSchema,
  origin: headerSchema,
  /** `1.1`, or the version of the last proxy. */
  httpVersion: v.pipe(v.string(), v.maxLength(8)),
  handshake: v.picklist(handshakes),
})
export type SeenRequest = v.InferOutput<typeof seenRequestSchema>

export const socketHealthSchema = v.variant('status', [
  v.object({ status: v.literal('ok'), seen: seenRequestSchema }),
  v.object({ status: v.literal('refused'), reason: v.picklist(socketRefusals), seen: seenRequestSchema }),
])
export type SocketHealth = v.InferOutput<typeof socketHealthSchema>
