import { createHmac } from 'node:crypto'
import type { IceGrant, IceServer } from '../shared/protocol.ts'

/** A TURN server that knows the secret as well, such as coturn with `use-auth-secret`. */
export interface TurnOptions {
  /** `turn:` or `turns:`. */
  readonly urls: readonly string[]
  readonly secret: string
  /** Seconds that a credential is good for. */
  readonly ttlSeconds: number
}

export interface IceServerOptions {
  /** Handed out as they are. */
  readonly iceServers: readonly IceServer[]
  readonly turn: TurnOptions | undefined
  /** Milliseconds since 1970, on the clock that the TURN server shares. */
  readonly wallClock: () => number
}

/**
 * What coturn makes out for itself from the same secret (draft-uberti-behave-turn-rest-00). `expiresAt`: seconds since
 * 1970. The name is for the operator's log; nothing checks it.
 */
export const turnCredential = (
  secret: string,
  expiresAt: number,
  name: string,
): { readonly username: string; readonly credential: string } => {
  const username = `${expiresAt}:${name}`
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') }
}

/** The STUN and TURN servers that registered nodes are told of. */
export class IceServers {
  readonly #options: IceServerOptions

  constructor(options: IceServerOptions) {
    this.#options = options
  }

  /** For the node of that name, from now on. Empty if nothing is configured. */
  grant(name: string): IceGrant {
    const { iceServers, turn, wallClock } = this.#options
    if (!turn) return iceServers.length > 0 ? { iceServers: [...iceServers] } : {}
    const { urls, secret, ttlSeconds } = turn
    const credential = turnCredential(secret, Math.floor(wallClock() / 1_000) + ttlSeconds, name)
    return {
      iceServers: [...iceServers, { urls: [...urls], ...credential }],
      iceLifeMs: ttlSeconds * 1_000,
    }
  }
}
