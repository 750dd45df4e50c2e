/** The package `grapevine`: makes nodes, in a page. */
export { browserStorage, memoryStorage } from '../node/create/browser-storage.ts'
export { createNode } from '../node/create/create-node.ts'
export type { NodeOptions } from '../node/create/node-options.ts'
export { NodeError, type BadOption } from '../node/api/node-error.ts'
export type * from '../node/api/grapevine.ts'
export type * from '../node/api/diagnosis.ts'
export type { Entry, JsonValue } from '../gossip/wire/entry.ts'
export type { Hop } from '../gossip/wire/hop.ts'
