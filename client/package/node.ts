/** `grapevine/node`: what a node in Node.js needs. `loadNodeConnections` needs the package `node-datachannel`. */
export { type FileStorageEvents, fileStorage } from '../node/create/file-storage.ts'
export { type NodeConnections, WebRtcMissing, loadNodeConnections } from '../links/webrtc/node-connections.ts'
