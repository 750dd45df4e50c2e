import { createHmac } from 'node:crypto'
import type { IceGrant, IceServer } from '../shared/protocol.ts'

/** A TURN server that shares the secret, such as coturn with `use-auth-secret`. */
export interface TurnOptions {
  /** `turn:` or `turns:`. */
  readonly urls: readonly string[]
  readonly secret: string
  /** Seconds for which a credential is valid. */
  readonly ttlSeconds: number
}

export interface IceServerOptions {
  /** Sent to tabs unchanged. */
  readonly iceServers: readonly IceServer[]
  readonly turn: TurnOptions | undefined
  /** Milliseconds since 1970, on the clock that the TURN server shares. */
  readonly wallClock: () => number
}

/**
 * A credential that coturn computes from the same secret (draft-uberti-behave-turn-rest-00). `expiresAt`: seconds since
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

/** The STUN and TURN servers for registered nodes. */
export class IceServers {
  readonly #options: IceServerOptions

  constructor(options: IceServerOptions) {
    this.#options = options
  }

  /** For the node of that name, valid from now on. Empty if no server is configured. */
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
