import { expect, inject, it, onTestFinished } from 'vitest'
import { iceUrls } from '../../ice-urls.ts'
import { Firefox } from '../browsers/firefox.ts'

it('Firefox accepts every ICE url that the server accepts, and refuses the known exceptions', async () => {
  const firefox = await Firefox.launch(inject('firefoxPath'))
  onTestFinished(() => firefox.close())
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
