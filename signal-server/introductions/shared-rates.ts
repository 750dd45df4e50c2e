import type { RedisClientType } from '@redis/client'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import type { Deadline } from '../shared/deadline.ts'
import type { SignallingLimits } from '../shared/limits.ts'

export type Excess = 'too-many-of-address' | 'too-many-of-network'

type RateLimits = Pick<
  SignallingLimits,
  'registrationsPerAddress' | 'registrationsPerNetwork' | 'offersPerAddress' | 'offersPerNetwork'
>

/** Redis, where the processes of a cluster share one count. */
export interface SharedStore {
  readonly redis: RedisClientType
  /** Undefined if Redis is out of reach or does not answer in time; this process then counts alone. */
  readonly ask: <T>(question: () => Promise<T>) => Promise<T | undefined>
}

/** Seconds of one window. */
const duration = 60

/**
 * What all sockets of an address, or of a network, may do together within a minute. Only requests above the rate are
 * refused: no address is blocked, since a class shares one address. All processes of a cluster count registrations
 * together. Each process counts offers alone, so that an introduction between two of its tabs waits for no other process.
 */
export class SharedRates {
  readonly #registrationsOfAddress: Rate
  readonly #registrationsOfNetwork: Rate
  readonly #offersOfAddress: Rate
  readonly #offersOfNetwork: Rate

  constructor(limits: RateLimits, store: SharedStore | undefined) {
    this.#registrationsOfAddress = new Rate('registrations-of-address', limits.registrationsPerAddress, store)
    this.#registrationsOfNetwork = new Rate('registrations-of-network', limits.registrationsPerNetwork, store)
    this.#offersOfAddress = new Rate('offers-of-address', limits.offersPerAddress, undefined)
    this.#offersOfNetwork = new Rate('offers-of-network', limits.offersPerNetwork, undefined)
  }

  /** Counts every request to register. */
  async registrationOfAddress(address: string, deadline: Deadline): Promise<Excess | undefined> {
    return (await this.#registrationsOfAddress.consume(address, deadline)) ? undefined : 'too-many-of-address'
  }

  /** Counts only requests that may be granted: who may not join a network does not use up its rate. */
  async registrationOfNetwork(net: string, deadline: Deadline): Promise<Excess | undefined> {
    return (await this.#registrationsOfNetwork.consume(net, deadline)) ? undefined : 'too-many-of-network'
  }

  async offer(address: string, net: string, deadline: Deadline): Promise<Excess | undefined> {
    if (!(await this.#offersOfAddress.consume(address, deadline))) return 'too-many-of-address'
    return (await this.#offersOfNetwork.consume(net, deadline)) ? undefined : 'too-many-of-network'
  }
}

class Rate {
  readonly #here: RateLimiterMemory
  readonly #everywhere: ((key: string) => Promise<boolean | undefined>) | undefined

  constructor(keyPrefix: string, points: number, store: SharedStore | undefined) {
    this.#here = new RateLimiterMemory({ keyPrefix, points, duration })
    if (!store) return
    const limiter = new RateLimiterRedis({
      storeClient: store.redis,
      useRedisPackage: true,
      keyPrefix: `{grapevine}:rate:${keyPrefix}`,
      points,
      duration,
    })
    this.#everywhere = (key) => store.ask(() => consume(limiter, key))
  }

  /** Whether one more event is within the rate. */
  async consume(key: string, deadline: Deadline): Promise<boolean> {
    const everywhere = this.#everywhere && (await deadline.wait(this.#everywhere(key)))
    return everywhere ?? consume(this.#here, key)
  }
}

/** Rejects if the store fails. */
const consume = async (limiter: RateLimiterAbstract, key: string): Promise<boolean> => {
  try {
    await limiter.consume(key)
    return true
  } catch (error) {
    // The limiter rejects with a count when it is exceeded, and with an error when its store fails.
    if (error instanceof Error) throw error
    return false
  }
}
