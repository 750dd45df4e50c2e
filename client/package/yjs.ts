/** `grapevine/yjs`: a Yjs document over a node. Needs the packages `yjs`, `y-protocols` and `lib0`. */
export { GrapevineProvider, type GrapevineProviderOptions } from '../yjs/grapevine-provider.ts'
