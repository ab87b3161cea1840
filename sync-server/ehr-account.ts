/**
 * For operators: the record system's accounts. `npm run ehr:account -- create NAME --make-key FILE` makes a key pair,
 * lets its public half in, and writes account and private key to the file, for its owner's eyes alone; with `--key FILE`
 * a public JWK that was made elsewhere is let in. `list` and `revoke ID` are what they say.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { exportJWK, generateKeyPair } from 'jose'
import { createCommandLine } from './command-line.ts'
import { MACHINE_SCOPES, type MachineScope } from './http/route.ts'
import { closeMachine, readMachines } from './modules/ehr/account-store.ts'
import { createMachine } from './modules/ehr/accounts.ts'
import { NO_CLIENT } from './platform/audit-chain.ts'
import { appendAudit } from './platform/audit-store.ts'
import type { Database, SqlTransaction } from './platform/database.ts'
import { StartError } from './platform/start-error.ts'

const USAGE = `npm run ehr:account -- create NAME --make-key FILE | --key FILE [--scopes clients:write,messages:read]
npm run ehr:account -- list
npm run ehr:account -- revoke ID
With more than one practice: --practice ID. With the embedded database the server must not run meanwhile.`

const text = { type: 'string' } as const

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { 'make-key': text, key: text, scopes: text, practice: text },
    })
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}
const { values, positionals } = readArguments()
const [command, subject] = positionals

async function practiceOf(database: Database): Promise<string> {
  const practices = await database.prisma.practice.findMany({ select: { id: true, name: true }, take: 20 })
  const [first] = practices.filter(({ id }) => values.practice === undefined || id === values.practice)
  if (first === undefined) throw new StartError('There is no such practice.')
  if (values.practice === undefined && practices.length > 1)
    throw new StartError(
      `Which practice? --practice ID\n${practices.map(({ id, name }) => `${id}  ${name}`).join('\n')}`,
    )
  return first.id
}

function scopesOf(): readonly MachineScope[] {
  const wanted = values.scopes?.split(',') ?? MACHINE_SCOPES
  return wanted.map((name) => {
    const scope = MACHINE_SCOPES.find((known) => known === name)
    if (scope === undefined) throw new StartError(`There is no scope ${name}: ${MACHINE_SCOPES.join(', ')}.`)
    return scope
  })
}

function readKey(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new StartError(`${file} holds no JWK.`)
  }
}

/** Never over a file that is there. */
function keep(file: string, content: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch {
    throw new StartError(`${file} cannot be written, or is there already.`)
  }
}

const audited = (tx: SqlTransaction, practiceId: string, action: string) =>
  appendAudit(tx, [
    {
      clientId: NO_CLIENT,
      practiceId,
      action,
      outcome: 'allowed',
      ip: 'local',
      userAgent: 'operator',
      at: Date.now(),
    },
  ])

async function create(database: Database, name: string): Promise<void> {
  const [made, given] = [values['make-key'], values.key]
  if ((made === undefined) === (given === undefined)) throw new StartError(USAGE)
  const practiceId = await practiceOf(database)
  const scopes = scopesOf()
  const pair = made === undefined ? undefined : await generateKeyPair('ES256', { extractable: true })
  const key = pair === undefined ? readKey(given ?? '') : await exportJWK(pair.publicKey)
  const account = await database.direct(async (tx) => {
    const created = await createMachine(tx, practiceId, { name, scopes, key }, Date.now())
    if (!created.ok) throw new StartError(`${created.error.detail} Nothing was made.`)
    await audited(tx, practiceId, 'ehr.account-created')
    const { id, keyIds } = created.value
    if (pair !== undefined && made !== undefined)
      keep(made, {
        accountId: id,
        keyId: keyIds[0],
        alg: 'ES256',
        privateKey: await exportJWK(pair.privateKey),
      })
    return created.value
  })
  console.log(`"${name}" is let in: ${account.id}`)
  if (made !== undefined) console.log(`Its key is in ${made}; keep it as you keep a password.`)
}

await createCommandLine(async ({ database }) => {
  if (command === 'create' && subject !== undefined) {
    await create(database, subject)
    return true
  }
  if (command === 'list') {
    const found = await readMachines(database.prisma, await practiceOf(database))
    for (const { id, name, lastUsedAt, scopes } of found)
      console.log(`${id}  ${name}  last used: ${lastUsedAt?.toISOString() ?? 'never'}  ${scopes.join(',')}`)
    return true
  }
  if (command === 'revoke' && subject !== undefined) {
    const practiceId = await practiceOf(database)
    const done = await database.direct(async (tx) => {
      const closed =
        /^[0-9a-f-]{36}$/.test(subject) && (await closeMachine(tx, practiceId, subject, Date.now()))
      if (closed) await audited(tx, practiceId, 'ehr.account-revoked')
      return closed
    })
    if (!done) throw new StartError('The practice has no such account.')
    console.log('It opens nothing any more.')
    return true
  }
  throw new StartError(USAGE)
})
