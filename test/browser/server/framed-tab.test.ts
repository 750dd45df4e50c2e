import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, inject, onTestFinished } from 'vitest'
import { it } from '../tabs/browser-test.ts'
import { Firefox, FirefoxTab } from '../browsers/firefox.ts'
import { waitUntil } from '../tabs/wait.ts'

/** Serves a page with one frame, on a host that belongs to another site than `localhost`. */
const startLesson = async () => {
  let frame = ''
  const server = createServer((_request, response) => {
    response
      .setHeader('Content-Type', 'text/html')
      .end(`<h1>Lesson</h1><iframe src="${frame}" width="1000" height="600">`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const show = (src: string): string => {
    frame = src.replaceAll('&', '&amp;')
    return origin
  }
  return { origin, show }
}

describe('a tab in a frame of another site', () => {
  it('is refused unless FRAME_ANCESTORS names the site; then it links, and shows that nothing is stored', async ({
    network,
    startServer,
  }) => {
    network.expectError(/frame-ancestors/)
    const lesson = await startLesson()
    const { origin } = await startServer({ FRAME_ANCESTORS: `self, ${lesson.origin}` })
    const node1 = await network.open('id=node1', { origin })

    const refused = await network.blankTab()
    await refused.page.goto(lesson.show(network.address('id=node2&peer=node1')))
    await waitUntil(
      'the refused frame',
      async () => refused.page.frames().map((frame) => frame.url()),
      ([, url]) => url === 'chrome-error://chromewebdata/',
    )

    // Playwright's profiles are incognito. There Chromium lets such a frame store nothing.
    const node2 = await network.blankTab()
    await node2.page.goto(lesson.show(network.address('id=node2&peer=node1', { origin })))
    await node1.waitForLinks({ node2: 'up' })
    const frame = node2.page.frameLocator('iframe')
    const heading = `This tab runs in a frame of ${new URL(lesson.origin).host}`
    await frame.getByRole('heading', { name: heading }).waitFor()
    await frame.getByText('This browser stores nothing for such a frame.').waitFor()
    expect(await frame.getByText('This browser stores neither').count()).toBe(0)
    const own = await frame.getByRole('link', { name: 'Open in a separate tab' }).getAttribute('href')
    expect(own).toBe(network.address('peer=node1', { origin }))
  })

  it('has another key than an unframed tab if the browser separates its storage, and shows it', async ({
    network,
    startServer,
  }) => {
    const lesson = await startLesson()
    const { origin } = await startServer({ FRAME_ANCESTORS: lesson.origin })
    const address = network.address('id=node1', { origin })
    const firefox = await Firefox.launch(inject('firefoxPath'))
    onTestFinished(() => firefox.close())
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
