import { seatName, seatUpstreams } from '../../app/classroom/class-plan.ts'
import type { ClassPlan } from '../../app/classroom/class-topology.ts'
import { addressBase, addressOf, parseAddress } from '../../app/address/config.ts'
import { shapeWords } from './class-words.ts'

export interface SeatAddress {
  readonly seat: number
  /** `Node 7 of 12 in this ring`. */
  readonly label: string
  readonly href: string
}

/** The single address of a class, in the network of `pageHref` (an absolute address of this page that keeps `net`). */
export const classHref = (pageHref: string, plan: ClassPlan): string => {
  const { base, net } = networkOf(pageHref)
  return net ? addressOf(base, { net, plan }) : ''
}

/** One address for each seat, the same as the class address would assign. */
export const seatAddresses = (pageHref: string, plan: ClassPlan): readonly SeatAddress[] => {
  const { base, net } = networkOf(pageHref)
  if (!net) return []
  return Array.from({ length: plan.size }, (_, index) => {
    const seat = index + 1
    const upstreams = seatUpstreams(plan, seat).map((name) => ({ name }))
    const href = addressOf(base, { name: seatName(plan, seat), net, upstreams })
    return { seat, label: `Node ${seat} of ${plan.size} in this ${shapeWords[plan.shape]}`, href }
  })
}

export const seatAddressText = (addresses: readonly SeatAddress[]): string =>
  addresses.map(({ label, href }) => `${label}: ${href}`).join('\n')

const networkOf = (pageHref: string) => {
  const address = parseAddress(pageHref)
  return { base: addressBase(pageHref), net: address.isValid ? address.net : undefined }
}
