import { IDBFactory, IDBDatabase as FakeDatabase } from 'fake-indexeddb'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Database, type DatabaseProblem, openDatabase } from '../../client/storage/database.ts'
import 'fake-indexeddb/auto'

describe('openDatabase', () => {
  let problems: DatabaseProblem[]

  beforeEach(() => {
    problems = []
    vi.stubGlobal('indexedDB', new IDBFactory())
    return () => vi.unstubAllGlobals()
  })

  const open = (): Promise<Database | undefined> => openDatabase({ onUnavailable: (reason) => problems.push(reason) })

  /** Another tab, which has another version of the page. */
  const openRaw = (version: number): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open('grapevine', version)
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error ?? new Error('not opened')))
    })

  it('creates the stores of this version', async () => {
    const database = await open()
    expect([...(database?.objectStoreNames ?? [])]).toEqual(['blocks', 'identities', 'known-keys', 'ledgers'])
    expect(problems).toEqual([])
  })

  it('returns nothing, with a reason, where there is no IndexedDB', async () => {
    vi.stubGlobal('indexedDB', undefined)
    expect(await open()).toBeUndefined()
    expect(problems).toEqual(['storage-unavailable'])
  })

  it('returns nothing, with a reason, where the page may not use it', async () => {
    const denied = (): never => {
      throw new DOMException('denied', 'SecurityError')
    }
    vi.stubGlobal('indexedDB', { open: denied })
    expect(await open()).toBeUndefined()
    expect(problems).toEqual(['storage-unavailable'])
  })

  it('returns nothing where a newer version of the page made the database', async () => {
    const newer = await openRaw(1_000)
    newer.close()
    expect(await open()).toBeUndefined()
    expect(problems).toEqual(['storage-newer'])
  })

  it('waits for as long as another tab keeps it from opening', async () => {
    const other = await openRaw(1)
    const opened = vi.fn<() => void>()
    const opening = open().finally(opened)
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setTimeout(resolve))
    expect(opened).not.toHaveBeenCalled()
    other.close()
    expect(await opening).toBeDefined()
    expect(problems).toEqual([])
  })

  it('closes the database when a newer version of the page upgrades it', async () => {
    const database = await open()
    const newer = await openRaw(1_000)
    expect(newer).toBeInstanceOf(FakeDatabase)
    expect(problems).toEqual(['storage-outgrown'])
    await expect(database?.get('identities', ['main', 'node1'])).rejects.toThrow()
  })
  it('closes the database when it is deleted', async () => {
    await open()
    const removed = new Promise((resolve) =>
      indexedDB.deleteDatabase('grapevine').addEventListener('success', () => resolve('removed')),
    )
    expect(await removed).toBe('removed')
    expect(problems).toEqual(['storage-closed'])
  })

  it('keeps the records that version 2 has stored', async () => {
    const request = indexedDB.open('grapevine', 2)
    request.addEventListener('upgradeneeded', () => {
      const { result } = request
      for (const name of ['identities', 'known-keys']) {
        result.createObjectStore(name, { keyPath: ['net', 'name'] }).createIndex('by-use', 'use')
      }
      const blocks = result.createObjectStore('blocks', { autoIncrement: true })
      blocks.createIndex('by-node', ['net', 'name'])
      blocks.createIndex('by-log', ['net', 'name', 'log', 'height'])
      blocks.add({ net: 'main', name: 'node1', log: 'a', height: 1 })
    })
    await new Promise((resolve) => request.addEventListener('success', resolve))
    request.result.close()
    const database = await open()
    expect(await database?.countFromIndex('blocks', 'by-node', ['main', 'node1'])).toBe(1)
    expect([...(database?.objectStoreNames ?? [])]).toContain('ledgers')
  })
})
