/**
 * Paying: which statements, how much, with what. Only with a live network, which is said before anything is chosen; a card is
 * typed on the payment service's own page. Nothing is queued.
 */

import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useNavigate } from '@tanstack/react-router'
import { CircleAlert, CircleCheck, Lock } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { LEAST_PAYMENT, MOST_AT_ONCE } from '../../../shared/domains/billing/limits.ts'
import { digitsOf, minorOf, moneyOf, plainMoney } from '../../../shared/domains/billing/money.ts'
import type { Statement } from '../../../shared/domains/billing/schema.ts'
import { preferredLanguage } from '../../../shared/domains/profile/preferences.ts'
import { useSession, useSessionView } from '../../replica/session-context.tsx'
import { Button, ButtonRow, buttonClass } from '../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../ui/choice.tsx'
import { ErrorSummary, type FieldProblem } from '../../ui/error-summary.tsx'
import { TextField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Card, EmptyState, Notice } from '../../ui/panel.tsx'
import styles from './billing.module.css'
import { codeOf, leaveFor, type Methods, payPath, readBegun } from './billing-data.ts'
import { Back } from './components/back.tsx'
import { DemoNotice, NotNow } from './components/notices.tsx'
import { useBills } from './queries.ts'
import { useMethods } from './use-methods.ts'

type Trouble = 'offline' | 'away' | 'changed' | 'under-way' | 'off'
const PAGE = 'page'

const troubleOf = (status: number, code: string): Trouble => {
  if (status === 0) return 'offline'
  if (code === 'payments_off') return 'off'
  if (code === 'wrong_state') return 'under-way'
  return code === 'invalid_document' || code === 'not_found' ? 'changed' : 'away'
}

function Stopped({ trouble }: { trouble: Trouble }) {
  return (
    <Notice icon={CircleAlert} tone={trouble === 'under-way' ? 'wait' : 'bad'} role="alert">
      <p>
        {trouble === 'offline' ? (
          <Trans>The clinic could not be reached. If you press again, at most one payment is made.</Trans>
        ) : null}
        {trouble === 'away' ? (
          <Trans>The payment service cannot be reached now. Nothing was paid. Try again in a moment.</Trans>
        ) : null}
        {trouble === 'changed' ? (
          <Trans>What is left to pay has changed. Nothing was paid: look at the amounts again.</Trans>
        ) : null}
        {trouble === 'under-way' ? (
          <Trans>
            A payment of this was made or is under way. Nothing more was paid: look at your payments.
          </Trans>
        ) : null}
        {trouble === 'off' ? (
          <Trans>Your practice takes no payments here. Call them to ask how you can pay.</Trans>
        ) : null}
      </p>
    </Notice>
  )
}

interface Chosen {
  readonly on: boolean
  readonly typed: string
}

interface PayFormProps {
  readonly open: readonly Statement[]
  readonly first: string | undefined
  readonly methods: Methods
}

