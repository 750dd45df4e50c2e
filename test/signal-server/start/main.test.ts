import { once } from 'node:events'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeListenFailure } from '../../../signal-server/start/listen-failure.ts'
import { readSettings } from '../../../signal-server/start/settings.ts'
import { startRedis } from '../cluster/redis-server.ts'
import { builtProgram, ServerProcess } from '../../support/server-process.ts'
import { openNode, openTab, signatureOf } from '../tab.ts'

/** Runs the command that `npm start` runs once the page is built. */
const run = (environment: Record<string, string>, program = builtProgram): ServerProcess => {
  const server = new ServerProcess(environment, program)
  onTestFinished(() => server.kill())
  return server
}

const start = async (environment: Record<string, string> = {}): Promise<ServerProcess> => {
  const server = run(environment)
  await server.listening()
  return server
}

/** Ends the server, and resolves with its output. */
const stop = (server: ServerProcess): ServerProcess['exited'] => {
  server.signal('SIGTERM')
  return server.exited
}

/** Every line of the log is one JSON object. */
const messagesOf = (log: string): string[] =>
  log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).msg)

describe('the command', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints addresses that work, and exits with 0 within 2 s of %s, with tabs and kept-alive connections',
    async (signal) => {
      const server = await start()
      const { port } = server
      expect((await fetch(`http://127.0.0.1:${port}/?id=node1`)).status).toBe(200)
      const nodes = await Promise.all(Array.from({ length: 20 }, (_, index) => openNode(port, `node${index}`)))
      const startedAt = performance.now()
      server.signal(signal)
      const { code, stdout, stderr } = await server.exited
      expect(code).toBe(0)
      expect(stdout).toMatch(
        /^Grapevine is running\..*\n {2}http:\/\/localhost:\d+\/\?id=node1\n.*\?id=node2&peer=node1\n.*&peer=node2\n$/,
      )
      expect(messagesOf(stderr)).toEqual(['listening', 'draining', 'drained'])
      expect(performance.now() - startedAt).toBeLessThan(2_000)
      // After this reason, Socket.IO's client reconnects by itself.
      for (const node of nodes) expect(await node.disconnected).toBe('transport close')
    },
  )

  it('ends at once at a second signal', async () => {
    const server = await start()
    // Enough tabs to make the drain last for some time.
    await Promise.all(Array.from({ length: 60 }, (_, index) => openNode(server.port, `node${index}`)))
    server.signal('SIGTERM')
    await server.logged('draining')
    server.signal('SIGINT')
    const { code, stderr } = await server.exited
    expect(code).toBe(130)
    expect(messagesOf(stderr)).toEqual(['listening', 'draining'])
  })

  it('logs what the settings request, warns of a variable that looks like a setting, and logs no secret', async () => {
    const token = 'a-token-that-nobody-should-read'
    const server = await start({
      LOG_LEVEL: 'info',
      METRICS_TOKEN: token,
      ACCESS_TOKENS: `class-7:${token}`,
      ALLOWED_ORIGIN: 'https://secret.example',
    })
    const { stderr } = await stop(server)
    const [mistyped = '', listening = ''] = stderr.split('\n')
    expect(JSON.parse(mistyped)).toMatchObject({
      level: 'warn',
      msg: 'ALLOWED_ORIGIN is set, but Grapevine has no such setting. Did you mean ALLOWED_ORIGINS?',
    })
    expect(JSON.parse(listening)).toMatchObject({
      level: 'info',
      msg: 'listening',
      host: 'localhost',
      maxSocketsPerAddress: 512,
      accessTokens: 1,
      metrics: 'on',
    })
    expect(stderr).not.toContain(token)
    expect(stderr).not.toContain('secret.example')

    const quiet = await start({ LOG_LEVEL: 'warn' })
    expect((await stop(quiet)).stderr).toBe('')
  })

  it('reports at the start that its Redis is unreachable, and when Redis comes back', async () => {
    const redis = await startRedis()
    await redis.kill()
    const server = await start({ REDIS_URL: redis.url })
    const { port } = server
    await server.logged('degraded: Redis is out of reach, so only tabs of this process are introduced to each other')
    expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()).toMatchObject({ status: 'degraded' })
    await redis.start()
    await server.logged('Redis is in reach, and with it the other processes')
    expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()).toEqual({ status: 'ok' })
    const { stderr } = await stop(server)
    const line = stderr.split('\n').find((each) => each.includes('degraded:')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', redis: `connect ECONNREFUSED 127.0.0.1:${redis.port}` })
  })

  it('prints addresses that a private server admits, and logs at debug which tabs were admitted, refused or left, without a secret', async () => {
    const server = await start({ LOG_LEVEL: 'debug', ACCESS_TOKENS: 'class-7:correct-horse' })
    const tab = await openTab(server.port)
    expect(await tab.register('node1', { net: 'class-7' })).toMatchObject({ ok: false })
    const token = 'correct-horse'
    const signature = signatureOf(tab.key, tab.id, 'class-7', 'node1')
    const request = { net: 'class-7', name: 'node1', peerId: tab.key.peerId, upstreams: [], signature, token }
    expect(await tab.request('node:register', request)).toMatchObject({ ok: true })
    const { stdout, stderr } = await stop(server)
    const addresses = [...stdout.matchAll(/http:\S+/g)].map(([address]) => new URL(address))
    expect(addresses.map(({ searchParams, hash }) => [searchParams.get('net'), hash])).toEqual(
      Array.from({ length: 3 }, () => ['class-7', '#token=correct-horse']),
    )
    const lines = stderr.split('\n').filter((line) => line.includes('"net"'))
    const own = lines.map((line) => {
      const { level: _level, time: _time, pid: _pid, hostname: _hostname, ...rest } = JSON.parse(line)
      return rest
    })
    expect(own).toEqual([
      { msg: 'refused', net: 'class-7', name: 'node1', reason: 'token-missing' },
      { msg: 'registered', net: 'class-7', name: 'node1' },
      { msg: 'left', net: 'class-7', name: 'node1' },
    ])
    expect(stderr).not.toMatch(/correct-horse|127\.0\.0\.1/)
  })

  it('reports which port is in use, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await run({ PORT: String(port) }).exited
    expect(code).toBe(1)
    expect(stderr).toBe(`Port ${port} is already in use. Choose another port: PORT=${port + 1} npm start\n`)
  })

  it('reports in one line which setting is wrong', async () => {
    const { code, stdout, stderr } = await run({ PORT: 'abc' }).exited
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toBe('PORT="abc" is not valid: expected a whole number from 0 to 65535 (0: any free port).\n')
  })
})

describe('a server that was copied without its page', () => {
  it('reports that the page is missing', async () => {
    const folder = await mkdtemp(join(dirname(builtProgram), 'copy-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await copyFile(builtProgram, join(folder, 'main.js'))
    const { code, stderr } = await run({}, join(folder, 'main.js')).exited
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The page is not built: .*index\.html is missing\. Run: npm start\n$/)
  })
})

describe('a server that can’t listen reports the reason', () => {
  it.each([
    ['EACCES', 'Port 80 needs rights that this user does not have. Choose a port above 1023: PORT=3000 npm start'],
    [
      'EADDRNOTAVAIL',
      'HOST=10.9.9.9 is not an address of this machine. To listen on all its addresses: HOST=0.0.0.0 npm start',
    ],
    [
      'ENOTFOUND',
      'HOST=10.9.9.9 is not an address of this machine. To listen on all its addresses: HOST=0.0.0.0 npm start',
    ],
    ['EOTHER', "The server can't listen on 10.9.9.9, port 80: it broke"],
  ])('%s', (code, sentence) => {
    const error = Object.assign(new Error('it broke'), { code })
    expect(describeListenFailure(error, readSettings({ PORT: '80', HOST: '10.9.9.9' }))).toBe(sentence)
  })
})
