import { ServerResponse, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { RequestGate, RequestTurns } from '../../../signal-server/http/request-gate.ts'

const first = 'POST /socket.io/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n'
const second = 'GET / HTTP/1.1\nHost: localhost\n\n'
const third = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'

it('the parser gets one request at a time, wherever TCP splits the bytes', async () => {
  const bytes = Buffer.from(first + second + third)
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const stream = new Socket()
      let parsed = ''
      const response = new ServerResponse(new IncomingMessage(stream))
      stream.on('data', (chunk: Buffer) => {
        parsed += chunk.toString()
        if (parsed === first) gate.opened(response)
      })
      const gate = new RequestGate(stream, 'client', new RequestTurns(), () => expect.unreachable())
      const edges = [0, ...places.toSorted((a, b) => a - b), bytes.length]
      for (const [index, edge] of edges.slice(1).entries()) {
        stream.emit('data', bytes.subarray(edges[index], edge))
        await nextTurn()
      }
      expect(parsed).toBe(first)
      response.emit('close')
      for (let turn = 0; turn < 3; turn += 1) await nextTurn()
      expect(parsed).toBe(first + second + third)
    }),
  )
})
