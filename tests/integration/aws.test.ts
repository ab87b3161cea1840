/** What deploy/aws would make, as a synthesis says it, and that it fits the server: docs/decisions/0040. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Environment } from '../../sync-server/environment.ts'
import { checkTypes, synthesize, type Template } from '../harness/aws-app.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { ask, signIn } from '../harness/sign-in.ts'
import { connect, helloOf } from '../harness/socket-device.ts'

interface Container {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[]
  readonly Secrets: readonly { readonly Name: string }[]
}

const named = (value: unknown) => JSON.stringify(value)

describe('the app for AWS', () => {
  let template: Template
  beforeAll(() => {
    template = synthesize()
  })
  const only = (type: string) => {
    const [first, ...others] = template.of(type)
    expect([type, others.length]).toEqual([type, 0])
    return first?.Properties ?? {}
  }

  it('is sound by its types', () => {
    expect(checkTypes()).toBe('')
  })

  it('runs the image as nobody, read-only, with settings that the server knows and no secret in sight', () => {
    const { ContainerDefinitions } = only('AWS::ECS::TaskDefinition')
    const container = (ContainerDefinitions as [Container])[0]
    expect(container).toMatchObject({ User: '10001', ReadonlyRootFilesystem: true, StopTimeout: 60 })
    const { Environment: set, Secrets: secret } = container
    const names = [...set, ...secret].map(({ Name }) => Name)
    expect(Object.keys(Environment.shape)).toEqual(expect.arrayContaining(names))
    expect(secret.map(({ Name }) => Name).sort()).toEqual(
      ['DATABASE_URL', 'PORTAL_PEPPER', 'PORTAL_SIGNING_KEY', 'REDIS_URL'].sort(),
    )
    // What it is given is taken, as far as it is a text and no reference.
    const texts = set.filter(({ Value }) => typeof Value === 'string')
    const given = Object.fromEntries(texts.map(({ Name, Value }) => [Name, Value]))
    expect(Environment.safeParse(given).error).toBeUndefined()
  })

  it('is a service of its own on the cluster that is there, behind /portal and the CDN alone', () => {
    expect(template.of('AWS::ECS::Cluster')).toEqual([])
    expect(template.of('AWS::ElasticLoadBalancingV2::LoadBalancer')).toEqual([])
    expect(template.of('AWS::RDS::DBInstance')).toEqual([])
    expect(only('AWS::ECS::Service')).toMatchObject({
      Cluster: 'mentalspace',
      DesiredCount: 2,
      DeploymentConfiguration: { MinimumHealthyPercent: 100, DeploymentCircuitBreaker: { Rollback: true } },
    })
    const { Conditions } = only('AWS::ElasticLoadBalancingV2::ListenerRule')
    expect(Conditions).toMatchObject([
      { PathPatternConfig: { Values: ['/portal/*'] } },
      { HttpHeaderConfig: { HttpHeaderName: 'X-Portal-Edge' } },
    ])
    expect(only('AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({ HealthCheckPath: '/readyz' })
  })

  it('keeps buckets private, sealed and versioned, and everything that cannot be made again', () => {
    const buckets = template.of('AWS::S3::Bucket')
    expect(buckets.map(({ Properties }) => Properties.BucketName).sort()).toEqual([
      'mentalspace-portal-example',
      'mentalspace-portal-example-files',
    ])
    for (const { Properties, DeletionPolicy } of buckets) {
      expect(Properties).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      })
      expect(Properties.BucketEncryption).toBeDefined()
      expect(DeletionPolicy).toBe('Retain')
    }
    for (const type of ['AWS::KMS::Key', 'AWS::EFS::FileSystem', 'AWS::Logs::LogGroup'])
      for (const { DeletionPolicy } of template.of(type))
        expect([type, DeletionPolicy]).toEqual([type, 'Retain'])
    expect(only('AWS::KMS::Key')).toMatchObject({ EnableKeyRotation: true })
    expect(only('AWS::ElastiCache::ReplicationGroup')).toMatchObject({
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
    })
  })

  it('serves the app with the headers of the server, and keeps nothing of the API', async () => {
    await using server = await startPortal({
      environment: { PORTAL_ORIGIN: 'https://portal.example.org' },
    })
    const own = async (path: string) =>
      (await ask(`http://localhost:${server.port}${path}`, { headers: { host: 'portal.example.org' } }))
        .headers
    const [ofPages, ofTablets] = [await own('/'), await own('/kiosk')]
    expect(ofPages.get('permissions-policy')).not.toBe(ofTablets.get('permissions-policy'))
    for (const { Properties } of template.of('AWS::CloudFront::ResponseHeadersPolicy')) {
      const own = named(Properties).includes('TabletHeaders') ? ofTablets : ofPages
      const config = Properties.ResponseHeadersPolicyConfig as {
        SecurityHeadersConfig: Record<string, Record<string, unknown>>
        CustomHeadersConfig: { Items: { Header: string; Value: string }[] }
      }
      const directives = (text: unknown) =>
        String(text)
          .replaceAll(/localhost:\d+/g, 'portal.example.org')
          .split(';')
          .sort()
      expect(directives(config.SecurityHeadersConfig.ContentSecurityPolicy?.ContentSecurityPolicy)).toEqual(
        directives(own.get('content-security-policy')),
      )
      const { StrictTransportSecurity } = config.SecurityHeadersConfig
      expect(own.get('strict-transport-security')).toBe(
        `max-age=${StrictTransportSecurity?.AccessControlMaxAgeSec}; includeSubDomains`,
      )
      for (const { Header, Value } of config.CustomHeadersConfig.Items)
        if (Header !== 'Cache-Control') expect([Header, own.get(Header)]).toEqual([Header, Value])
    }
    const { DistributionConfig } = only('AWS::CloudFront::Distribution') as {
      DistributionConfig: {
        CacheBehaviors: Record<string, unknown>[]
        Aliases: string[]
        Origins: Record<string, unknown>[]
      }
    }
    expect(DistributionConfig.Aliases).toEqual(['portal.example.org'])
    // AWS's own policy "CachingDisabled".
    const disabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
    const api = DistributionConfig.CacheBehaviors.find(({ PathPattern }) => PathPattern === '/api/*')
    expect(api).toMatchObject({ CachePolicyId: disabled, ViewerProtocolPolicy: 'https-only' })
    expect(named(DistributionConfig.Origins)).toContain('"OriginPath":"/portal"')
  })

  it('holds no value of a secret, and wakes somebody', () => {
    expect(template.text).not.toMatch(/BEGIN (EC )?PRIVATE KEY|postgresql:\/\//)
    for (const { Properties } of template.of('AWS::CloudWatch::Alarm'))
      expect([Properties.AlarmDescription, (Properties.AlarmActions as unknown[]).length]).toEqual([
        Properties.AlarmDescription,
        1,
      ])
    expect(template.of('AWS::CloudWatch::Alarm').length).toBeGreaterThanOrEqual(8)
  })
})

describe('behind a prefix that a balancer passes on', () => {
  let server: RunningPortal
  beforeAll(async () => {
    server = await startPortal({ environment: { PORTAL_PATH_PREFIX: '/portal' } })
    return () => server.close()
  })

  it('answers as without it: the API, its proofs, sockets, and nothing beside', async () => {
    const client = await signIn(server.url, 'client@demo.test')
    const proof = await client.key.proof({
      method: 'GET',
      url: `${server.url}/api/v1/portal/forms`,
      token: client.accessToken,
    })
    const through = await ask(`${server.url}/portal/api/v1/portal/forms`, {
      headers: { authorization: `DPoP ${client.accessToken}`, dpop: proof },
    })
    expect(through.status).toBe(200)
    expect((await ask(`${server.url}/portal/readyz`)).status).toBe(200)
    expect((await ask(`${server.url}/portals/readyz`)).status).toBe(404)
    const connected = await connect(server.url, client.handshake({}, server.url), {}, '/portal')
    if (!connected.ok) throw new Error(JSON.stringify(connected.error))
    expect(await connected.device.ask('hello', helloOf(client))).toHaveProperty('ok')
    connected.device.socket.disconnect()
  })
})
