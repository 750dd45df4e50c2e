import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { FrameScanner } from '../../../signal-server/sockets/frame-scanner.ts'
import { type SignallingObserver, silentObserver } from '../../../signal-server/shared/observer.ts'
import type { SignallingLimits } from '../../../signal-server/shared/limits.ts'
import { createRandom, randomBelow } from '../../../client/node/faults/random.ts'
import { joinRawClient, openRawClient } from '../raw-client.ts'
import { openStream } from '../running-server.ts'
import { openNode, startSignalling } from '../tab.ts'
import { maskedFrame, upgradeRequest } from '../websocket-bytes.ts'

describe('the scanner finds every frame', () => {
  const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]

  it('wherever the bytes are split, and stops before the first frame above the limit', () => {
    const random = createRandom(1, 'frames')
    for (let run = 0; run < 50; run += 1) {
      const frames = Array.from({ length: 12 }, () => maskedFrame(1, lengths[randomBelow(random, lengths.length)] ?? 0))
      const bytes = Buffer.concat(frames)
      const scanner = new FrameScanner()
      let from = 0
      let found = 0
      while (from < bytes.length) {
        const until = Math.min(bytes.length, from + 1 + randomBelow(random, 9_000))
        const piece = bytes.subarray(from, until)
        const passed = scanner.walk(piece, piece.length, 1)
        found += passed.frames
        from += passed.end
        // If the scanner stops early, it stops at the byte where the next frame begins.
        if (passed.end < piece.length) expect(from).toBe(Buffer.concat(frames.slice(0, found)).length)
      }
      expect(found).toBe(frames.length)
    }
  })
})

/** Starts a signalling server that counts the sockets that it held back, and records how each ended. */
const start = async (limits: Partial<SignallingLimits>) => {
  const seen = { heldBack: 0, ends: [] as (string | undefined)[] }
  const observer: SignallingObserver = {
    ...silentObserver,
    socketHeldBack: () => (seen.heldBack += 1),
    socketClosed: (end) => seen.ends.push(end),
  }
  return { ...(await startSignalling({ limits, observer })), seen }
}

const acceptedBy = async (server: Server): Promise<Socket> => (await once(server, 'connection'))[0]

/** A connection that is cut may end in a reset. */
const closeOf = (stream: Socket): Promise<void> => new Promise((resolve) => stream.once('close', () => resolve()))

describe('a websocket that exceeds its rate', () => {
  it('is held back, not cut, and gets all its answers once it has kept its rate', async () => {
    const { port, seen } = await start({ framesPerSocket: { burst: 5, perSecond: 50 }, floodGraceMs: 60_000 })
    const client = await joinRawClient(port)
    client.socket.setMaxListeners(20)
    const answers = Array.from({ length: 12 }, (_, id) => client.received((frame) => frame.startsWith(`43${id}[`)))
    for (let id = 0; id < 12; id += 1) client.send(`42${id}["ice:renew",{}]`)
    await Promise.all(answers)
    expect(seen).toEqual({ heldBack: 1, ends: [] })
  })

  it.each([
    ['pings', maskedFrame(9, 0)],
    ['pongs', maskedFrame(10, 125)],
    ['empty fragments', maskedFrame(0, 0, false)],
    ['messages', maskedFrame(1, 8_000)],
  ])('is no longer read, and is ended: %s', async (kind, frame) => {
    const { port, server, seen } = await start({ floodGraceMs: 200 })
    const alice = await openNode(port, 'alice')
    const accepted = acceptedBy(server)
    const stream = await openStream(port)
    stream.resume()
    stream.write(upgradeRequest)
    const connection = await accepted
    await once(stream, 'data')
    if (kind.includes('fragment')) stream.write(maskedFrame(1, 1, false))
    const flood = Buffer.concat(Array.from({ length: Math.ceil(1_048_576 / frame.length) }, () => frame))
    for (let sent = 0; sent < 16; sent += 1) stream.write(flood)
    await closeOf(stream)
    // The limit covers the burst, what arrives during the grace, and what one read of the connection may bring.
    expect(connection.bytesRead).toBeLessThan(1_048_576)
    await expect.poll(() => seen).toEqual({ heldBack: 1, ends: ['flood'] })
    expect(alice.socket.connected).toBe(true)
  })

  it('gains nothing if it sends frames together with its upgrade request', async () => {
    const { port, seen } = await start({ framesPerSocket: { burst: 5, perSecond: 0 }, floodGraceMs: 200 })
    const stream = await openStream(port)
    stream.resume()
    stream.write(
      Buffer.concat([Buffer.from(upgradeRequest), ...Array.from({ length: 1_000 }, () => maskedFrame(9, 0))]),
    )
    await closeOf(stream)
    await expect.poll(() => seen).toEqual({ heldBack: 1, ends: ['flood'] })
  })

  it('is ended at once if the maximum of sockets is held back', async () => {
    const limits = { framesPerSocket: { burst: 5, perSecond: 0 }, floodGraceMs: 600_000, heldBackSockets: 1 }
    const { port, seen } = await start(limits)
    const [first, second] = [await openRawClient(port), await openRawClient(port)]
    for (let sent = 0; sent < 6; sent += 1) first.send('3')
    await expect.poll(() => seen.heldBack).toBe(1)
    for (let sent = 0; sent < 6; sent += 1) second.send('3')
    await second.closed
    expect(seen.ends).toEqual(['flood'])
    expect(first.socket.readyState).toBe(first.socket.OPEN)
  })
})
