import { describe, expect } from 'vitest'
import type { Answer } from '../../../signal-server/shared/protocol.ts'
import { it } from '../tabs/browser-test.ts'
import { HostileClient } from './hostile-client.ts'
import type { Tab } from '../tabs/tab.ts'

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

const countDelivered = (answers: readonly Answer<string>[]): number => answers.filter(({ ok }) => ok).length

/** If the server closed the socket because of the offer, there is no answer. */
const answersTo = async (offers: readonly Promise<Answer<string>>[]): Promise<readonly Answer<string>[]> =>
  (await Promise.allSettled(offers)).flatMap((offer) => (offer.status === 'fulfilled' ? [offer.value] : []))

/** Far below the 500 connections that a page may make in its life. */
const fewConnections = 100

const expectUndisturbed = async (node1: Tab, node2: Tab, since: number): Promise<void> => {
  for (const tab of [node1, node2]) {
    const changes = (await tab.record()).links.filter(({ at }) => at >= since)
    const lost = changes.filter(({ states }) => (states['node1'] ?? states['node2']) !== 'up')
    expect(lost, 'moments at which the honest link was not up').toEqual([])
  }
}

const expectNewcomer = async (node1: Tab, newcomer: Tab, name: string): Promise<void> => {
  await newcomer.waitForLinks({ node1: 'up' })
  await newcomer.ping()
  await node1.waitForMessage(name, "I'm alive")
}

describe('a flood of 600 offers', () => {
  it('leaves the links up, and an honest tab connects: from one badly signing key the server stops it, from twelve the tab bounds its connections [P6]', async ({
    network,
    server,
    onTestFinished,
  }) => {
    const [node1, node2] = await network.openLine('node1', 'node2')
    const floodedAt = Date.now()
    const hostile = await HostileClient.connect(server.origin)
    onTestFinished(() => hostile.close())
    expect(await hostile.register({ net: network.name, upstreams: ['node1'] })).toMatchObject({ ok: true })

    const offers = Array.from({ length: 600 }, () => hostile.offer({ net: network.name, to: 'node1' }))
    const answers = await answersTo(offers)
    expect(countDelivered(answers)).toBeGreaterThan(0)
    expect(countDelivered(answers)).toBeLessThan(100)
    const refusals = answers.flatMap((answer) => (answer.ok ? [] : [answer.reason]))
    expect([...new Set(refusals)]).toEqual(['too-many-requests'])

    const newcomer = await network.open('id=newcomer&peer=node1')
    await expectNewcomer(node1, newcomer, 'newcomer')
    await expectUndisturbed(node1, node2, floodedAt)
    expect((await node1.stats()).drops['bad-offer-signature']).toBeGreaterThan(0)
    const { connectionsMade: honestConnections } = await node1.record()
    expect(honestConnections, 'connections, one for each honest link').toBe(2)
    const dropsBefore = sum((await node1.stats()).drops)

    const responder = await node1.peerId()
    const crowd = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const one = await HostileClient.connect(server.origin)
        onTestFinished(() => one.close())
        expect(await one.register({ net: network.name, upstreams: ['node1'] })).toMatchObject({ ok: true })
        return one
      }),
    )
    // The server forwards a few offers of each key. Some have random bytes as signature; some have a valid one, and each of
    // these costs the tab a connection that never opens.
    const offersOfCrowd = crowd.flatMap((one) =>
      Array.from({ length: 50 }, (_, index) =>
        one.offer({ net: network.name, to: 'node1', ...(index < 4 ? {} : { responder }) }),
      ),
    )
    expect(countDelivered(await answersTo(offersOfCrowd))).toBeGreaterThanOrEqual(crowd.length)

    await newcomer.page.goto(network.address('id=later&peer=node1'))
    await expectNewcomer(node1, newcomer, 'later')
    await expectUndisturbed(node1, node2, floodedAt)
    expect(sum((await node1.stats()).drops)).toBeGreaterThan(dropsBefore)
    const { connectionsMade } = await node1.record()
    expect(connectionsMade - honestConnections, 'hostile offers that were answered').toBeGreaterThan(crowd.length)
    expect(connectionsMade).toBeLessThan(fewConnections)
  })
})
