/**
 * What of the account the portal stands in: the cluster, balancer and database that are there already, by their ids, so
 * that a synthesis asks nobody. One file for each environment, `settings/<name>.json`; no secret is in it.
 */
import { readFileSync } from 'node:fs'

const REQUIRED = [
  'account',
  'region',
  /** Where browsers find it. */
  'domain',
  'hostedZoneId',
  'hostedZoneName',
  /** Of `domain`, in us-east-1, as the CDN wants it. */
  'certificateArn',
  'vpcId',
  'vpcCidr',
  'clusterName',
  /** The balancer that is there, by a name that its certificate has. */
  'balancerDomain',
  'balancerFullName',
  'listenerArn',
  'balancerSecurityGroupId',
  'databaseSecurityGroupId',
  /** Its value is the whole postgresql://… address. */
  'databaseUrlSecretArn',
  /** Its value is the key, as docs/keys.md says it is made. */
  'signingKeySecretArn',
  'imageRepository',
  'alarmEmail',
] as const
const LISTS = ['availabilityZones', 'privateSubnetIds', 'edgeNetworks'] as const

export type Settings = Readonly<Record<(typeof REQUIRED)[number], string>> &
  Readonly<Record<(typeof LISTS)[number], readonly string[]>> & {
    readonly name: string
    readonly imageTag: string
    readonly servers: number
    readonly listenerPriority: number
  }

/** Throws with one line for each mistake. */
export function readSettings(name: string, imageTag: string): Settings {
  const given = JSON.parse(readFileSync(new URL(`settings/${name}.json`, import.meta.url), 'utf8'))
  const wrong: string[] = []
  if (!/^[a-z][a-z0-9-]{0,20}$/.test(name))
    wrong.push('The name of an environment is short, in small letters.')
  for (const key of REQUIRED)
    if (typeof given[key] !== 'string' || given[key] === '') wrong.push(`${key} must be a text.`)
  for (const key of LISTS)
    if (!Array.isArray(given[key]) || given[key].length === 0) wrong.push(`${key} must be a list.`)
  for (const key of ['servers', 'listenerPriority'])
    if (!Number.isInteger(given[key])) wrong.push(`${key} must be a whole number.`)
  if (given.servers < 2) wrong.push('servers must be 2 at least: one is replaced while the other serves.')
  if (wrong.length > 0) throw new Error(`settings/${name}.json:\n${wrong.join('\n')}`)
  return { ...given, name, imageTag }
}
