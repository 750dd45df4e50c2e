import { request } from 'node:http'
import { createConnection, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { MeasuredProcess } from '../machine/measured-process.ts'
import type { Page } from '../../signal-server/http/page.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../signal-server/start/server.ts'
import { readSettings } from '../../signal-server/start/settings.ts'

const emptyPage: Page = new Map()

/** A server on a free port, stopped at the end of the test. */
export const startTestServer = async (
  options: ServerOptions & { readonly environment?: Record<string, string>; readonly page?: Page } = {},
): Promise<RunningServer> => {
  const settings = readSettings({ PORT: '0', ...options.environment })
  const server = await startServer(settings, options.page ?? emptyPage, options)
  onTestFinished(() => server.close())
  return server
}

/** The built server in a separate process, until the end of the test. */
export const startMeasuredServer = async (environment: Record<string, string> = {}): Promise<MeasuredProcess> => {
  const server = await MeasuredProcess.start({
    script: 'dist/server/main.js',
    environment: { PORT: '0', LOG_LEVEL: 'silent', ...environment },
  })
  onTestFinished(() => server.kill())
  return server
}

/** All that a stream receives until its end. */
export const receivedBy = async (stream: Socket): Promise<string> => {
  let received = ''
  stream.on('data', (data) => (received += String(data)))
  await once(stream, 'close')
  return received
}

/** A TCP connection on which the test writes bytes. */
export const openStream = async (port: number): Promise<Socket> => {
  const stream = createConnection({ port, host: '127.0.0.1' })
  stream.on('error', () => stream.destroy())
  onTestFinished(() => void stream.destroy())
  await once(stream, 'connect')
  return stream
}

/** Sends a request over a new connection, which ends after the answer. */
export const ask = async (
  port: number,
  path: string,
  headers: Record<string, string> = {},
  localAddress = '127.0.0.1',
): Promise<{ status: number | undefined; text: string }> => {
  const [response] = await once(
    request({ port, host: '127.0.0.1', path, headers, localAddress, agent: false }).end(),
    'response',
  )
  return { status: response.statusCode, text: await text(response) }
}
