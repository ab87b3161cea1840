/** What is kept: keys, secrets, the files of clients, and Redis, of which nothing is needed after a restart. */
import { Duration, RemovalPolicy, SecretValue, type Stack } from 'aws-cdk-lib'
import { type IVpc, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import { CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache'
import { Key } from 'aws-cdk-lib/aws-kms'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Settings } from './settings.ts'

export interface Stores {
  /** Wraps the clients' data keys. */
  readonly wrappingKey: Key
  readonly files: Bucket
  readonly pepper: ISecret
  readonly redisUrl: ISecret
  /** What the balancer asks of whoever comes, so that all come through the CDN. */
  readonly edgeSecret: ISecret
  readonly serverGroup: SecurityGroup
}

export function createStores(stack: Stack, { name, privateSubnetIds }: Settings, vpc: IVpc): Stores {
  const removalPolicy = RemovalPolicy.RETAIN
  // Rotated by AWS; what older versions wrapped goes on opening.
  const wrappingKey = new Key(stack, 'WrappingKey', {
    alias: `mentalspace-portal-${name}`,
    enableKeyRotation: true,
    removalPolicy,
  })
  const files = new Bucket(stack, 'Files', {
    bucketName: `mentalspace-portal-${name}-files`,
    encryption: BucketEncryption.KMS,
    encryptionKey: wrappingKey,
    bucketKeyEnabled: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    lifecycleRules: [
      {
        noncurrentVersionExpiration: Duration.days(90),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    removalPolicy,
  })
  // 44 letters and digits are base64, of 33 bytes.
  const letters = (description: string, id: string) =>
    new Secret(stack, id, {
      description,
      generateSecretString: { passwordLength: 44, excludePunctuation: true },
      removalPolicy,
    })
  const serverGroup = new SecurityGroup(stack, 'ServerGroup', { vpc, description: 'Sync servers' })
  return {
    wrappingKey,
    files,
    // Lost, it takes every password with it.
    pepper: letters('Pepper of the portal’s passwords', 'Pepper'),
    edgeSecret: letters('Shown by the CDN to the balancer', 'EdgeSecret'),
    redisUrl: createRedis(stack, { vpc, serverGroup, subnetIds: privateSubnetIds }, letters),
    serverGroup,
  }
}

function createRedis(
  stack: Stack,
  { vpc, serverGroup, subnetIds }: { vpc: IVpc; serverGroup: SecurityGroup; subnetIds: readonly string[] },
  letters: (description: string, id: string) => Secret,
): ISecret {
  const group = new SecurityGroup(stack, 'RedisGroup', { vpc, allowAllOutbound: false })
  group.addIngressRule(serverGroup, Port.tcp(6379))
  const password = letters('Password of the portal’s Redis', 'RedisPassword').secretValue.unsafeUnwrap()
  const subnets = new CfnSubnetGroup(stack, 'RedisSubnets', {
    description: 'Of the portal',
    subnetIds: [...subnetIds],
  })
  const redis = new CfnReplicationGroup(stack, 'Redis', {
    replicationGroupDescription: 'Fan-out and limits of the portal',
    engine: 'redis',
    engineVersion: '7.1',
    cacheNodeType: 'cache.t4g.small',
    numCacheClusters: 2,
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    transitEncryptionEnabled: true,
    atRestEncryptionEnabled: true,
    // A reference that CloudFormation resolves: the password is in no template.
    authToken: password,
    cacheSubnetGroupName: subnets.ref,
    securityGroupIds: [group.securityGroupId],
    snapshotRetentionLimit: 0,
  })
  return new Secret(stack, 'RedisUrl', {
    secretStringValue: SecretValue.unsafePlainText(
      `rediss://:${password}@${redis.attrPrimaryEndPointAddress}:6379`,
    ),
  })
}
