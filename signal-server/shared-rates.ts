import type { RedisClientType } from '@redis/client'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import type { SignallingLimits } from './limits.ts'
import { within } from './within.ts'

export type Excess = 'too-many-of-address' | 'too-many-of-network'

type RateLimits = Pick<
  SignallingLimits,
  'registrationsPerAddress' | 'registrationsPerNetwork' | 'offersPerAddress' | 'offersPerNetwork'
>

/** Redis, where the processes of a cluster keep a common count. */
export interface SharedStore {
  readonly redis: RedisClientType
  readonly isUp: () => boolean
  /** Milliseconds for an answer; without one this process counts alone. */
  readonly answerWithinMs: number
}

/** Seconds of one window. */
const duration = 60

/**
 * What all sockets of an address, or of a network, may do together within a minute. Refused is only what exceeds it:
 * no address is shut out, since a class shares one. Registrations are counted by all processes of a cluster together;
 * offers by each alone, since an introduction between two tabs of one process waits for nobody else.
 */
export class SharedRates {
  readonly #registrations: readonly [Excess, Rate][]
  readonly #offers: readonly [Excess, Rate][]

  constructor(limits: RateLimits, store: SharedStore | undefined) {
    this.#registrations = [
      ['too-many-of-address', new Rate('registrations-of-address', limits.registrationsPerAddress, store)],
      ['too-many-of-network', new Rate('registrations-of-network', limits.registrationsPerNetwork, store)],
    ]
    this.#offers = [
      ['too-many-of-address', new Rate('offers-of-address', limits.offersPerAddress, undefined)],
      ['too-many-of-network', new Rate('offers-of-network', limits.offersPerNetwork, undefined)],
    ]
  }

  registration(address: string, net: string): Promise<Excess | undefined> {
    return firstExcess(this.#registrations, address, net)
  }

  offer(address: string, net: string): Promise<Excess | undefined> {
    return firstExcess(this.#offers, address, net)
  }
}

const firstExcess = async (
  [ofAddress, ofNetwork]: readonly [Excess, Rate][],
  address: string,
  net: string,
): Promise<Excess | undefined> => {
  if (ofAddress && !(await ofAddress[1].take(address))) return ofAddress[0]
  return ofNetwork && !(await ofNetwork[1].take(net)) ? ofNetwork[0] : undefined
}

class Rate {
  readonly #here: RateLimiterMemory
  readonly #everywhere: RateLimiterRedis | undefined
  readonly #store: SharedStore | undefined

  constructor(keyPrefix: string, points: number, store: SharedStore | undefined) {
    this.#here = new RateLimiterMemory({ keyPrefix, points, duration })
    this.#store = store
    this.#everywhere =
      store &&
      new RateLimiterRedis({
        storeClient: store.redis,
        useRedisPackage: true,
        keyPrefix: `{grapevine}:rate:${keyPrefix}`,
        points,
        duration,
      })
  }

  /** Whether one more is within the rate. */
  async take(key: string): Promise<boolean> {
    const { answerWithinMs = 0, isUp } = this.#store ?? {}
    const everywhere =
      isUp?.() && this.#everywhere ? await within(answerWithinMs, take(this.#everywhere, key)) : undefined
    return everywhere ?? (await take(this.#here, key)) ?? true
  }
}

/** Undefined if the store can't be asked. */
const take = async (limiter: RateLimiterAbstract, key: string): Promise<boolean | undefined> => {
  try {
    await limiter.consume(key)
    return true
  } catch (error) {
    // The limiter rejects with a count when it is exceeded, and with an error when its store fails.
    return error instanceof Error ? undefined : false
  }
}
