import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { fileIdentity, withSecretBytes } from '../../../client/storage/files/file-identity.ts'
import { type Identity, openStoredIdentity } from '../../../client/storage/identity.ts'
import { loadEd25519 } from '../../../client/storage/load-ed25519.ts'

describe('the key in a file', () => {
  let path: string

  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grapevine-key-'))
    path = join(folder, 'key.json')
    return () => rm(folder, { recursive: true })
  })

  const open = async (): Promise<Identity> => {
    const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))
    return openStoredIdentity(fileIdentity(path), withSecretBytes(await loadEd25519()), randomBytes, 'archive')
  }

  it('is the same after a restart, in a new epoch, and nobody else can read it', async () => {
    const first = await open()
    expect(first).toMatchObject({ isNewKey: true, persisted: true })
    const second = await open()
    expect(second).toMatchObject({ peerId: first.peerId, isNewKey: false, persisted: true })
    expect([first, second].map(({ epoch }) => Number.parseInt(epoch, 10))).toEqual([1, 2])
    const message = new TextEncoder().encode('message')
    const { verify } = await loadEd25519()
    expect(await verify(first.peerId, message, await second.sign(message))).toBe(true)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(path, '..'))).toEqual(['key.json'])
  })

  it('is replaced if the file is damaged, which is kept under another name', async () => {
    const { peerId } = await open()
    await writeFile(path, '{"peerId":')
    const next = await open()
    expect(next).toMatchObject({ isNewKey: true, isReplacement: true, persisted: true })
    expect(next.peerId).not.toBe(peerId)
    expect(await readFile(`${path}.damaged`, 'utf8')).toBe('{"peerId":')
  })

  it('is kept in memory if the folder is gone', async () => {
    path = join(path, 'gone', 'key.json')
    expect(await open()).toMatchObject({ isNewKey: true, persisted: false, isKeyStored: false })
  })
})
