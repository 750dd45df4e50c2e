/** `grapevine/node`: what a node in Node.js needs. `loadNodeConnections` needs the package `node-datachannel`. */
export { fileStorage } from '../node/create/file-storage.ts'
export { loadNodeConnections } from '../links/webrtc/node-connections.ts'
