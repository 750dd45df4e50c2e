import type { AddressProblem } from '../grapevine.ts'
import { listWords } from './listing.ts'
import { type Notice, reload } from './notice.ts'

/** One notice for each kind of trouble; `suggestedHref` is this page's address without the bad part. */
export const describeAddressProblems = (problems: readonly AddressProblem[], suggestedHref: string): Notice[] => {
  const kinds = [...new Set(problems.map((problem) => problem.kind))]
  return kinds.map((kind) => {
    const values = problems.filter((problem) => problem.kind === kind)
    const quoted = listWords(values.map(({ value }) => quote(value)))
    const limit = values.find((problem) => problem.kind === 'too-many-upstreams')?.limit
    return describeProblems(kind, quoted, values.length > 1, limit, suggestedHref)
  })
}

const describeProblems = (
  kind: AddressProblem['kind'],
  quoted: string,
  areMany: boolean,
  limit: number | undefined,
  suggestedHref: string,
): Notice => {
  const rule = '1 to 32 letters (A to Z), digits, “_” or “-”'
  switch (kind) {
    case 'bad-name':
      return {
        key: `address ${kind}`,
        severity: 'error',
        title: `${quoted} can’t be the name of a node`,
        text: `A name is ${rule}. Mend “id=” in the address, or go on under a name that is made up for you.`,
        actions: [{ kind: 'link', label: 'Open without that name', href: suggestedHref, newTab: false }],
      }
    case 'bad-net':
      return {
        key: `address ${kind}`,
        severity: 'error',
        title: `${quoted} can’t be the name of a network`,
        text: `A network’s name is ${rule}. Mend “net=” in the address so that you don’t end up in another network unnoticed, or go to the main one.`,
        actions: [{ kind: 'link', label: 'Open in the main network', href: suggestedHref, newTab: false }],
      }
    case 'bad-class':
      return {
        key: `address ${kind}`,
        severity: 'error',
        title: `${quoted} can’t be a class`,
        text: 'After “class=” come a shape and a number of nodes: line, ring, star or grid with 2 to 60 (ring-12), mesh with 2 to 9 (mesh-6), or random with 2 to 60 and which one of 999 (random-20-7). Mend it, or go on as a node outside the class.',
        actions: [{ kind: 'link', label: 'Open outside the class', href: suggestedHref, newTab: false }],
      }
    case 'class-full':
      return {
        key: `address ${kind}`,
        severity: 'error',
        title: `Every seat of ${quoted} is taken`,
        text: 'As many tabs as the class has nodes are open already. The seat of a tab that was closed is free after ten seconds: reload then. Or take part as one more node, linked to the first one.',
        actions: [reload, { kind: 'link', label: 'Join as one more node', href: suggestedHref, newTab: false }],
      }
    case 'class-left-out':
      return {
        key: `address ${kind}`,
        severity: 'warning',
        title: `The class ${quoted} is left out`,
        text: 'This address names a node or its upstreams as well, and those count. To take a seat in the class, open the address with “class=” alone.',
        actions: [],
      }
    case 'bad-upstream':
      return {
        key: `address ${kind}`,
        severity: 'warning',
        title: `${quoted} can’t be ${areMany ? 'upstreams' : 'an upstream'}`,
        text: `An upstream is the name of a node, ${rule}, if need be with “@” and its key. That part of the address is ignored; the rest works.`,
        actions: [],
      }
    case 'self-upstream':
      return {
        key: `address ${kind}`,
        severity: 'warning',
        title: `${quoted} is this node itself`,
        text: 'A node does not link to itself. That part of the address is ignored; put the name of another node after “peer=”.',
        actions: [],
      }
    case 'too-many-upstreams':
      return {
        key: `address ${kind}`,
        severity: 'warning',
        title: `Too many upstreams: ${quoted} left out`,
        text: `A node has at most ${limit ?? 'a few'} upstreams. The first ones of the address work; one would do, since messages come by any.`,
        actions: [],
      }
  }
}

/** Values come from the address: anything, of any length. */
const quote = (value: string): string => `“${value.length > 40 ? `${value.slice(0, 40)}…` : value}”`
