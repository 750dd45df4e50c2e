import type { Account } from './account.ts'
import type { GossipLimits } from '../bounds/limits.ts'
import type { HeldAuthor, Resource } from './held-author.ts'

interface Overflow {
  /** The account that pays. */
  readonly account: Account
  /** Of which there is too much. */
  readonly resource: Resource
  /** The author of what was added. It may be on another account. */
  readonly adder: HeldAuthor
  readonly limits: GossipLimits
}

/**
 * The author on an account that loses a log or its oldest block, so that the ledger stays within its limits (R1). A large
 * author holds more than a 64th of a limit. An absent one is not in the network.
 *  1. A large author pays for what it adds: an absent one itself, a present one by the largest author on its account.
 *  2. Another absent author pays for what an absent author adds: invented authors displace each other.
 *  3. For what others add, an absent author pays if such authors together hold more than the large ones. If not, the largest
 *     author pays: the heads of logs stay where old blocks can go.
 *  4. Without either, the author that holds most pays, and the idlest if each has one block, or one log.
 */
export const pickPayingAuthor = (overflow: Overflow): HeldAuthor | undefined => {
  const { account, resource, adder, limits } = overflow
  const isAdding = account.authors.has(adder)
  if (isAdding && adder.isLarge(resource, limits)) return adder.isPresent ? account.largest(resource, limits) : adder
  const { absent, absentUsage, largeUsage, richest } = survey(overflow)
  if (absent && isAdding && !adder.isPresent) return absent
  if (absent && absentUsage > largeUsage) return absent
  const other = account.largest(resource, limits) ?? absent ?? richest ?? idlest(account.authors, adder)
  return other ?? (isAdding && resource !== 'logs' ? adder : undefined)
}

interface Survey {
  /** The author that goes first, of the absent ones that are not large. */
  readonly absent: HeldAuthor | undefined
  readonly absentUsage: number
  readonly largeUsage: number
  /** The author that holds most, of those with several blocks or logs that are not large. */
  readonly richest: HeldAuthor | undefined
}

const survey = ({ account, resource, adder, limits }: Overflow): Survey => {
  let [absent, richest]: (HeldAuthor | undefined)[] = []
  let [absentUsage, largeUsage] = [0, 0]
  for (const author of account.authors) {
    const usage = author.usage[resource]
    if (usage === 0) continue
    if (author.isLarge(resource, limits)) {
      largeUsage += usage
      continue
    }
    if (author.hasSeveral(resource) && usage > (richest?.usage[resource] ?? 0)) richest = author
    if (author.isPresent) continue
    absentUsage += usage
    // What is added stays if it is the first of its author: the author may be one that this node is about to hear of.
    const isFirst = author === adder && (resource === 'logs' || author.usage.blocks === 1)
    if (!isFirst) absent = firstToGo(absent, author)
  }
  return { absent, absentUsage, largeUsage, richest }
}

/**
 * Of two absent authors the one that goes first: an author that this node has never seen in the network, and of two such
 * authors the one that came last, since invented authors come after the others. Of two that have left, the idlest.
 */
const firstToGo = (one: HeldAuthor | undefined, other: HeldAuthor): HeldAuthor => {
  if (!one) return other
  if (one.hasBeenPresent !== other.hasBeenPresent) return one.hasBeenPresent ? other : one
  if (!one.hasBeenPresent && one.number !== other.number) return one.number > other.number ? one : other
  return other.activeAt() < one.activeAt() ? other : one
}

/** The last author to come. */
export const newest = ({ authors }: Account, resource: Resource): HeldAuthor | undefined => {
  let last: HeldAuthor | undefined
  for (const author of authors) if (author.usage[resource] > 0 && author.number > (last?.number ?? 0)) last = author
  return last
}

const idlest = (authors: Iterable<HeldAuthor>, except: HeldAuthor): HeldAuthor | undefined => {
  let first: HeldAuthor | undefined
  for (const author of authors) {
    if (author !== except && (!first || author.activeAt() < first.activeAt())) first = author
  }
  return first
}
