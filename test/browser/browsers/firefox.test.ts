import { beforeAll, describe, expect, inject } from 'vitest'
import { iceUrls } from '../../ice-urls.ts'
import { startLesson } from '../server/lesson.ts'
import { ordinaryIt as it } from '../tabs/browser-test.ts'
import { Firefox, FirefoxTab } from './firefox.ts'

let firefox: Firefox

// One Firefox for the file: its start costs as much CPU time as five tabs.
beforeAll(async () => {
  firefox = await Firefox.launch(inject('firefoxPath'))
  return () => firefox.close()
})

const views = ['Wire', 'Figures', 'Connection', 'Network']

describe('a calm page', () => {
  it('writes nothing to the console, in Chromium and in Firefox', async ({ network }) => {
    const node1 = await network.blankTab()
    const lines: string[] = []
    node1.page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`))
    await node1.page.setViewportSize({ width: 1_400, height: 800 })
    await node1.page.goto(network.address('id=node1'))
    await node1.waitForState('online')

    const node2 = await firefox.open(network.address('id=node2&peer=node1'))
    await node2.waitFor(`grapevine.links()[0]?.state === 'up'`)
    await node1.waitForLinks({ node2: 'up' })
    await node1.ping()
    await node2.waitFor('grapevine.entries().length === 1')
    await node2.evaluate('grapevine.ping().then(() => true)')
    await node1.waitForEntries(2)

    for (const view of views) {
      await node1.page.getByRole('tab', { name: view, exact: true }).click()
      await node1.page.getByRole('tabpanel', { name: view, exact: true }).waitFor()
      await node2.evaluate(`deep('#tab-${view.toLowerCase()}').click()`)
      await node2.waitFor(`deep('#panel-${view.toLowerCase()} > :not(.note)') !== undefined`)
    }
    await node1.page.getByRole('button', { name: 'Share', exact: true }).click()
    await node1.page.getByRole('dialog', { name: 'Share', exact: true }).waitFor()
    await node2.evaluate(`deep('button[aria-haspopup=dialog]').click()`)
    await node2.waitFor(`deep('dialog[open]') !== undefined`)
    expect({ chromium: lines, firefox: node2.console }).toEqual({ chromium: [], firefox: [] })
    await node2.close()
  })
})

describe('a tab in a frame of another site, in Firefox', () => {
  it('has another key than an unframed tab if the browser separates its storage, and shows it', async ({
    network,
    startServer,
  }) => {
    const lesson = await startLesson()
    const { origin } = await startServer({ FRAME_ANCESTORS: lesson.origin })
    const address = network.address('id=node1', { origin })
    const peerIdOf = async (tab: FirefoxTab): Promise<unknown> => {
      await tab.waitFor(`grapevine.peerId !== ''`)
      return tab.evaluate('grapevine.peerId')
    }
    const own = await firefox.open(address)
    const key = await peerIdOf(own)
    await own.goto(lesson.show(address))
    const { contexts } = (await firefox.send('browsingContext.getTree', {})) as {
      contexts: readonly { children: readonly { context: string }[] }[]
    }
    const [frame] = contexts.flatMap(({ children }) => children).map(({ context }) => new FirefoxTab(firefox, context))
    if (!frame) throw new Error('there is no frame')
    const framedKey = await peerIdOf(frame)
    expect(framedKey).not.toBe(key)
    await frame.waitFor(
      `deep('grapevine-notices').shadowRoot.textContent.includes('stores the data of this node for frames')`,
    )
    // After a reload the frame finds its own storage again, and an unframed tab still has the first key.
    await own.reload()
    await own.goto(address)
    expect(await peerIdOf(own)).toBe(key)
  })
})

describe('Firefox', () => {
  it('accepts every ICE url that the server accepts, and refuses the known exceptions', async () => {
    const tab = await firefox.open('data:text/html,')
    const refusedOf = async (urls: readonly string[]): Promise<unknown> =>
      JSON.parse(
        String(
          await tab.evaluate(`JSON.stringify(${JSON.stringify(urls)}.filter((url) => {
          try {
            new RTCPeerConnection({ iceServers: [{ urls: url, username: 'u', credential: 'c' }] }).close()
            return false
          } catch {
            return true
          }
        }))`),
        ),
      )
    expect(
      await refusedOf(iceUrls.flatMap(({ url, refusedBy, readAs = url }) => (refusedBy.length ? [] : [readAs]))),
    ).toEqual([])
    const known = iceUrls.filter(({ refusedBy }) => refusedBy.includes('firefox')).map(({ url }) => url)
    expect(await refusedOf(known)).toEqual(known)
  })
})
