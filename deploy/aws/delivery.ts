/**
 * The app out of its bucket and the servers behind it, under one name: a CDN distribution of the portal's own. The
 * bucket's answers carry the same headers as the server's own (tests/integration/aws.test.ts compares them).
 */
import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AccessLevel,
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53'
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { appHeaders } from './app-headers.ts'
import { PREFIX } from './servers.ts'
import type { Settings } from './settings.ts'

/** Only addresses of pages are the page; a file that is not there is missing, for a stale tab must notice. */
const NAVIGATION = `function handler(event) {
  var request = event.request
  var page = !request.uri.startsWith('/assets/') && !/\\.[a-z0-9]{1,12}$/i.test(request.uri)
  if (page) request.uri = '/index.html'
  return request
}`

export function createDelivery(stack: Stack, settings: Settings, edgeSecret: ISecret): void {
  const { name, domain, hostedZoneId, hostedZoneName } = settings
  const bucket = new Bucket(stack, 'App', {
    bucketName: `mentalspace-portal-${name}`,
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
  // With the right to list, what is not there is 404 and not 403.
  const app = S3BucketOrigin.withOriginAccessControl(bucket, {
    originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
  })
  const servers = new HttpOrigin(settings.balancerDomain, {
    originPath: PREFIX,
    protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
    readTimeout: Duration.seconds(60),
    keepaliveTimeout: Duration.seconds(60),
    customHeaders: { 'X-Portal-Edge': edgeSecret.secretValue.unsafeUnwrap() },
  })
  const toServers = {
    origin: servers,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    // Nothing of the API is kept in any cache, and sockets pass as they are.
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    compress: false,
  }
  const toApp = {
    origin: app,
    allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    compress: true,
  }
  const navigation = new EdgeFunction(stack, 'Navigation', {
    code: FunctionCode.fromInline(NAVIGATION),
    runtime: FunctionRuntime.JS_2_0,
  })
  const toPage = {
    ...toApp,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: navigation }],
  }
  const ofTablets = headersPolicy(stack, 'TabletHeaders', domain, 'no-cache', { camera: true })
  const distribution = new Distribution(stack, 'Cdn', {
    domainNames: [domain],
    certificate: Certificate.fromCertificateArn(stack, 'Certificate', settings.certificateArn),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    httpVersion: HttpVersion.HTTP2_AND_3,
    comment: `MentalSpace Portal, ${name}`,
    defaultBehavior: {
      ...toPage,
      responseHeadersPolicy: headersPolicy(stack, 'PageHeaders', domain, 'no-cache'),
    },
    additionalBehaviors: {
      // With and without the slash at its end: the page of tablets, which reads codes by the camera.
      ...Object.fromEntries(
        ['/kiosk', '/kiosk/'].map((path) => [path, { ...toPage, responseHeadersPolicy: ofTablets }]),
      ),
      '/assets/*': {
        ...toApp,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: headersPolicy(
          stack,
          'AssetHeaders',
          domain,
          'public, max-age=31536000, immutable',
        ),
      },
      '/api/*': toServers,
      '/.well-known/*': toServers,
    },
  })
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId, zoneName: hostedZoneName })
  const target = RecordTarget.fromAlias(new CloudFrontTarget(distribution))
  new ARecord(stack, 'Address', { zone, recordName: domain, target })
  new AaaaRecord(stack, 'Address6', { zone, recordName: domain, target })
}

function headersPolicy(
  stack: Stack,
  id: string,
  domain: string,
  cacheControl: string,
  allowed = { camera: false },
): ResponseHeadersPolicy {
  const { contentSecurityPolicy, hstsSeconds, others } = appHeaders(domain, allowed)
  return new ResponseHeadersPolicy(stack, id, {
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.seconds(hstsSeconds),
        includeSubdomains: true,
        override: true,
      },
    },
    customHeadersBehavior: {
      customHeaders: [
        ...Object.entries(others).map(([header, value]) => ({ header, value, override: true })),
        { header: 'Cache-Control', value: cacheControl, override: true },
      ],
    },
  })
}
