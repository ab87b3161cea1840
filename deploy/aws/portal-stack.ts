/** All of it in one stack: it is deployed, and rolled back, as one. */
import { Stack, type StackProps } from 'aws-cdk-lib'
import { Vpc } from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import { createAlarms } from './alarms.ts'
import { createDelivery } from './delivery.ts'
import { createServers } from './servers.ts'
import type { Settings } from './settings.ts'
import { createStores } from './stores.ts'

export class PortalStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: StackProps & { settings: Settings }) {
    super(scope, id, { ...props, terminationProtection: true })
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: settings.vpcId,
      vpcCidrBlock: settings.vpcCidr,
      availabilityZones: [...settings.availabilityZones],
      privateSubnetIds: [...settings.privateSubnetIds],
    })
    const stores = createStores(this, settings, vpc)
    const servers = createServers(this, settings, { vpc, ...stores })
    createDelivery(this, settings, stores.edgeSecret)
    createAlarms(this, settings, servers)
  }
}
