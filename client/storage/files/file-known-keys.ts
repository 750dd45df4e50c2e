import { readFile } from 'node:fs/promises'
import { BoundedMap } from '../../gossip/bounds/bounded-map.ts'
import { type PeerId, parsePeerId } from '../../gossip/wire/peer-id.ts'
import type { KnownKeys } from '../../node/shared/node-storage.ts'
import { storageLimits } from '../limits.ts'
import { errorCode, replaceFile } from './atomic-file.ts'

/** The keys of upstreams in a file of JSON, by `net/name`. After a failure, which is reported, they are kept in memory too. */
export const fileKnownKeys = (path: string, onFailure: (error: unknown) => void): KnownKeys => {
  const keys = new BoundedMap<string, PeerId>(storageLimits.knownKeys)
  let isRead = false
  let writing = Promise.resolve()

  const read = async (): Promise<void> => {
    if (isRead) return
    isRead = true
    try {
      const stored: unknown = JSON.parse(await readFile(path, 'utf8'))
      for (const [name, value] of Object.entries(stored ?? {})) {
        const peerId = parsePeerId(value)
        if (peerId && !keys.has(name)) keys.set(name, peerId)
      }
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') onFailure(error)
    }
  }

  return {
    async get(net, name) {
      await read()
      return keys.get(`${net}/${name}`)
    },
    async remember(net, name, peerId) {
      await read()
      if (keys.get(`${net}/${name}`) === peerId) return
      keys.set(`${net}/${name}`, peerId)
      writing = writing
        .then(() => replaceFile(path, `${JSON.stringify(Object.fromEntries(keys.entries()))}\n`))
        .catch(onFailure)
      await writing
    },
  }
}
