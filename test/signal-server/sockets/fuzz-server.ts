/** A signalling server with all its defaults, behind a proxy of this machine. Another process measures it. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { attachSignalling } from '../../../signal-server/sockets/signalling.ts'

const server = createServer((_, response) => response.writeHead(404).end())
attachSignalling(server, { trustedProxies: ['loopback'] })
server.listen(0, '127.0.0.1')
await once(server, 'listening')
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
