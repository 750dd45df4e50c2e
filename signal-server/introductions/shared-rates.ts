import type { RedisClientType } from '@redis/client'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import type { Deadline } from '../shared/deadline.ts'
import type { SignallingLimits } from '../shared/limits.ts'

export type Excess = 'too-many-of-address' | 'too-many-of-network'

type RateLimits = Pick<
  SignallingLimits,
  'registrationsPerAddress' | 'registrationsPerNetwork' | 'offersPerAddress' | 'offersPerNetwork'
>

/** Redis, where the processes of a cluster keep a common count. */
export interface SharedStore {
  readonly redis: RedisClientType
  /** Undefined if Redis can't be asked, or gives no answer in time; this process then counts alone. */
  readonly ask: <T>(question: () => Promise<T>) => Promise<T | undefined>
}

/** Seconds of one window. */
const duration = 60

/**
 * What all sockets of an address, or of a network, may do together within a minute. Refused is only what exceeds it:
 * no address is shut out, since a class shares one. Registrations are counted by all processes of a cluster together;
 * offers by each alone, since an introduction between two tabs of one process waits for nobody else.
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

  /** Counts every registration that is asked for. */
  async registrationOfAddress(address: string, deadline: Deadline): Promise<Excess | undefined> {
    return (await this.#registrationsOfAddress.take(address, deadline)) ? undefined : 'too-many-of-address'
  }

  /** Counts those that may be granted: who has no right to join a network uses up nothing of its rate. */
  async registrationOfNetwork(net: string, deadline: Deadline): Promise<Excess | undefined> {
    return (await this.#registrationsOfNetwork.take(net, deadline)) ? undefined : 'too-many-of-network'
  }

  async offer(address: string, net: string, deadline: Deadline): Promise<Excess | undefined> {
    if (!(await this.#offersOfAddress.take(address, deadline))) return 'too-many-of-address'
    return (await this.#offersOfNetwork.take(net, deadline)) ? undefined : 'too-many-of-network'
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
    this.#everywhere = (key) => store.ask(() => take(limiter, key))
  }

  /** Whether one more is within the rate. */
  async take(key: string, deadline: Deadline): Promise<boolean> {
    const everywhere = this.#everywhere && (await deadline.wait(this.#everywhere(key)))
    return everywhere ?? take(this.#here, key)
  }
}

/** Rejects if the store can't be asked. */
const take = async (limiter: RateLimiterAbstract, key: string): Promise<boolean> => {
  try {
    await limiter.consume(key)
    return true
  } catch (error) {
    // The limiter rejects with a count when it is exceeded, and with an error when its store fails.
    if (error instanceof Error) throw error
    return false
  }
}
