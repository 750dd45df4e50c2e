import { timingSafeEqual } from 'node:crypto'
import { secretDigest } from './secret-digest.ts'

/** The token of every network that is not named. */
const anyNetwork = '*'

/** Who may join which network of a private server. Without tokens everybody may join any. */
export class AccessTokens {
  readonly #digests: ReadonlyMap<string, Buffer>

  /** `tokens` by network; `*` is every other network. A network that no token is for can't be joined. */
  constructor(tokens: ReadonlyMap<string, string>) {
    this.#digests = new Map(Array.from(tokens, ([net, token]) => [net, secretDigest(token)]))
  }

  /** Takes as long for a token that is nearly right. */
  admit(net: string, token: string | undefined): boolean {
    if (this.#digests.size === 0) return true
    const digest = this.#digests.get(net) ?? this.#digests.get(anyNetwork)
    return digest !== undefined && token !== undefined && timingSafeEqual(digest, secretDigest(token))
  }
}
