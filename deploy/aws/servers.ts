/** The sync servers: a service of its own on the cluster that is there, behind `/portal` of its balancer. */
import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib'
import { type IVpc, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import { Repository } from 'aws-cdk-lib/aws-ecr'
import {
  AwsLogDriverMode,
  Cluster,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  Secret as TaskSecret,
} from 'aws-cdk-lib/aws-ecs'
import { FileSystem } from 'aws-cdk-lib/aws-efs'
import {
  ApplicationListener,
  ApplicationListenerRule,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Settings } from './settings.ts'
import type { Stores } from './stores.ts'

export interface Servers {
  readonly service: FargateService
  readonly targets: ApplicationTargetGroup
  readonly log: LogGroup
}
interface Around extends Stores {
  readonly vpc: IVpc
}

/** The same as in the image. */
const USER = '10001'
const PORT = 4000
export const PREFIX = '/portal'

export function createServers(stack: Stack, settings: Settings, around: Around): Servers {
  const log = new LogGroup(stack, 'Log', {
    logGroupName: `/mentalspace-portal/${settings.name}`,
    retention: RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN,
  })
  const service = new FargateService(stack, 'Service', {
    cluster: Cluster.fromClusterAttributes(stack, 'Cluster', {
      clusterName: settings.clusterName,
      vpc: around.vpc,
      securityGroups: [],
    }),
    taskDefinition: createTask(stack, settings, around, log),
    serviceName: `mentalspace-portal-${settings.name}`,
    desiredCount: settings.servers,
    // One after the other: the new one is ready before an old one drains.
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { rollback: true },
    healthCheckGracePeriod: Duration.seconds(90),
    securityGroups: [around.serverGroup],
    assignPublicIp: false,
  })
  const scaling = service.autoScaleTaskCount({
    minCapacity: settings.servers,
    maxCapacity: settings.servers * 3,
  })
  scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 })
  const groupOf = (id: string, groupId: string) => SecurityGroup.fromSecurityGroupId(stack, id, groupId)
  around.serverGroup.addIngressRule(
    groupOf('BalancerGroup', settings.balancerSecurityGroupId),
    Port.tcp(PORT),
  )
  groupOf('DatabaseGroup', settings.databaseSecurityGroupId).addIngressRule(
    around.serverGroup,
    Port.tcp(5432),
  )
  return { service, log, targets: createTargets(stack, settings, around, service) }
}

function createTask(stack: Stack, settings: Settings, around: Around, log: LogGroup): FargateTaskDefinition {
  const { wrappingKey, files } = around
  const task = new FargateTaskDefinition(stack, 'Task', { cpu: 1024, memoryLimitMiB: 2048 })
  const heads = createAuditHeads(stack, around)
  task.addVolume({ name: 'tmp' })
  task.addVolume({
    name: 'audit-heads',
    efsVolumeConfiguration: {
      fileSystemId: heads.fileSystem.fileSystemId,
      transitEncryption: 'ENABLED',
      authorizationConfig: { accessPointId: heads.accessPoint.accessPointId, iam: 'ENABLED' },
    },
  })
  heads.fileSystem.grantReadWrite(task.taskRole)
  wrappingKey.grantEncryptDecrypt(task.taskRole)
  files.grantReadWrite(task.taskRole)
  const secret = (id: string, arn: string) =>
    TaskSecret.fromSecretsManager(Secret.fromSecretCompleteArn(stack, id, arn))
  const container = task.addContainer('server', {
    image: ContainerImage.fromEcrRepository(
      Repository.fromRepositoryName(stack, 'Image', settings.imageRepository),
      settings.imageTag,
    ),
    user: USER,
    readonlyRootFilesystem: true,
    // It drains: 10 s in which the balancer notices, 20 s for devices, 3 s for requests.
    stopTimeout: Duration.seconds(60),
    portMappings: [{ containerPort: PORT }],
    logging: LogDrivers.awsLogs({
      logGroup: log,
      streamPrefix: 'server',
      mode: AwsLogDriverMode.NON_BLOCKING,
    }),
    healthCheck: {
      command: [
        'CMD',
        'node',
        '-e',
        "fetch('http://127.0.0.1:9400/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))",
      ],
      interval: Duration.seconds(15),
      startPeriod: Duration.seconds(60),
    },
    environment: {
      PORTAL_ORIGIN: `https://${settings.domain}`,
      PORTAL_PATH_PREFIX: PREFIX,
      PORTAL_TRUSTED_PROXIES: [settings.vpcCidr, ...settings.edgeNetworks].join(','),
      PORTAL_KMS_KEY: wrappingKey.keyArn,
      PORTAL_S3_BUCKET: files.bucketName,
      PORTAL_S3_REGION: settings.region,
      PORTAL_AUDIT_HEADS_DIR: '/audit-heads',
      PORTAL_DATA_DIR: '/tmp/data',
      PORTAL_DRAIN_SECONDS: '10',
    },
    secrets: {
      DATABASE_URL: secret('DatabaseUrl', settings.databaseUrlSecretArn),
      PORTAL_SIGNING_KEY: secret('SigningKey', settings.signingKeySecretArn),
      PORTAL_PEPPER: TaskSecret.fromSecretsManager(around.pepper),
      REDIS_URL: TaskSecret.fromSecretsManager(around.redisUrl),
    },
  })
  container.addMountPoints(
    { containerPath: '/tmp', sourceVolume: 'tmp', readOnly: false },
    { containerPath: '/audit-heads', sourceVolume: 'audit-heads', readOnly: false },
  )
  return task
}

/** Outside of the database: what is signed there must not go with what it vouches for. */
function createAuditHeads(stack: Stack, { vpc, serverGroup }: Around) {
  const fileSystem = new FileSystem(stack, 'AuditHeads', {
    vpc,
    encrypted: true,
    enableAutomaticBackups: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
  fileSystem.connections.allowDefaultPortFrom(serverGroup)
  const accessPoint = fileSystem.addAccessPoint('Servers', {
    path: '/heads',
    createAcl: { ownerUid: USER, ownerGid: USER, permissions: '700' },
    posixUser: { uid: USER, gid: USER },
  })
  return { fileSystem, accessPoint }
}

function createTargets(
  stack: Stack,
  settings: Settings,
  { vpc, edgeSecret }: Around,
  service: FargateService,
): ApplicationTargetGroup {
  const targets = new ApplicationTargetGroup(stack, 'Targets', {
    vpc,
    port: PORT,
    protocol: ApplicationProtocol.HTTP,
    targetType: TargetType.IP,
    targets: [service],
    // Not ready is told within 10 s, which a server waits that is to stop.
    healthCheck: {
      path: '/readyz',
      interval: Duration.seconds(5),
      timeout: Duration.seconds(4),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
    },
    deregistrationDelay: Duration.seconds(15),
  })
  new ApplicationListenerRule(stack, 'Rule', {
    listener: ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
      listenerArn: settings.listenerArn,
      securityGroup: SecurityGroup.fromSecurityGroupId(
        stack,
        'ListenerGroup',
        settings.balancerSecurityGroupId,
      ),
    }),
    priority: settings.listenerPriority,
    conditions: [
      ListenerCondition.pathPatterns([`${PREFIX}/*`]),
      // Whoever comes past the CDN could say that they are anybody’s address.
      ListenerCondition.httpHeader('X-Portal-Edge', [edgeSecret.secretValue.unsafeUnwrap()]),
    ],
    action: ListenerAction.forward([targets]),
  })
  return targets
}
