/** `grapevine/testing`: networks without a browser, under virtual time. */
export { type MemoryEnd, type MemoryLinkOptions, createMemoryLinks } from '../../test/memory-link.ts'
export { VirtualClock } from '../../test/simulation/network/virtual-clock.ts'
export {
  type MemoryLinks,
  type MemoryNode,
  type Wire,
  MemoryNetwork,
  MemoryStore,
  startLine,
  startNodes,
} from '../../test/simulation/network/memory-network.ts'
export { createRandom, type Random } from '../node/faults/random.ts'
export { type OnProgress, simulate } from '../../test/simulation/simulation.ts'
export { defaultOptions, type SimulationOptions } from '../../test/simulation/simulation-options.ts'
export type { SimulationResult } from '../../test/simulation/result/simulation-result.ts'
