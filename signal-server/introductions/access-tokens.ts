import { createHash, timingSafeEqual } from 'node:crypto'

/** Stands for every network without a token of its own. */
export const anyNetwork = '*'

/** Who may join which network of a private server. Without tokens everybody may join any network. */
export class AccessTokens {
  readonly #digests: ReadonlyMap<string, Buffer>

  /** `tokens` by network; `*` is every other network. Nobody can join a network without a token. */
  constructor(tokens: ReadonlyMap<string, string>) {
    this.#digests = new Map(Array.from(tokens, ([net, token]) => [net, secretDigest(token)]))
  }

  /** Why a request with this token may not join; undefined: it may. Its duration does not depend on the token. */
  refusal(net: string, token: string | undefined): 'token-missing' | 'access-denied' | undefined {
    if (this.#digests.size === 0) return undefined
    if (token === undefined) return 'token-missing'
    const digest = this.#digests.get(net) ?? this.#digests.get(anyNetwork)
    return digest && timingSafeEqual(digest, secretDigest(token)) ? undefined : 'access-denied'
  }
}

/** The same length for every text, as a comparison in constant time needs it. */
export const secretDigest = (text: string): Buffer => createHash('sha256').update(text).digest()
