/** For properties that get a new set with every update of their host, mostly with the same items. */
export const isOtherSet = (value: ReadonlySet<string>, old: ReadonlySet<string> | undefined): boolean =>
  !old || value.size !== old.size || [...value].some((name) => !old.has(name))
