import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeListenFailure } from '../../../signal-server/start/listen-failure.ts'
import { readSettings } from '../../../signal-server/start/settings.ts'
import { RedisServer } from '../cluster/redis-server.ts'
import { openNode, openTab, signatureOf } from '../tab.ts'

const main = fileURLToPath(new URL('../../../dist/server/main.js', import.meta.url))

/** Runs what `npm start` runs once the page is built. */
const run = (environment: Record<string, string>, file = main) => {
  const child = spawn(process.execPath, [file], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => (output.stdout += data))
  child.stderr.on('data', (data) => (output.stderr += data))
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }))
  const printed = async (): Promise<number> => {
    const all = /^Grapevine runs\..*\n {2}http:\/\/localhost:(\d+)\/\?id=node1\b.*\n.*\n.*&peer=node2\b.*\n/
    while (!all.test(output.stdout)) await Promise.race([once(child.stdout, 'data'), exited.then(failed)])
    return Number(all.exec(output.stdout)?.[1])
  }
  const logged = async (message: string): Promise<void> => {
    while (!output.stderr.includes(`"${message}"`)) await once(child.stderr, 'data')
  }
  const failed = (result: object): never => {
    throw new Error(`The server did not start: ${JSON.stringify(result)}`)
  }
  return { child, exited, printed, logged }
}

/** Every line of the log is one JSON object. */
const messagesOf = (log: string): string[] =>
  log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).msg)

