/**
 * `grapevine/elements`: elements for any page, each with a property `node`. `grapevine/elements.css` has their measures and
 * colours.
 */
export { GrapevineConnection } from '../ui/lab/connection/grapevine-connection.ts'
export { GrapevineFigures } from '../ui/lab/figures/grapevine-figures.ts'
export { GrapevineNetwork } from '../ui/lab/network/grapevine-network.ts'
export { GrapevineTrace, type TraceAction, type TraceActionEvent } from '../ui/lab/trace/grapevine-trace.ts'
export { GrapevineWire } from '../ui/lab/wire/grapevine-wire.ts'
export { GrapevineMessages } from '../ui/messages/grapevine-messages.ts'
