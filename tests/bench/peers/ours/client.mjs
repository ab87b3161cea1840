/** One device of suite C. The harness runs it in plain Node, so the TypeScript behind it is led in here. */
import { readFileSync } from 'node:fs'
import { register } from 'tsx/esm/api'
import { controlFile } from './driver.mjs'

register()
const { connectTo } = await import('./load-client.ts')

export const connect = ({ url, i, mode }) => {
  const control = readFileSync(controlFile(url.split(':')[1]), 'utf8')
  return connectTo({ url, index: i, mode, control })
}
