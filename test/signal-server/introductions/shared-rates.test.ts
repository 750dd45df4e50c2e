import { describe, expect, it, onTestFinished } from 'vitest'
import { RedisConnection } from '../../../signal-server/cluster/redis-connection.ts'
import { Deadline } from '../../../signal-server/shared/deadline.ts'
import { signallingLimits } from '../../../signal-server/shared/limits.ts'
import { SharedRates, type SharedStore } from '../../../signal-server/introductions/shared-rates.ts'
import { startRedis } from '../cluster/redis-server.ts'

const limits = {
  ...signallingLimits,
  registrationsPerAddress: 2,
  registrationsPerNetwork: 3,
  offersPerAddress: 1,
  offersPerNetwork: 2,
}

const soon = (): Deadline => new Deadline(0, 1_000)

describe('SharedRates', () => {
  it('refuses requests above an address’s rate, and no other address', async () => {
    const rates = new SharedRates(limits, undefined)
    expect(await rates.registrationOfAddress('10.0.0.1', soon())).toBeUndefined()
    expect(await rates.registrationOfAddress('10.0.0.1', soon())).toBeUndefined()
    expect(await rates.registrationOfAddress('10.0.0.1', soon())).toBe('too-many-of-address')
    expect(await rates.registrationOfAddress('10.0.0.2', soon())).toBeUndefined()
  })

  it('refuses requests above a network’s rate, and no other network', async () => {
    const rates = new SharedRates(limits, undefined)
    for (let count = 0; count < 3; count += 1) {
      expect(await rates.registrationOfNetwork('main', soon())).toBeUndefined()
    }
    expect(await rates.registrationOfNetwork('main', soon())).toBe('too-many-of-network')
    expect(await rates.registrationOfNetwork('class-7', soon())).toBeUndefined()
    for (const address of ['10.0.0.1', '10.0.0.2']) expect(await rates.offer(address, 'main', soon())).toBeUndefined()
    expect(await rates.offer('10.0.0.3', 'main', soon())).toBe('too-many-of-network')
    expect(await rates.offer('10.0.0.4', 'class-7', soon())).toBeUndefined()
  })

  it('counts registrations of two processes together, and each alone while Redis is out of reach', async () => {
    const redis = await startRedis()
    const processes = await Promise.all(
      ['first', 'second'].map(async () => {
        const connection = new RedisConnection(redis.url)
        onTestFinished(() => connection.close())
        connection.open()
        await expect.poll(() => connection.isOpen).toBe(true)
        const ask: SharedStore['ask'] = (question) => question().catch(() => undefined)
        const store = { redis: connection.commands, ask }
        return new SharedRates(limits, store)
      }),
    )
    const [first, second] = processes
    expect(await first?.registrationOfAddress('10.0.0.1', soon())).toBeUndefined()
    expect(await second?.registrationOfAddress('10.0.0.1', soon())).toBeUndefined()
    expect(await first?.registrationOfAddress('10.0.0.1', soon())).toBe('too-many-of-address')
    await redis.kill()
    expect(await first?.registrationOfAddress('10.0.0.1', soon())).toBeUndefined()
    expect(await first?.registrationOfAddress('10.0.0.1', soon())).toBeUndefined()
    expect(await first?.registrationOfAddress('10.0.0.1', soon())).toBe('too-many-of-address')
  })
})