function PayForm({ open, first, methods }: PayFormProps) {
  const { i18n, t } = useLingui()
  const session = useSession()
  const { record } = useSessionView()
  const navigate = useNavigate()
  const [changed, setChanged] = useState<Readonly<Record<string, Chosen>>>({})
  const [method, setMethod] = useState(methods.items[0]?.id ?? PAGE)
  const [attempt, setAttempt] = useState(0)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  // One for each thing that is wished: pressed again, the same payment is meant.
  const key = useRef({ wish: '', value: '' })
  const currency = (open.find(({ id }) => id === first) ?? open[0])?.currency ?? 'USD'
  const payable = open.filter((each) => each.currency === currency)
  const atFirst = new Set(first === undefined ? payable.slice(0, MOST_AT_ONCE).map(({ id }) => id) : [first])
  const chosenOf = ({ id, balance }: Statement): Chosen =>
    changed[id] ?? { on: atFirst.has(id), typed: plainMoney(balance, currency) }
  const change = (statement: Statement, part: Partial<Chosen>) =>
    setChanged({ ...changed, [statement.id]: { ...chosenOf(statement), ...part } })
  const chosen = payable
    .filter((each) => chosenOf(each).on)
    .map((statement) => ({ statement, amount: minorOf(chosenOf(statement).typed, currency) }))
  const sum = chosen.reduce((all, { amount }) => all + (amount ?? 0), 0)
  const money = (minor: number) => moneyOf(i18n.locale, minor, currency)

  const wrong = ({ statement, amount }: (typeof chosen)[number]): FieldProblem | undefined => {
    const { id, balance } = statement
    const most = money(balance)
    if (amount === null || amount === 0)
      return { id: `amount-${id}`, message: t`Enter an amount such as 20.00` }
    return amount > balance ? { id: `amount-${id}`, message: t`At most ${most} is left to pay` } : undefined
  }
  const least = money(LEAST_PAYMENT)
  const found: FieldProblem[] = chosen.flatMap((each) => wrong(each) ?? [])
  if (chosen.length === 0) found.push({ id: 'statements', message: t`Choose what you want to pay` })
  else if (chosen.length > MOST_AT_ONCE)
    found.push({ id: 'statements', message: t`Choose at most ${MOST_AT_ONCE} at once` })
  else if (found.length === 0 && digitsOf(currency) > 0 && sum < LEAST_PAYMENT)
    found.push({ id: 'statements', message: t`Pay at least ${least}` })
  const problems = attempt === 0 ? [] : found
  const problem = (id: string) => problems.find((one) => one.id === id)?.message

  const pay = async (event: FormEvent) => {
    event.preventDefault()
    setAttempt(attempt + 1)
    setTrouble(null)
    if (found.length > 0) return
    setBusy(true)
    const shares = chosen.map(({ statement, amount }) => ({ statementId: statement.id, amount }))
    const wish = {
      shares,
      language: preferredLanguage([i18n.locale]),
      ...(method === PAGE ? {} : { methodId: method }),
    }
    const text = JSON.stringify(wish)
    if (key.current.wish !== text) key.current = { wish: text, value: crypto.randomUUID() }
    const { status, body } = await session.request({
      method: 'POST',
      path: payPath(record?.client),
      body: wish,
      idempotencyKey: key.current.value,
    })
    const begun = status === 201 ? readBegun(body) : null
    // An answer was given: the next press is another wish.
    if (status !== 0) key.current = { wish: '', value: '' }
    if (begun?.url !== undefined && leaveFor(begun.url)) return
    setBusy(false)
    if (begun !== null)
      await navigate({ to: '/billing/payments/$paymentId', params: { paymentId: begun.id } })
    else setTrouble(troubleOf(status, codeOf(body)))
  }

  const total = money(sum)
  return (
    <form onSubmit={pay} noValidate autoComplete="off" className={styles.form}>
      <ErrorSummary problems={problems} attempt={attempt} />
      {trouble === null ? null : <Stopped trouble={trouble} />}
      <ChoiceGroup id="statements" label={t`What you want to pay`} error={problem('statements')}>
        {payable.map((statement) => {
          const { id, number, balance } = statement
          const { on, typed } = chosenOf(statement)
          const left = money(balance)
          return (
            <div key={id}>
              <Option
                id={`pay-${id}`}
                type="checkbox"
                name="statements"
                checked={on}
                onChange={(value) => change(statement, { on: value })}
                note={<Trans>{left} left to pay</Trans>}
              >
                <Trans>Statement {number}</Trans>
              </Option>
              {on ? (
                <div className={styles.share}>
                  <TextField
                    id={`amount-${id}`}
                    label={t`Amount for statement ${number}`}
                    hint={t`All of it, or a part.`}
                    inputMode="decimal"
                    short
                    unit={currency}
                    value={typed}
                    onChange={(value) => change(statement, { typed: value.slice(0, 14) })}
                    error={problem(`amount-${id}`)}
                  />
                </div>
              ) : null}
            </div>
          )
        })}
      </ChoiceGroup>
      {methods.items.length > 0 ? (
        <ChoiceGroup id="method" label={t`Pay with`} role="radiogroup">
          {methods.items.map(({ id, label, expires }) => {
            const until = expires ? `${String(expires.month).padStart(2, '0')}/${expires.year}` : ''
            return (
              <Option
                key={id}
                id={`method-${id}`}
                type="radio"
                name="method"
                checked={method === id}
                onChange={() => setMethod(id)}
                note={expires ? <Trans>Expires {until}</Trans> : undefined}
              >
                {label}
              </Option>
            )
          })}
          <Option
            id="method-page"
            type="radio"
            name="method"
            checked={method === PAGE}
            onChange={() => setMethod(PAGE)}
          >
            <Trans>Another card</Trans>
          </Option>
        </ChoiceGroup>
      ) : null}
      <p className={styles.soft}>
        <Lock size={16} aria-hidden />{' '}
        {method === PAGE ? (
          <Trans>
            You type your card on the page of the payment service. The portal never sees it, and the service
            is told nothing about your visits.
          </Trans>
        ) : (
          <Trans>Your bank may ask you to confirm. The portal never sees your card.</Trans>
        )}
      </p>
      <ButtonRow>
        <Button type="submit" busy={busy}>
          {busy ? (
            <Trans>Just a moment…</Trans>
          ) : method === PAGE ? (
            <Trans>Go on to pay {total}</Trans>
          ) : (
            <Trans>Pay {total} now</Trans>
          )}
        </Button>
        <Link to="/billing" className={buttonClass('quiet')}>
          <Trans>Not now</Trans>
        </Link>
      </ButtonRow>
    </form>
  )
}

export function PayPage({ first }: { first: string | undefined }) {
  const { t } = useLingui()
  const bills = useBills()
  const { methods, again } = useMethods()
  const title = t`Pay`
  if (bills === undefined) return <Page title={title}>{null}</Page>
  const open = bills.statements.filter(({ status, balance }) => status === 'open' && balance > 0)
  if (open.length === 0)
    return (
      <Page title={title} above={<Back />}>
        <EmptyState icon={CircleCheck} title={<Trans>Nothing to pay</Trans>}>
          <p>
            <Trans>Everything that your practice has billed is paid.</Trans>
          </p>
        </EmptyState>
      </Page>
    )
  const isReady = methods.state === 'ready' && methods.value.online
  return (
    <Page title={title} above={<Back />}>
      <NotNow methods={methods} again={again} />
      <DemoNotice methods={methods} />
      {isReady ? (
        <Card>
          <PayForm open={open} first={first} methods={methods.value} />
        </Card>
      ) : null}
    </Page>
  )
}
