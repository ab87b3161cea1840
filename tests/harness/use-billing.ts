/** Bills of a practice of a test file's own, with who pays them and a look at what the ledger comes to. */
import { afterAll, beforeAll, expect } from 'vitest'
import { openBilling } from './billing.ts'
import { expectOk, type usePractice } from './practice.ts'

type Practice = ReturnType<ReturnType<typeof usePractice>>
export type Payer = Awaited<ReturnType<Practice['client']>> & {
  readonly phone: Awaited<ReturnType<Practice['device']>>
}

/** For the top of a `describe`: opened before its tests and closed after them. */
export function useBilling(practice: ReturnType<typeof usePractice>) {
  let opened: Awaited<ReturnType<typeof openBilling>> | undefined
  const billing = () => opened as Awaited<ReturnType<typeof openBilling>>
  beforeAll(async () => {
    opened = await openBilling(practice())
  })
  afterAll(() => opened?.[Symbol.asyncDispose]())

  const sums = async (clientId: string) => {
    const rows = await practice().database.prisma.ledgerEntry.findMany({ where: { clientId } })
    const by = new Map<string, number>()
    for (const { statementId, amountMinor } of rows)
      by.set(statementId, (by.get(statementId) ?? 0) + Number(amountMinor))
    return { by, all: [...by.values()].reduce((sum, amount) => sum + amount, 0), rows }
  }
  async function payer(): Promise<Payer> {
    const person = await practice().client()
    return { ...person, phone: await practice().device(person) }
  }
  return {
    billing,
    sums,
    payer,
    /** What stands in the statements, on devices and in the account is what the entries come to. */
    async expectBalanced({ clientId, actor }: Payer) {
      const { by, all } = await sums(clientId)
      const { items } = expectOk(await billing().service.statements(actor, clientId, {}))
      expect(Object.fromEntries(items.map(({ id, balance }) => [id, balance]))).toEqual(
        Object.fromEntries(items.map(({ id }) => [id, by.get(id) ?? 0])),
      )
      const { balances } = expectOk(await billing().service.balance(actor, clientId))
      expect(balances.reduce((sum, { amount }) => sum + amount, 0)).toBe(all)
      return all
    },
  }
}
/** Of a page at the payment service. */
export const sessionOf = (url: string | undefined) => url?.split('/').at(-1) ?? ''
export const forOne = (statementId: string, amount: number) => ({ shares: [{ statementId, amount }] })
