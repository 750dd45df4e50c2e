/** The neighbour that brought most. It loses first, so a neighbour that invents nodes or logs displaces only its own (P6). */
export const mostBrought = <Bringer>(bringers: Iterable<Bringer>): Bringer | undefined => {
  const counts = new Map<Bringer, number>()
  let most: Bringer | undefined
  let mostCount = 0
  for (const bringer of bringers) {
    const count = (counts.get(bringer) ?? 0) + 1
    counts.set(bringer, count)
    if (count > mostCount) [most, mostCount] = [bringer, count]
  }
  return most
}

export const keyOfMost = <Key>(sums: ReadonlyMap<Key, number>): Key | undefined =>
  [...sums].sort(([, one], [, other]) => other - one)[0]?.[0]
