/** Addresses that lead nowhere, and screens that failed: plain words and a way on. Nothing typed is lost by either. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, ButtonRow, buttonClass } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Door } from '../ui/shell.tsx'

const Home = () => (
  <a href="/" className={buttonClass()}>
    <Trans>Go to the start</Trans>
  </a>
)

export function MissingPage() {
  const { t } = useLingui()
  return (
    <Door>
      <Page title={t`This page does not exist`}>
        <p>
          <Trans>The address may be old or mistyped.</Trans>
        </p>
        <ButtonRow>
          <Home />
        </ButtonRow>
      </Page>
    </Door>
  )
}

export function BrokenPage() {
  const { t } = useLingui()
  return (
    <Door>
      <Page title={t`This page could not be shown`}>
        <p>
          <Trans>What you typed is saved on this device. Reloading usually helps.</Trans>
        </p>
        <ButtonRow>
          <Button onClick={() => location.reload()}>
            <Trans>Reload</Trans>
          </Button>
          <Home />
        </ButtonRow>
      </Page>
    </Door>
  )
}
