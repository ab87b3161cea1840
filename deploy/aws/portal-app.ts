/** `npx cdk deploy --context environment=NAME --context image=TAG`: the portal in one environment. */
import { App, Tags } from 'aws-cdk-lib'
import { PortalStack } from './portal-stack.ts'
import { readSettings } from './settings.ts'

const app = new App()
const settings = readSettings(
  app.node.tryGetContext('environment') ?? 'example',
  app.node.tryGetContext('image') ?? 'latest',
)
const { account, region, name } = settings
const stack = new PortalStack(app, `mentalspace-portal-${name}`, { settings, env: { account, region } })
Tags.of(stack).add('service', 'mentalspace-portal')
Tags.of(stack).add('environment', name)
