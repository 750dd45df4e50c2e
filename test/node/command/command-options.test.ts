import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCommand } from '../../../client/node/command/command-options.ts'

const needed = ['--server', 'http://localhost:3000/', '--id', 'archive']

describe('the arguments of `grapevine node`', () => {
  it('name server, node, upstreams, network, folder and what is kept', () => {
    const given = [
      '--peer',
      'node1, node2',
      '--peer',
      'node3',
      '--net',
      'class-7',
      '--data',
      'kept',
      '--keep-mib',
      '64',
    ]
    expect(readCommand([...needed, ...given, '--keep-days', '30'], {})).toEqual({
      type: 'run',
      options: {
        server: 'http://localhost:3000/',
        name: 'archive',
        net: 'class-7',
        upstreams: ['node1', 'node2', 'node3'],
        folder: resolve('kept'),
        retention: { bytes: 67_108_864, days: 30 },
      },
    })
  })

  it('take the token from the environment if there is no argument', () => {
    const tokenOf = (...args: readonly string[]): unknown => {
      const request = readCommand([...needed, ...args], { GRAPEVINE_TOKEN: 'from-the-environment' })
      return request.type === 'run' && request.options.token
    }
    expect(tokenOf()).toBe('from-the-environment')
    expect(tokenOf('--token', 'given')).toBe('given')
  })

  it.each([
    [['--id', 'archive'], /^--server is missing/],
    [['--server', 'http://localhost:3000/'], /^--id is missing/],
    [[...needed, '--keep-mib', '0'], /^--keep-mib: “0” is not/],
    [[...needed, '--keep-days', '2'], /^--keep-days: “2” is not/],
    [[...needed, '--peers', 'node1'], /^Unknown option '--peers'/],
    [[...needed, 'node1'], /^Unexpected argument 'node1'/],
  ])('are refused if invalid: %j', (args, words) => {
    const request = readCommand(args, {})
    expect(request.type === 'invalid' && request.message).toMatch(words)
    expect(request.type === 'invalid' && request.message).toMatch(/ See grapevine node --help\.$/)
  })
})
