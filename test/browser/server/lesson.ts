import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Serves a page with one frame, on a host that belongs to another site than `localhost`. */
export const startLesson = async () => {
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
