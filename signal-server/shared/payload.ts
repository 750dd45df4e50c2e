import * as v from 'valibot'

/**
 * The payload as the schema rebuilds it, or undefined if it does not fit. The first mismatch ends the check: a stranger
 * pays with a frame, and no list of all mismatches is built.
 */
export const readPayload = <const Schema extends v.GenericSchema>(
  schema: Schema,
  payload: unknown,
): v.InferOutput<Schema> | undefined => {
  const result = v.safeParse(schema, payload, { abortEarly: true })
  return result.success ? result.output : undefined
}

/** A list whose length is checked before any of its items. */
export const listSchema = <Item extends v.GenericSchema>(item: Item, maxItems: number, minItems = 0) =>
  v.pipe(
    v.custom<readonly v.InferInput<Item>[]>(
      (list) => Array.isArray(list) && list.length >= minItems && list.length <= maxItems,
    ),
    v.array(item),
  )
