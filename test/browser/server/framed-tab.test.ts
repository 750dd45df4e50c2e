import { describe, expect } from 'vitest'
import { ordinaryIt as it } from '../tabs/browser-test.ts'
import { startLesson } from './lesson.ts'
import { waitUntil } from '../tabs/wait.ts'

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
})
