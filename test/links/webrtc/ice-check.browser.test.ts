import { describe, expect, it } from 'vitest'
import { openBrowserIceCheck } from '../../../client/links/webrtc/ice-check.ts'
import { iceUrls } from '../../ice-urls.ts'
import { MemorySignalling } from '../memory-signalling.ts'
import { startNode } from '../started-node.ts'

const credentials = { username: 'u', credential: 'c' }

describe('this browser', () => {
  it('accepts every url that the server accepts, alone and as a constructor’s list, and refuses what it is known to', () => {
    const check = openBrowserIceCheck()
    const accepts = (url: string) => check?.accepts([{ urls: [url], ...credentials }])
    const read = iceUrls.filter(({ refusedBy }) => refusedBy.length === 0).map(({ url, readAs = url }) => readAs)
    expect(read.filter((url) => !accepts(url))).toEqual([])
    const known = iceUrls.filter(({ refusedBy }) => refusedBy.includes('chromium')).map(({ url }) => url)
    expect(known.filter(accepts)).toEqual([])
    check?.end()
    // The check asks `setConfiguration`, and connections are made by the constructor.
    new RTCPeerConnection({ iceServers: [{ urls: read, ...credentials }] }).close()
  })
})

it('a tab links without a server that its browser refuses', async () => {
  const server = new MemorySignalling()
  const node2 = await startNode(server, 'node2', ['node1'])
  server.grantIceServers('node2', [{ urls: ['stun:127.0.0.1:99999'] }])
  await startNode(server, 'node1')
  await expect.poll(() => node2.links.size).toBe(1)
})
