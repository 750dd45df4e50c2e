import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createClientAddress } from '../../../signal-server/shared/client-address.ts'
import { openTab, startSignalling } from '../tab.ts'

const request = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

describe('the client’s address', () => {
  it('is the connection’s own, whatever a header contains, if no proxy is trusted', () => {
    expect(createClientAddress([])(request('10.0.0.1', '8.8.8.8'))).toBe('10.0.0.1')
  })

  it('is what a trusted proxy writes, not what a client sent to that proxy', () => {
    const addressOf = createClientAddress(['10.0.0.1'])
    expect(addressOf(request('10.0.0.1', '8.8.8.8'))).toBe('8.8.8.8')
    expect(addressOf(request('10.0.0.1', '1.2.3.4, 8.8.8.8'))).toBe('8.8.8.8')
    expect(addressOf(request('10.0.0.2', '8.8.8.8'))).toBe('10.0.0.2')
  })

  it('is found through several trusted proxies', () => {
    const addressOf = createClientAddress(['loopback', '10.0.0.0/8'])
    expect(addressOf(request('127.0.0.1', '8.8.8.8, 10.1.2.3'))).toBe('8.8.8.8')
  })

  it('is read from a proxy that also writes ports', () => {
    const addressOf = createClientAddress(['10.0.0.0/8', 'fd00::/8'])
    expect(addressOf(request('10.0.0.1', '8.8.8.8:4711'))).toBe('8.8.8.8')
    expect(addressOf(request('10.0.0.1', '8.8.8.8:4711, 10.1.2.3:80'))).toBe('8.8.8.8')
    expect(addressOf(request('10.0.0.1', '[2001:db8::1]:4711, [fd00::1]'))).toBe('2001:db8::1')
    expect(addressOf(request('10.0.0.1', '2001:db8::1'))).toBe('2001:db8::1')
  })

  it('is the connection’s own if a trusted proxy forwards an invalid address', () => {
    expect(createClientAddress(['10.0.0.1'])(request('10.0.0.1', 'unknown'))).toBe('10.0.0.1')
  })

  it('is used to count the sockets of an address', async () => {
    const { port } = await startSignalling({ trustedProxies: ['loopback'], limits: { socketsPerAddress: 1 } })
    await openTab(port, undefined, { 'X-Forwarded-For': '8.8.8.8' })
    await openTab(port, undefined, { 'X-Forwarded-For': '8.8.4.4' })
    await expect(openTab(port, undefined, { 'X-Forwarded-For': '8.8.8.8' })).rejects.toThrow('websocket error')
  })
})
