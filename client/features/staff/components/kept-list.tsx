/** Forms that arrived from a tablet and could not be filed: whose, why, and what to do. Nobody here sees what is in them. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Part } from '../../../ui/page.tsx'
import { momentOf } from '../../../ui/time.ts'
import type { KeptForm, KioskView } from '../kiosk-data.ts'
import styles from '../staff.module.css'

interface KeptListProps {
  readonly view: KioskView
  readonly kept: readonly KeptForm[]
  readonly onFile: (kept: KeptForm) => void
  readonly onSettle: (kept: KeptForm) => void
  readonly onAgain: (kept: KeptForm) => void
}

const WhatToDo = ({ problem }: Pick<KeptForm, 'problem'>) => {
  if (problem === 'unreadable')
    return (
      <Trans>
        It does not open here. Arm the visit again, so that the client fills it in once more, and tell whoever
        looks after the portal. What arrived is kept.
      </Trans>
    )
  if (problem === 'not-handed-in')
    return (
      <Trans>
        The answers are in the client’s form; only handing in did not work. Arm the visit again, or ask the
        client to hand it in at home.
      </Trans>
    )
  return (
    <Trans>
      The form is not there any more. Put the answers into a new copy of it, then arm the visit again: the
      client finds them there.
    </Trans>
  )
}

export function KeptList({ view, kept, onFile, onSettle, onAgain }: KeptListProps) {
  const { i18n, t } = useLingui()
  const hasTablet = view.items.some(({ enrolled, leaving }) => enrolled && !leaving)
  return (
    <Part id="kept" title={<Trans>Could not be filed</Trans>}>
      <ul className={styles.list}>
        {kept.map((one) => {
          const { clientName: name, visitId, draftId, formKey, tabletId, problem } = one
          const title = view.forms.find(({ key }) => key === formKey)?.title ?? formKey
          const tablet = view.items.find(({ id }) => id === tabletId)?.name
          return (
            <li key={`${visitId} ${draftId}`} className={styles.line}>
              <span className={styles.who}>
                <strong>{name}</strong>
                <span>{title}</span>
                <span>
                  {tablet === undefined ? null : `${tablet} · `}
                  {momentOf(i18n.locale, one.receivedAt)}
                </span>
                <WhatToDo problem={problem} />
              </span>
              <ButtonRow>
                {problem === 'not-filed' ? (
                  <Button
                    look="secondary"
                    aria-label={t`Put the answers of ${name} into a new copy`}
                    onClick={() => onFile(one)}
                  >
                    <Trans>Put into a new copy</Trans>
                  </Button>
                ) : null}
                {problem !== 'not-filed' && hasTablet ? (
                  <Button
                    look="secondary"
                    aria-label={t`Arm the visit of ${name} again`}
                    onClick={() => onAgain(one)}
                  >
                    <Trans>Arm again</Trans>
                  </Button>
                ) : null}
                <Button
                  look="quiet"
                  aria-label={t`The form of ${name} was seen to`}
                  onClick={() => onSettle(one)}
                >
                  <Trans>Seen to</Trans>
                </Button>
              </ButtonRow>
            </li>
          )
        })}
      </ul>
    </Part>
  )
}
