import { once } from 'node:events'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { type AddressInfo, createServer as createNetServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeListenFailure } from '../../../signal-server/start/listen-failure.ts'
import { listen, listenBeside } from '../../../signal-server/start/listening.ts'
import { startTestServer } from '../running-server.ts'
import { loadedPage } from '../http/loaded-page.ts'

/** Some containers have only IPv4. */
const hasIpv6 = Object.values(networkInterfaces()).some((infos) => infos?.some(({ address }) => address === '::1'))

/** The server of another program, on a port that the system chooses. */
const occupy = async (address: string): Promise<number> => {
  const other = createNetServer().listen(0, address)
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  return (other.address() as AddressInfo).port
}

describe.runIf(hasIpv6)('HOST=localhost', () => {
  it('is answered at both of its addresses, and at neither once the server has ended', async () => {
    const page = await loadedPage({ 'index.html': '<p>page</p>' })
    const server = await startTestServer({ page })
    const addresses = [`http://127.0.0.1:${server.port}/`, `http://[::1]:${server.port}/`]
    for (const address of addresses) expect(await (await fetch(address)).text()).toBe('<p>page</p>')
    await server.drain()
    for (const address of addresses) await expect(fetch(address)).rejects.toThrow('fetch failed')
  })

  it.each([
    ['127.0.0.1', (port: number) => `Port ${port} is already in use. Choose another port: PORT=${port + 1} npm start`],
    [
      '::1',
      (port: number) =>
        `Port ${port} is already in use at [::1], one of the addresses of localhost. Choose another port: PORT=${port + 1} npm start`,
    ],
  ])('is refused if another server has the port at %s only', async (address, sentence) => {
    const settings = { host: 'localhost', port: await occupy(address) }
    const error: unknown = await listen(createServer(), settings).catch((reason: unknown) => reason)
    expect(describeListenFailure(error as NodeJS.ErrnoException, settings)).toBe(sentence(settings.port))
    // The listeners that were open are closed again.
    if (address !== '127.0.0.1') return
    const again = await listen(createServer(), { host: '::1', port: settings.port })
    await again.stop()
  })
})

it.runIf(hasIpv6)(
  'HOST=0.0.0.0, whose own address is printed as localhost, is refused if another server has the port',
  async () => {
    const settings = { host: '0.0.0.0', port: await occupy('::1') }
    await expect(listen(createServer(), settings)).rejects.toMatchObject({ code: 'EADDRINUSE', address: '::1' })
  },
)

it('an address that this machine does not have is left out', async () => {
  // An address reserved for documentation is missing on every machine, as [::1] is without IPv6.
  expect(await listenBeside(createServer(), 0, ['203.0.113.99'])).toEqual([])
})
