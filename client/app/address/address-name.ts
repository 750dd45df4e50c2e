import { type NodeName, parseNodeName } from '../../gossip/wire/node-name.ts'

/** An integer in [0, max). */
type Pick = (max: number) => number

const words = (list: string): readonly string[] => list.trim().split(/\s+/)

const adjectives = words(`
  agile airy amber apt azure bold brave breezy brief bright brisk calm candid chilly clever cosy crisp curious daring
  deft eager early easy fair fancy fleet fond fresh gentle glad golden grand green happy hardy honest humble jolly keen
  kind late lively lucky lunar mellow merry mild misty modest neat nimble noble patient plucky polite proud quick quiet
  rapid ready rosy shy silver snug`)

const animals = words(`
  badger beaver bee bison camel cat cicada cod condor coyote crab crane cricket crow deer dingo dove duck eagle egret
  falcon ferret finch fox frog gecko goat goose hare hawk heron ibex ibis jackal jay kiwi koala lark lemur llama lynx
  magpie marten mole moose moth newt ocelot otter owl panda pelican puffin quail rabbit raven robin seal shrew stork
  swan tapir toad wren`)

/**
 * A readable name, `calm-otter-42`. 64 adjectives, 64 animals and 90 numbers make 368,640 names: in about one of 500
 * classes of 40 two tabs get the same name, and then one of them gets another.
 */
export const generateName = (pick: Pick): NodeName =>
  named(`${adjectives[pick(adjectives.length)]}-${animals[pick(animals.length)]}-${10 + pick(90)}`)

/** Without i, l and o, which are easily misread. */
const letters = 'abcdefghjkmnpqrstuvwxyz'

/** Another name that resembles the given one: `node1-k3f` for `node1`, and `node1-p7c` for `node1-k3f`. */
export const alternativeName = (name: NodeName, pick: Pick): NodeName => {
  const suffix = `-${letters.charAt(pick(letters.length))}${2 + pick(8)}${letters.charAt(pick(letters.length))}`
  const stem = name.replace(/(?<=.)-[a-hjkmnp-z][2-9][a-hjkmnp-z]$/, '').slice(0, 32 - suffix.length)
  return named(`${stem}${suffix}`)
}

const named = (text: string): NodeName => {
  const name = parseNodeName(text)
  if (!name) throw new Error(`not a node name: ${text}`)
  return name
}
