import { EventEmitter } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Admission, addressGroup, isAllowedOrigin } from '../../../signal-server/sockets/admission.ts'
import { parseOrigin } from '../../../signal-server/shared/origins.ts'

describe('isAllowedOrigin', () => {
  const allowed = ['https://friend.example', 'https://*.School.example:443'].map(parseOrigin)

  it.each([
    ['a page of this host', 'http://example.org:3000', 'example.org:3000'],
    ['a client that is not a page', undefined, 'example.org'],
    ['a page of this host behind a TLS proxy', 'https://example.org', 'example.org'],
    ['a default port that the Host header spells out', 'http://example.org', 'example.org:80'],
    ['a Host header in capitals', 'http://example.org', 'EXAMPLE.org'],
    ['an IPv6 address', 'http://[::1]:3000', '[::1]:3000'],
    ['an allowed origin', 'https://friend.example', 'example.org'],
    ['a name below an allowed domain', 'https://moodle.school.example', 'example.org'],
    ['a name far below an allowed domain', 'https://a.b.school.example', 'example.org'],
  ])('admits %s', (_, origin, host) => {
    expect(isAllowedOrigin({ origin, host }, allowed)).toBe(true)
  })

  it.each([
    ['a page of another host', 'http://evil.example', 'example.org'],
    ['a page of another port', 'http://example.org:8080', 'example.org:3000'],
    ['a sandboxed page', 'null', 'example.org'],
    ['a page from a file', 'file://', 'example.org'],
    ['an invalid origin', 'example.org', 'example.org'],
    ['an allowed origin under another scheme', 'http://friend.example', 'example.org'],
    ['an allowed domain of which only the names below are allowed', 'https://school.example', 'example.org'],
    ['a host that only ends like an allowed domain', 'https://badschool.example', 'example.org'],
    ['a host that holds an allowed domain', 'https://a.school.example.evil.example', 'example.org'],
    ['a name below an allowed domain on another port', 'https://a.school.example:8443', 'example.org'],
    ['a path that ends like an allowed domain', 'https://evil.example/.school.example', 'example.org'],
    ['an empty name below an allowed domain', 'https://.school.example', 'example.org'],
    ['a host that only begins alike', 'http://example.org.evil.example', 'example.org'],
    ['a request without a Host header', 'http://example.org', undefined],
  ])('refuses %s', (_, origin, host) => {
    expect(isAllowedOrigin({ origin, host }, allowed)).toBe(false)
  })
})

describe('addressGroup', () => {
  it.each([
    ['192.168.1.7', '192.168.1.7'],
    ['::ffff:192.168.1.7', '192.168.1.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
  ])('counts %s under %s', (address, group) => {
    expect(addressGroup(address)).toBe(group)
  })
})

describe('Admission', () => {
  it('destroys connections that do not end by themselves', async () => {
    const admission = new Admission({ sockets: 1, socketsPerAddress: 1, closeGraceMs: 1 }, [], () => '127.0.0.1')
    const stream = new EventEmitter()
    Object.assign(stream, { destroy: () => stream.emit('close') })
    const request = { headers: {}, socket: stream as Socket } as IncomingMessage
    expect(admission.admit(request)).toBeUndefined()
    expect(admission.admit(request)).toBe('too-many-sockets')
    await admission.drain()
    expect(admission.admit(request)).toBeUndefined()
  })

  it('admits nobody once it is closed, and then reports nothing more to a page of another origin', () => {
    const admission = new Admission({ sockets: 1, socketsPerAddress: 1, closeGraceMs: 1 }, [], () => '127.0.0.1')
    const requestOf = (headers: IncomingHttpHeaders) =>
      ({ headers, socket: new EventEmitter() as Socket }) as IncomingMessage
    admission.close()
    expect(admission.admit(requestOf({}))).toBe('draining')
    expect(admission.refusal(requestOf({ origin: 'http://evil.example', host: 'x' }))).toBe('origin-not-allowed')
  })
})
