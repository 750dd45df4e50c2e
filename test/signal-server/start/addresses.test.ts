import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { describeAddresses } from '../../../signal-server/start/addresses.ts'

const info = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  internal,
  mac: '',
  netmask: '',
  cidr: null,
  ...(address.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }),
})

const interfaces = {
  lo: [info('127.0.0.1', true), info('::1', true)],
  eth0: [info('192.168.1.7'), info('fe80::1'), info('2001:db8::7')],
  wlan0: [info('10.0.0.3'), info('169.254.3.4')],
}

describe('describeAddresses', () => {
  it('prints three nodes in a line', () => {
    expect(describeAddresses('localhost', 3000, interfaces)).toBe(
      [
        'Grapevine is running. Open these addresses in three tabs, in any order:',
        '  http://localhost:3000/?id=node1',
        '  http://localhost:3000/?id=node2&peer=node1',
        '  http://localhost:3000/?id=node3&peer=node2',
      ].join('\n'),
    )
  })

  it('prints addresses with the token of a private server', () => {
    const lines = (tokens: Record<string, string>) =>
      describeAddresses('localhost', 3000, interfaces, new Map(Object.entries(tokens)))
        .split('\n')
        .slice(3)
    expect(lines({ '*': 'any', 'class-7': 'seven' })).toEqual([
      '  http://localhost:3000/?id=node3&peer=node2#token=any',
      'Each of these networks has its own token: class-7.',
    ])
    expect(lines({ '*': 'any', main: 'mine' })).toEqual(['  http://localhost:3000/?id=node3&peer=node2#token=mine'])
    expect(lines({ 'class-7': 'seven', 'class-8': 'eight' })).toEqual([
      '  http://localhost:3000/?id=node3&peer=node2&net=class-7#token=seven',
      'Each of these networks has its own token: class-8.',
    ])
  })

  it('prints the addresses for other machines if it listens on all addresses', () => {
    expect(describeAddresses('0.0.0.0', 3001, interfaces)).toBe(
      [
        'Grapevine is running. Open these addresses in three tabs, in any order:',
        '  http://localhost:3001/?id=node1',
        '  http://localhost:3001/?id=node2&peer=node1',
        '  http://localhost:3001/?id=node3&peer=node2',
        'From other machines:',
        '  http://192.168.1.7:3001/?id=node1',
        '  http://192.168.1.7:3001/?id=node2&peer=node1',
        '  http://192.168.1.7:3001/?id=node3&peer=node2',
        '  http://10.0.0.3:3001/?id=node1',
        '  http://10.0.0.3:3001/?id=node2&peer=node1',
        '  http://10.0.0.3:3001/?id=node3&peer=node2',
      ].join('\n'),
    )
  })

  it('prints IPv6 addresses if there are no others', () => {
    const text = describeAddresses('::', 3000, { eth0: [info('fe80::1'), info('2001:db8::7')] })
    expect(text).toContain('  http://[2001:db8::7]:3000/?id=node1')
    expect(text).not.toContain('fe80')
  })

  it('prints the one address that it listens on', () => {
    const text = describeAddresses('192.168.1.7', 80, interfaces)
    expect(text).toContain('  http://192.168.1.7/?id=node1')
    expect(text).not.toContain('From other machines')
    expect(text).not.toContain('localhost')
  })

  it('prints no addresses for other machines if there is no network', () => {
    expect(describeAddresses('0.0.0.0', 3000, {})).not.toContain('From other machines')
  })
})
