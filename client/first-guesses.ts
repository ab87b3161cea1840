/**
 * `virtual:first-guesses`: the beginning of the list of common passwords and the rows of a keyboard, for the strength
 * meter. The whole list is 0.4 MB and stays with the server, which has the last word.
 */
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import type { Plugin } from 'vite'

const NAME = 'virtual:first-guesses'
const WORDS = 5_000

export const firstGuesses = (): Plugin => ({
  name: 'portal-first-guesses',
  resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
  load(id) {
    if (id !== `\0${NAME}`) return null
    const words = dictionary['passwords-common'].slice(0, WORDS).join(' ')
    const { qwerty, keypad } = adjacencyGraphs
    return `export const words = ${JSON.stringify(words)}\nexport const graphs = ${JSON.stringify({ qwerty, keypad })}`
  },
})