describe('the command', () => {
  it('prints addresses that work', async () => {
    const { printed } = run({ PORT: '0' })
    const port = await printed()
    expect((await fetch(`http://127.0.0.1:${port}/?id=node1`)).status).toBe(200)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'exits with 0 within 2 s of %s, tabs and keep-alive or not',
    async (signal) => {
      const { child, exited, printed } = run({ PORT: '0' })
      const port = await printed()
      await fetch(`http://127.0.0.1:${port}/healthz`)
      const nodes = await Promise.all(Array.from({ length: 20 }, (_, index) => openNode(port, `node${index}`)))
      const startedAt = performance.now()
      child.kill(signal)
      const { code, stderr } = await exited
      expect(code).toBe(0)
      expect(messagesOf(stderr)).toEqual(['listening', 'draining', 'drained'])
      expect(performance.now() - startedAt).toBeLessThan(2_000)
      // A reason after which Socket.IO's client comes back by itself.
      for (const node of nodes) expect(await node.disconnected).toBe('transport close')
    },
  )

  it('ends at once at a second signal', async () => {
    const { child, exited, printed, logged } = run({ PORT: '0' })
    const port = await printed()
    // Enough tabs for a drain of some time.
    await Promise.all(Array.from({ length: 60 }, (_, index) => openNode(port, `node${index}`)))
    child.kill('SIGTERM')
    await logged('draining')
    child.kill('SIGINT')
    const { code, stderr } = await exited
    expect(code).toBe(130)
    expect(messagesOf(stderr)).toEqual(['listening', 'draining'])
  })

  it('logs what is asked for, and no secret', async () => {
    const token = 'a-token-that-nobody-should-read'
    const { child, exited, printed } = run({
      PORT: '0',
      LOG_LEVEL: 'info',
      METRICS_TOKEN: token,
      ACCESS_TOKENS: `class-7:${token}`,
    })
    await printed()
    child.kill('SIGTERM')
    const { stderr } = await exited
    expect(JSON.parse(stderr.split('\n')[0] ?? '')).toMatchObject({
      level: 'info',
      msg: 'listening',
      host: 'localhost',
      maxSocketsPerAddress: 512,
      accessTokens: 1,
      metrics: 'on',
    })
    expect(stderr).not.toContain(token)

    const quiet = run({ PORT: '0', LOG_LEVEL: 'warn' })
    await quiet.printed()
    quiet.child.kill('SIGTERM')
    expect((await quiet.exited).stderr).toBe('')
  })

  it('prints addresses that a private server lets in', async () => {
    const { child, exited, printed } = run({ PORT: '0', ACCESS_TOKENS: 'class-7:correct-horse' })
    await printed()
    child.kill('SIGTERM')
    const { stdout } = await exited
    const addresses = [...stdout.matchAll(/http:\S+/g)].map(([address]) => new URL(address))
    expect(addresses.map(({ searchParams, hash }) => [searchParams.get('net'), hash])).toEqual(
      Array.from({ length: 3 }, () => ['class-7', '#token=correct-horse']),
    )
  })

  it('says at the start that its Redis is not there, and when it comes', async () => {
    const redis = await RedisServer.start()
    await redis.kill()
    onTestFinished(() => redis.kill())
    const { exited, child, printed, logged } = run({ PORT: '0', REDIS_URL: redis.url })
    const port = await printed()
    await logged('degraded: Redis cannot be reached, so only tabs of this process are introduced to each other')
    expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()).toMatchObject({ status: 'degraded' })
    await redis.start()
    await logged('Redis can be reached, and so the other processes')
    expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()).toEqual({ status: 'ok' })
    child.kill('SIGTERM')
    const { stderr } = await exited
    const line = stderr.split('\n').find((each) => each.includes('degraded:')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', redis: `connect ECONNREFUSED 127.0.0.1:${redis.port}` })
  })

  it('logs at debug who got in, who was refused and who left, without a secret', async () => {
    const { child, exited, printed } = run({ PORT: '0', LOG_LEVEL: 'debug', ACCESS_TOKENS: 'class-7:correct-horse' })
    const port = await printed()
    const tab = await openTab(port)
    expect(await tab.register('node1', { net: 'class-7' })).toMatchObject({ ok: false })
    const token = 'correct-horse'
    const signature = signatureOf(tab.key, tab.id, 'class-7', 'node1')
    const request = { net: 'class-7', name: 'node1', peerId: tab.key.peerId, upstreams: [], signature, token }
    expect(await tab.request('node:register', request)).toMatchObject({ ok: true })
    child.kill('SIGTERM')
    const { stderr } = await exited
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

  it('says which port is in use, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await run({ PORT: String(port) }).exited
    expect(code).toBe(1)
    expect(stderr).toBe(`Port ${port} is already in use. Choose another: PORT=${port + 1} npm start\n`)
  })

  it('warns of a variable that looks like a setting', async () => {
    const { child, exited, printed } = run({ PORT: '0', ALLOWED_ORIGIN: 'https://secret.example' })
    await printed()
    child.kill('SIGTERM')
    const { stderr } = await exited
    expect(JSON.parse(stderr.split('\n')[0] ?? '')).toMatchObject({
      level: 'warn',
      msg: 'ALLOWED_ORIGIN is set, and is no setting of Grapevine: is ALLOWED_ORIGINS meant?',
    })
    expect(stderr).not.toContain('secret.example')
  })

  it('says in one line which setting is wrong', async () => {
    const { code, stdout, stderr } = await run({ PORT: 'abc' }).exited
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toBe('PORT="abc" is not valid: expected a whole number from 0 to 65535 (0: any free port).\n')
  })
})

describe('a server that was copied without its page', () => {
  it('says that the page is missing', async () => {
    const folder = await mkdtemp(join(dirname(main), 'copy-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await copyFile(main, join(folder, 'main.js'))
    const { code, stderr } = await run({ PORT: '0' }, join(folder, 'main.js')).exited
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The page is not built: .*index\.html is missing\. Run: npm start\n$/)
  })
})

describe('a server that can not listen says why', () => {
  it.each([
    ['EACCES', 'Port 80 needs rights that this user does not have. Choose one above 1023: PORT=3000 npm start'],
    [
      'EADDRNOTAVAIL',
      'HOST=10.9.9.9 is not an address of this machine. For every address of it: HOST=0.0.0.0 npm start',
    ],
    ['ENOTFOUND', 'HOST=10.9.9.9 is not an address of this machine. For every address of it: HOST=0.0.0.0 npm start'],
    ['EOTHER', "The server can't listen on 10.9.9.9, port 80: it broke"],
  ])('%s', (code, sentence) => {
    const error = Object.assign(new Error('it broke'), { code })
    expect(describeListenFailure(error, readSettings({ PORT: '80', HOST: '10.9.9.9' }))).toBe(sentence)
  })
})
