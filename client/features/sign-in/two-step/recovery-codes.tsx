/** Recovery codes, this once: to download, print or copy by hand. Leaving asks for a word that they are kept. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Download, Printer } from 'lucide-react'
import { useState } from 'react'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { Option } from '../../../ui/choice.tsx'
import { Card } from '../../../ui/panel.tsx'
import { saveFile } from '../../../ui/save-file.ts'
import styles from './two-step.module.css'

export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const { t } = useLingui()
  const [kept, setKept] = useState(false)
  const text = [t`Recovery codes of the MentalSpace Portal. Each works once.`, '', ...codes, ''].join('\n')
  return (
    <Card labelledBy="recovery-codes">
      <h2 id="recovery-codes">
        <Trans>Keep these recovery codes</Trans>
      </h2>
      <p>
        <Trans>
          If you lose your phone or your passkey, one of these lets you in. They are shown only now, and each
          works once. Keep them where you keep other important papers, not on this device.
        </Trans>
      </p>
      <ol className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <ButtonRow>
        <Button look="secondary" onClick={() => saveFile('recovery-codes.txt', text, 'text/plain')}>
          <Download size={18} aria-hidden />
          <Trans>Download</Trans>
        </Button>
        <Button look="secondary" onClick={() => print()}>
          <Printer size={18} aria-hidden />
          <Trans>Print</Trans>
        </Button>
      </ButtonRow>
      <Option id="codes-kept" type="checkbox" name="codes-kept" checked={kept} onChange={setKept}>
        <Trans>I have kept them in a safe place</Trans>
      </Option>
      <ButtonRow>
        <Button onClick={() => kept && onKept()} aria-disabled={kept ? undefined : true}>
          <Trans>Done</Trans>
        </Button>
      </ButtonRow>
    </Card>
  )
}
