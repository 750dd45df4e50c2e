// PeerPigeon's signalling server. The package exports no path to it.
import { PeerPigeonServer } from '../node_modules/peerpigeon/server/index.js'

const server = new PeerPigeonServer({ port: 41_000 + (process.pid % 20_000), host: '127.0.0.1' })
await server.start()
process.stdout.write(`address: ws://127.0.0.1:${server.port}\n`)
