import { describe, expect, it } from 'vitest'
import type { Link, LinkEnd } from '../client/gossip/wire/link.ts'
import { gossipLimits } from '../client/gossip/bounds/limits.ts'

/** The two ends of one open link, before any listener is set. */
export interface LinkPair {
  readonly near: Link
  readonly far: Link
}

interface Heard {
  readonly frames: Uint8Array<ArrayBuffer>[]
  readonly bad: string[]
  readonly ends: LinkEnd[]
  drained: number
}

const listen = (link: Link): Heard => {
  const heard: Heard = { frames: [], bad: [], ends: [], drained: 0 }
  link.listen({
    frame: (bytes) => heard.frames.push(bytes),
    badFrame: (reason) => heard.bad.push(reason),
    drained: () => (heard.drained += 1),
    end: (end) => heard.ends.push(end),
  })
  return heard
}

const frameOf = (...bytes: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** The contract of every `Link`, whatever its carrier. */
export const describeLink = (carrier: string, openPair: () => Promise<LinkPair>): void => {
  describe(`a link over ${carrier}`, () => {
    it('identifies the other end', async () => {
      const { near, far } = await openPair()
      expect(near.peerId).not.toBe(far.peerId)
      expect([near.direction, far.direction].sort()).toEqual(['downstream', 'upstream'])
      near.close()
    })

    it('carries frames whole and in order, in both directions', async () => {
      const { near, far } = await openPair()
      const atNear = listen(near)
      const atFar = listen(far)
      for (let byte = 0; byte < 200; byte += 1) expect(near.send(frameOf(byte, 1))).toBe(true)
      expect(far.send(frameOf(9))).toBe(true)
      await expect.poll(() => atFar.frames.length).toBe(200)
      expect(atFar.frames.map(([first]) => first)).toEqual(Array.from({ length: 200 }, (_, byte) => byte))
      await expect.poll(() => atNear.frames).toEqual([frameOf(9)])
      near.close()
    })

    it('reports when little of what was sent waits on this side', async () => {
      const { near, far } = await openPair()
      const atNear = listen(near)
      const atFar = listen(far)
      expect(near.isDrained).toBe(true)
      for (let count = 0; count < 10; count += 1) near.send(new Uint8Array(gossipLimits.maxFrameBytes))
      expect(near.isDrained).toBe(false)
      await expect.poll(() => atNear.drained).toBe(1)
      expect(near.isDrained).toBe(true)
      await expect.poll(() => atFar.frames.length).toBe(10)
      near.close()
    })

    it('keeps frames that arrive before there is a listener', async () => {
      const { near, far } = await openPair()
      const atNear = listen(near)
      near.send(frameOf(1))
      near.send(frameOf(2))
      far.send(frameOf(3))
      await expect.poll(() => atNear.frames.length).toBe(1)
      const atFar = listen(far)
      await expect.poll(() => atFar.frames).toEqual([frameOf(1), frameOf(2)])
      near.close()
    })

    it('carries the largest frame, and throws on a larger one', async () => {
      const { near, far } = await openPair()
      listen(near)
      const atFar = listen(far)
      const largest = new Uint8Array(gossipLimits.maxFrameBytes).fill(7)
      expect(near.send(largest)).toBe(true)
      await expect.poll(() => atFar.frames.length).toBe(1)
      expect(atFar.frames[0]).toEqual(largest)
      expect(() => near.send(new Uint8Array(gossipLimits.maxFrameBytes + 1))).toThrow(RangeError)
      near.close()
    })

    it('refuses frames once its window is full, and accepts them again when the window has drained', async () => {
      const { near, far } = await openPair()
      listen(near)
      const atFar = listen(far)
      const frame = new Uint8Array(gossipLimits.maxFrameBytes)
      let sent = 0
      while (near.send(frame)) {
        sent += 1
        expect(sent).toBeLessThan(10_000)
      }
      await expect.poll(() => atFar.frames.length, { timeout: 10_000 }).toBe(sent)
      await expect.poll(() => near.send(frame)).toBe(true)
      near.close()
    })

    it('reports its end to both ends once, with the reason', async () => {
      const { near, far } = await openPair()
      const atNear = listen(near)
      const atFar = listen(far)
      near.close()
      near.close()
      await expect.poll(() => atFar.ends.length).toBe(1)
      far.close()
      expect(atNear.ends).toEqual(['closed-here'])
      // Never `lost`, which is for links that neither end has closed.
      expect(atFar.ends).toEqual([expect.stringMatching(/^(closed|aborted)-there$/)])
    })

    it('delivers what was sent right before the close', async () => {
      const { near, far } = await openPair()
      listen(near)
      const atFar = listen(far)
      near.send(frameOf(1))
      near.close()
      await expect.poll(() => atFar.ends.length).toBe(1)
      expect(atFar.frames).toEqual([frameOf(1)])
    })

    it('reports its end to the other end although too much was unsent for a final frame', async () => {
      const { near, far } = await openPair()
      listen(near)
      const atFar = listen(far)
      const frame = new Uint8Array(gossipLimits.maxFrameBytes)
      let sent = 0
      for (; near.send(frame); sent += 1) expect(sent).toBeLessThan(10_000)
      near.close()
      await expect.poll(() => atFar.ends).toHaveLength(1)
      // Usually an abort. On a busy machine a browser may first report the reset of the channel, which accompanies
      // the abort.
      expect(['aborted-there', 'closed-there']).toContain(atFar.ends[0])
    })

    it('sends nothing after its end', async () => {
      const { near, far } = await openPair()
      listen(near)
      const atFar = listen(far)
      near.close()
      expect(near.send(frameOf(1))).toBe(false)
      await expect.poll(() => atFar.ends.length).toBe(1)
      expect(far.send(frameOf(1))).toBe(false)
      expect(atFar.frames).toEqual([])
    })
  })
}
