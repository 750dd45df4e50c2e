import type { RedisClientType } from '@redis/client'
import * as v from 'valibot'
import type { ClusterNode, RemoteNode } from './cluster.ts'
import { clusterLimits } from './limits.ts'

/** One hash slot for all keys, so that a script may use several keys on a Redis Cluster too. */
const prefix = '{grapevine}:'
const nameKey = (net: string, name: string): string => `${prefix}name:${net}/${name}`
const processPrefix = `${prefix}process:`

/**
 * A name belongs to the process of its socket while that process sends heartbeats, and for a while after the socket's end to
 * its key alone (no process). Of two keys, the earlier registration keeps the name; of two sockets of one key, the later. A
 * new registration is later than that of the current holder. So repeated claims after an outage have one result, whatever
 * their order. A name that a socket has released is not claimed again for that socket.
 *
 * KEYS: name, own process. ARGV: peerId, processId, socketId, registeredAt ('' for now), upstreams, net, name, the
 * processes' prefix, life of the process and of the name in ms. Gives the outcome and registeredAt.
 */
const claimScript = `
redis.call('SET', KEYS[2], '1', 'PX', ARGV[9])
local time = redis.call('TIME')
local registeredAt = tonumber(ARGV[4]) or time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'peerId', 'processId', 'socketId', 'registeredAt')
if held[2] == '' and held[3] == ARGV[3] and ARGV[4] ~= '' then return { 'released', registeredAt } end
if held[1] and held[3] ~= ARGV[3] and (held[2] == '' or redis.call('EXISTS', ARGV[8] .. held[2]) == 1) then
  local isOlder = ARGV[4] ~= '' and registeredAt < tonumber(held[4])
  if held[1] ~= ARGV[1] and not isOlder then return { held[2] == '' and 'reserved' or 'taken', registeredAt } end
  if held[1] == ARGV[1] and isOlder then return { 'replaced', registeredAt } end
end
if ARGV[4] == '' and held[4] then registeredAt = math.max(registeredAt, tonumber(held[4]) + 1) end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'peerId', ARGV[1], 'processId', ARGV[2], 'socketId', ARGV[3], 'upstreams', ARGV[5])
redis.call('HSET', KEYS[1], 'registeredAt', string.format('%.0f', registeredAt), 'net', ARGV[6], 'name', ARGV[7])
redis.call('PEXPIRE', KEYS[1], ARGV[10])
return { 'claimed', registeredAt }`

/** KEYS: name. ARGV: socketId, how long the name stays its key's in ms. */
const releaseScript = `
if redis.call('HGET', KEYS[1], 'socketId') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'processId', '')
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

/** KEYS: names. ARGV: the processes' prefix. */
const findScript = `
local found = {}
for _, key in ipairs(KEYS) do
  local held = redis.call('HMGET', key, 'net', 'name', 'peerId', 'processId', 'socketId', 'registeredAt', 'upstreams')
  if held[4] and held[4] ~= '' and redis.call('EXISTS', ARGV[1] .. held[4]) == 1 then table.insert(found, held) end
end
return found`

/** KEYS: own process. ARGV: its life in ms. Gives whether the process was alive, and Redis's time in ms. */
const liveScript = `
local wasAlive = redis.call('EXISTS', KEYS[1])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
local time = redis.call('TIME')
return { wasAlive, time[1] * 1000 + math.floor(time[2] / 1000) }`

const foundSchema = v.pipe(
  v.array(v.tuple([v.string(), v.string(), v.string(), v.string(), v.string(), v.string(), v.string()])),
  v.transform((rows) =>
    rows.map(([net, name, peerId, processId, socketId, registeredAt, upstreams]): RemoteNode => ({
      net,
      name,
      peerId,
      processId,
      socketId,
      registeredAt: Number(registeredAt),
      upstreams: upstreams === '' ? [] : upstreams.split(','),
    })),
  ),
)

const claimSchema = v.tuple([v.picklist(['claimed', 'taken', 'reserved', 'replaced', 'released']), v.number()])

/** The first mismatch ends the check. */
const early = { abortEarly: true }

const lifeSchema = v.tuple([v.picklist([0, 1]), v.number()])

export interface ClaimOutcome {
  /**
   * `taken`: another key has the name. `reserved`: the name is held for another key, whose socket ended. `replaced`: the same
   * key registered later, on another socket. `released`: the socket has ended.
   */
  readonly outcome: 'claimed' | 'taken' | 'reserved' | 'replaced' | 'released'
  readonly registeredAt: number
}

/** The names of the cluster in Redis. Every method rejects if Redis does not answer. */
export class NameLeases {
  readonly #redis: RedisClientType
  readonly #processId: string
  readonly #nameHoldMs: number

  constructor(redis: RedisClientType, processId: string, nameHoldMs: number) {
    this.#redis = redis
    this.#processId = processId
    this.#nameHoldMs = nameHoldMs
  }

  /** Without `registeredAt` the node registers now. */
  async claim(node: Omit<ClusterNode, 'registeredAt'> & { readonly registeredAt?: number }): Promise<ClaimOutcome> {
    const { net, name, peerId, socketId, registeredAt, upstreams } = node
    const answer = await this.#redis.eval(claimScript, {
      keys: [nameKey(net, name), this.#processKey],
      arguments: [
        peerId,
        this.#processId,
        socketId,
        registeredAt === undefined ? '' : String(registeredAt),
        upstreams.join(','),
        net,
        name,
        processPrefix,
        String(clusterLimits.processLifeMs),
        String(clusterLimits.nameLifeMs),
      ],
    })
    const [outcome, at] = v.parse(claimSchema, answer, early)
    return { outcome, registeredAt: at }
  }

  /** Releases the name, if it still belongs to the socket. Gives true in any case. */
  async release({ net, name, socketId }: ClusterNode): Promise<true> {
    await this.#redis.eval(releaseScript, {
      keys: [nameKey(net, name)],
      arguments: [socketId, String(this.#nameHoldMs)],
    })
    return true
  }

  async find(names: readonly Pick<ClusterNode, 'net' | 'name'>[]): Promise<readonly RemoteNode[]> {
    const found = await this.#redis.eval(findScript, {
      keys: names.map(({ net, name }) => nameKey(net, name)),
      arguments: [processPrefix],
    })
    return v.parse(foundSchema, found, early)
  }

  /** The heartbeat: without one for `processLifeMs`, the names of this process no longer count. */
  async live(): Promise<{ readonly wasAlive: boolean; readonly redisTimeMs: number }> {
    const [wasAlive, redisTimeMs] = v.parse(
      lifeSchema,
      await this.#redis.eval(liveScript, {
        keys: [this.#processKey],
        arguments: [String(clusterLimits.processLifeMs)],
      }),
      early,
    )
    return { wasAlive: wasAlive === 1, redisTimeMs }
  }

  get #processKey(): string {
    return `${processPrefix}${this.#processId}`
  }
}
