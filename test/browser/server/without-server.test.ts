import { describe, expect, onTestFinished } from 'vitest'
import { browserTest } from '../tabs/browser-test.ts'
import { makeNextBuild } from './next-build.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

const it = browserTest('ordinary')

/** The builds whose files are stored, once no new service worker waits. */
const storedBuilds = (tab: Tab): Promise<readonly string[]> =>
  tab.page.evaluate(async () => {
    const names = await caches.keys()
    const { installing, waiting } = await navigator.serviceWorker.ready
    return installing || waiting ? [] : names.map((name) => name.replace('grapevine-build / ', ''))
  })

const buildOf = (tab: Tab): Promise<string | null> =>
  tab.page.locator('meta[name="grapevine-build"]').getAttribute('content')

/** Waits until the service worker has stored the page and serves it. */
const waitUntilStored = (tab: Tab): Promise<boolean> =>
  waitUntil(
    'the service worker answers for the page',
    () =>
      tab.page.evaluate(async () => !!(await navigator.serviceWorker.ready) && !!navigator.serviceWorker.controller),
    Boolean,
  )

/** The addresses of the stored files, without the origin. */
const storedAddresses = (tab: Tab): Promise<readonly string[]> =>
  tab.page.evaluate(async () => {
    const requests = (await caches.keys()).map(async (name) => (await caches.open(name)).keys())
    return (await Promise.all(requests)).flat().map(({ url }) => url.replace(location.origin, ''))
  })

/** The status of the response for a file; 0 if there is no response. */
const statusOf = (tab: Tab, path: string): Promise<number> =>
  tab.page.evaluate(
    (address) =>
      fetch(address).then(
        ({ status }) => status,
        () => 0,
      ),
    path,
  )

describe('without the signalling server', () => {
  it('a tab can reload, go back and be duplicated, keeps its messages, and links once the server is back [P5]', async ({
    network,
    server,
  }) => {
    network.expectServerAway()
    const node1 = await network.blankTab()
    await node1.page.goto(`${network.address('id=node1')}#token=secret`)
    const node2 = await network.open('id=node2&peer=node1')
    await node2.waitForLinks({ node1: 'up' })
    await node1.send('before')
    await node2.waitForMessage('node1', 'before')
    await waitUntilStored(node1)
    // Nothing of an address is stored with the page: no name, no network and no token.
    expect((await storedAddresses(node1)).filter((address) => !/^\/assets\/[\w-]+\.(?:js|css)$/.test(address))).toEqual(
      [`/index.html?__WB_REVISION__=${await buildOf(node1)}`],
    )
    const { digest } = await node1.node()

    await server.kill()
    await node1.waitForState('offline')
    await node1.page.reload()
    await node1.waitForMessage('node1', 'before')
    expect(await node1.waitForState('offline')).toMatchObject({ name: 'node1', digest })

    await node1.page.goto(network.address('id=node3&peer=node1'))
    await node1.waitForState('offline')
    await node1.page.goBack()
    await node1.waitForMessage('node1', 'before')
    expect(await node1.waitForState('offline')).toMatchObject({ name: 'node1', digest })

    const copy = await network.duplicate(node1)
    await copy.useInstead.click()
    const { name } = await copy.waitForState('offline')
    expect(name).toMatch(/^node1-/)

    await server.restart()
    await node1.waitForLinks({ node2: 'up' }, 30_000)
    await node1.send('after')
    await node2.waitForMessage('node1', 'after')
  })
})

describe('when the server comes back with a newer build', () => {
  it('a tab shows a quiet notice, gets its own parts, and is the newer build after a reload, also offline', async ({
    network,
    server,
  }) => {
    network.expectServerAway()
    const next = await makeNextBuild()
    onTestFinished(() => next.remove())
    const node1 = await network.open('id=node1')
    await node1.waitForState('online')
    await node1.send('stays')
    await waitUntilStored(node1)
    const former = await buildOf(node1)
    await server.kill()
    await node1.waitForState('offline')

    await server.restart(next.program)
    await node1.waitForState('online', 30_000)
    await node1.waitForText('A newer version of Grapevine is available')
    expect(await statusOf(node1, next.formerPart)).toBe(200)
    // The other browser has stored nothing, so the server serves the files.
    const other = await network.open('id=other', { profile: await network.profile() })
    expect(await buildOf(other)).toBe(next.build)
    expect(await statusOf(other, next.formerPart)).toBe(200)

    await node1.page.reload()
    await node1.waitForMessage('node1', 'stays')
    expect(await buildOf(node1)).toBe(next.build)
    await node1.waitForState('online')
    expect(await node1.page.getByText('A newer version of Grapevine is available').count()).toBe(0)
    await waitUntil(
      'both builds are stored',
      () => storedBuilds(node1),
      (builds) => [former, next.build].every((build) => builds.includes(build ?? '')),
    )

    await server.kill()
    await node1.waitForState('offline')
    await node1.page.reload()
    await node1.waitForMessage('node1', 'stays')
    expect(await buildOf(node1)).toBe(next.build)
    for (const part of [next.part, next.formerPart]) expect(await statusOf(node1, part)).toBe(200)
  })
})
